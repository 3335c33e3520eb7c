"""What goes back where only some rules of an apply are undone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tuile.policy.guarded import Applied, Ending, PreImage
from tuile.policy.text import Text
from tuile.policy.undone import HostUndo, Meanwhile, Thing, things_for

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
THINGS = {
    "root-never": ("file=/etc/ssh/a.conf", "reload=ssh.service"),
    "tries-few": ("file=/etc/ssh/a.conf", "reload=ssh.service"),
    "issue-tight": ("attributes=/etc/issue",),
    "ssh-on": ("unit=ssh.service", "links=/etc/systemd/system", "reload=ssh.service"),
    "cron-on": ("unit=cron.service", "links=/etc/systemd/system"),
}
APPLIED = Applied(847, "srv", AT, "pyinfra", PreImage("id", "0", THINGS), "1", Ending.confirmed)


@pytest.mark.parametrize("rules", [(), tuple(THINGS)])
def test_all_rules_are_all_things(rules: tuple[str, ...]) -> None:
    """Without a rule, or with all of them, everything goes back: nothing is named."""
    assert things_for(APPLIED, rules) == ()


@pytest.mark.parametrize(
    ("rules", "things"),
    [
        (("issue-tight",), {"attributes=/etc/issue"}),
        (("root-never", "tries-few"), {"file=/etc/ssh/a.conf", "reload=ssh.service"}),
        (("ssh-on",), {"unit=ssh.service", "links=/etc/systemd/system", "reload=ssh.service"}),
    ],
)
def test_some_rules_are_their_own_things(rules: tuple[str, ...], things: set[str]) -> None:
    """A server that both reload, or the folders of all units, tie no rules together."""
    found = things_for(APPLIED, rules)
    assert not isinstance(found, Text)
    assert set(found) == things


def test_rules_that_share_a_file_go_back_together() -> None:
    """The words name the flags that are missing."""
    found = things_for(APPLIED, ("root-never",))
    assert isinstance(found, Text)
    assert "--rule tries-few" in found.en
    assert "--rule tries-few" in found.fr


def test_a_rule_of_another_apply_is_no_rule_of_this_one() -> None:
    """A rule that was not put right then cannot be undone."""
    assert "password-length" in str(things_for(APPLIED, ("password-length",)))


def test_what_calls_for_an_undo() -> None:
    """What others changed since calls for one only where that is to go back as well."""
    theirs = Meanwhile(Thing("file", "/etc/a"), "", "a", "b")
    assert HostUndo("srv", 847, AT, (Thing("file", "/etc/b"),)).calls_for(over=False)
    assert not HostUndo("srv", 847, AT, (), (theirs,)).calls_for(over=False)
    assert HostUndo("srv", 847, AT, (), (theirs,)).calls_for(over=True)
    assert not HostUndo("srv", 847, AT, (Thing("file", "/etc/b"),), why_not=Text("", "")).calls_for(over=True)
