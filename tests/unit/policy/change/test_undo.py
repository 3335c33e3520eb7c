"""What goes back where only some rules of an apply are undone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.resources import named, read
from tuile.policy.change.pre_image import ApplyRecord, Ending, PreImage
from tuile.policy.change.undo import ChangedSince, HostUndo, meant, resources_for
from tuile.policy.text import Text
from tuile.policy.verdict.status import exit_code_of_undo

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
THINGS = {
    "root-never": ("file=/etc/ssh/a.conf", "reload=ssh.service"),
    "tries-few": ("file=/etc/ssh/a.conf", "reload=ssh.service"),
    "issue-tight": ("attributes=/etc/issue",),
    "ssh-on": ("unit=ssh.service", "links=/etc/systemd/system", "reload=ssh.service"),
    "no-telnet": (
        "removes=telnet",
        "packages=all",
        "accounts=all",
        "file=/var/lib/apt/extended_states",
    ),
    "no-rsh": ("removes=rsh", "packages=all", "accounts=all", "file=/var/lib/apt/extended_states"),
    "cron-on": ("unit=cron.service", "links=/etc/systemd/system"),
}
APPLIED = ApplyRecord(
    847,
    "srv",
    AT,
    "pyinfra",
    PreImage("id", "0", {rule: tuple(map(read, names)) for rule, names in THINGS.items()}),
    "1",
    Ending.confirmed,
)


@pytest.mark.parametrize("rules", [(), tuple(THINGS)])
def test_all_rules_are_all_things(rules: tuple[str, ...]) -> None:
    """Without a rule, or with all of them, everything goes back: nothing is named."""
    assert resources_for(APPLIED, rules) == ()


@pytest.mark.parametrize(
    ("rules", "things"),
    [
        (("issue-tight",), {"attributes=/etc/issue"}),
        (("root-never", "tries-few"), {"file=/etc/ssh/a.conf", "reload=ssh.service"}),
        (("ssh-on",), {"unit=ssh.service", "reload=ssh.service"}),
        (("no-telnet",), {"removes=telnet"}),
    ],
)
def test_some_rules_are_their_own_things(rules: tuple[str, ...], things: set[str]) -> None:
    """A server that both reload, or the folders of all units, tie no rules together."""
    found = resources_for(APPLIED, rules)
    assert not isinstance(found, Text)
    assert set(map(str, found)) == things


@pytest.mark.parametrize(
    ("things", "thing", "so"),
    [
        ((), "file /etc/issue", True),
        (("file=/etc/issue",), "file /etc/issue", True),
        (("file=/etc/issue",), "file /etc/motd", False),
        (("removes=telnet",), "package telnet:amd64", True),
        (("removes=telnet",), "package telnetd:amd64", False),
        (("packages=all",), "package telnetd:amd64", True),
        (("accounts=all",), "account _aide", True),
        (("account=ops",), "account _aide", False),
        (("firewall=nftables",), "table inet tuile", True),
        (
            ("unit=cron.service",),
            "link /etc/systemd/system/multi-user.target.wants/cron.service",
            True,
        ),
        (("unit=cron.service",), "link /etc/rc2.d/S01cron", True),
        (
            ("unit=cron.service",),
            "link /etc/systemd/system/multi-user.target.wants/ssh.service",
            False,
        ),
        (("links=/etc/rc2.d",), "link /etc/rc2.d/S01cron", True),
        (("links=/etc/rc2.d",), "link /etc/rc3.d/S01cron", False),
    ],
)
def test_what_comes_with_a_thing(things: tuple[str, ...], thing: str, *, so: bool) -> None:
    """Packages come with those that are named, links with their units; all accounts or tables have
    one name.
    """
    assert meant(tuple(map(read, things)), named(*thing.split(" ", 1))) is so


def test_rules_that_share_a_file_go_back_together() -> None:
    """The words name the flags that are missing."""
    found = resources_for(APPLIED, ("root-never",))
    assert isinstance(found, Text)
    assert "--rule tries-few" in found.en
    assert "--rule tries-few" in found.fr


def test_a_rule_of_another_apply_is_no_rule_of_this_one() -> None:
    """A rule that was not put right then cannot be undone."""
    assert "password-length" in str(resources_for(APPLIED, ("password-length",)))


def test_as_before_already_is_well() -> None:
    """Where nothing has to go back there is nothing wrong; beside a host that was not reached there
    still is.
    """
    already = HostUndo("srv", 847, AT, already=True)
    assert exit_code_of_undo([already], over=False) == 0
    assert (
        exit_code_of_undo([already, HostUndo("hub", 847, AT, why_not=Text("", ""))], over=False)
        == 1
    )


def test_what_calls_for_an_undo() -> None:
    """What others changed since calls for one only where that is to go back as well."""
    theirs = ChangedSince(FILE("/etc/a"), "", "a", "b")
    assert HostUndo("srv", 847, AT, (FILE("/etc/b"),)).calls_for(over=False)
    assert not HostUndo("srv", 847, AT, (), (theirs,)).calls_for(over=False)
    assert HostUndo("srv", 847, AT, (), (theirs,)).calls_for(over=True)
    assert not HostUndo("srv", 847, AT, (FILE("/etc/b"),), why_not=Text("", "")).calls_for(
        over=True
    )
