"""What an apply may change, as the host's program names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.policy.made import KIND, rule
from tuile.platforms.linux.resources.account import ACCOUNT
from tuile.platforms.linux.resources.file import ATTRIBUTES, FILE, GENERATED, MODE
from tuile.platforms.linux.resources.kernel import SYSCTL
from tuile.platforms.linux.resources.package import PACKAGE
from tuile.platforms.linux.resources.unit import FOLDERS, RELOAD, UNIT
from tuile.policy.change.fix import Fix, KindFix
from tuile.policy.change.pre_image import (
    failed_fixes,
    is_risky,
    resources_by_rule,
    resources_of,
    resources_only_of,
)
from tuile.policy.kind import Draft, Resources
from tuile.policy.model import HostResult, Outcome, Plan, PlannedRule, Risk, Verdict


def fix(
    name: str, touches: Resources, *, edits: bool = True, risk: Risk = Risk.none, slug: str = "k"
) -> Fix:
    """Return a fix of a kind that touches this."""
    made = replace(KIND, slug=slug, touches=lambda _params: touches, edit=_edit if edits else None)
    item = PlannedRule(rule(name, risk=risk), "linux-server 1.0.0")
    return Fix(item, made, None, Verdict(name, Outcome.failed, name))


def named(made: Fix) -> tuple[str, ...]:
    """Return what a fix may change, as it is written."""
    return tuple(map(str, resources_of(made)))


def _edit(draft: Draft, _params: object) -> str:
    return draft.text or ""


def test_a_kind_that_writes_files_changes_their_bytes() -> None:
    """Its files are kept whole, also those that a program writes anew; each thing is named once."""
    touches = (FILE("/etc/a"), FILE("/etc/a"), GENERATED("/etc/b"), SYSCTL("net.x"))
    assert named(fix("r", touches)) == ("file=/etc/a", "sysctl=net.x", "file=/etc/b")


def test_a_kind_that_writes_none_changes_mode_and_owner() -> None:
    """The content of its files is not its to change, and is not put back."""
    assert named(fix("r", (ATTRIBUTES("/var/log/x"),), edits=False)) == ("attributes=/var/log/x",)


def test_paths_of_which_a_role_changes_the_mode_keep_what_they_hold() -> None:
    """Not even a kind that edits other files has the content of a start file kept and put back."""
    assert named(fix("r", (MODE("/home/a/.profile"),))) == ("attributes=/home/a/.profile",)


def test_a_name_that_would_be_another_line_is_no_thing() -> None:
    """The host's program reads a thing a line: a user's file name must not add one."""
    assert named(fix("r", MODE.each(("/home/a\nfile=/etc/shadow", "/home/b")))) == (
        "attributes=/home/b",
    )


@pytest.mark.parametrize(
    ("touches", "along"),
    [
        (
            (PACKAGE("telnet"),),
            {"removes=telnet", "packages=all", "file=/var/lib/apt/extended_states"},
        ),
        ((UNIT("a.service"),), {f"links={folder}" for folder in FOLDERS}),
        ((RELOAD("nftables.service"),), {"firewall=nftables"}),
        ((FILE("/etc/nftables.d/tuile.nft"),), {"firewall=nftables"}),
        ((FILE("/etc/audit/rules.d/50.rules"),), {"audit=kernel"}),
        ((ACCOUNT("ops"),), {"account=ops", "file=/etc/shadow-"}),
    ],
)
def test_what_changes_along_is_kept_too(touches: Resources, along: set[str]) -> None:
    """Links of units, marks of packages, the firewall and audit rules in the kernel, copies of the
    account files.
    """
    assert along <= set(named(fix("r", touches)))


def test_things_of_what_failed_alone() -> None:
    """What a fix that did not fail may change as well does not go back, be it of the same kind."""
    shared = fix("r1", FILE.each(("/etc/a", "/etc/shared")))
    other = fix("r2", (FILE("/etc/shared"),))
    kinds = (KindFix(KIND, (shared, other), ()),)
    assert tuple(map(str, resources_only_of((shared,), kinds))) == ("file=/etc/a",)
    found = resources_by_rule(kinds)
    assert {rule: tuple(map(str, touched)) for rule, touched in found.items()} == {
        "r1": ("file=/etc/a", "file=/etc/shared"),
        "r2": ("file=/etc/shared",),
    }


def test_of_a_kind_that_failed_what_holds_stays() -> None:
    """What passes now, or will after a reboot, did not fail, whatever the engine says of its kind."""
    fixes = tuple(fix(name, ()) for name in ("good", "soon", "bad", "blind", "gone"))
    said = {
        "good": Outcome.passed,
        "soon": Outcome.pending,
        "bad": Outcome.failed,
        "blind": Outcome.error,
    }
    verdicts = tuple(Verdict(name, outcome, name) for name, outcome in said.items())
    after = HostResult("srv", Plan("srv", (), (), ""), verdicts=verdicts)
    failed = failed_fixes((KindFix(KIND, fixes, ()),), after)
    assert [each.planned.rule.id for each in failed] == ["bad", "blind", "gone"]


@pytest.mark.parametrize(
    ("risk", "risky"),
    [(Risk.none, False), (Risk.reboot, False), (Risk.service, True), (Risk.access, True)],
)
def test_risk_of_access_or_service(risk: Risk, *, risky: bool) -> None:
    """A fix is risky where it may cost the way in or a service."""
    assert is_risky(fix("a", (), risk=risk)) is risky
