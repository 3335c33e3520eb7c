"""What an apply may change, as the host's program names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.policy.made import KIND, rule
from tuile.policy.change.pre_image import LINKS, failed_fixes, is_risky, things_by_rule, things_of, things_only_of
from tuile.policy.change.remediation import Fix, KindFix
from tuile.policy.kind import Draft, Touches
from tuile.policy.model import HostResult, Outcome, Plan, PlannedRule, Risk, Verdict


def fix(name: str, touches: Touches, *, edits: bool = True, risk: Risk = Risk.none, slug: str = "k") -> Fix:
    """Return a fix of a kind that touches this."""
    made = replace(KIND, slug=slug, touches=lambda _params: touches, edit=_edit if edits else None)
    item = PlannedRule(rule(name, risk=risk), "linux-server 1.0.0")
    return Fix(item, made, None, Verdict(name, Outcome.failed, name))


def _edit(draft: Draft, _params: object) -> str:
    return draft.text or ""


def test_a_kind_that_writes_files_changes_their_bytes() -> None:
    """Its files are kept whole, also those that a program writes anew; each thing is named once."""
    touches = Touches(files=("/etc/a", "/etc/a"), regenerates=("/etc/b",), sysctls=("net.x",))
    assert things_of(fix("r", touches)) == ("file=/etc/a", "file=/etc/b", "sysctl=net.x")


def test_a_kind_that_writes_none_changes_mode_and_owner() -> None:
    """The content of its files is not its to change, and is not put back."""
    assert things_of(fix("r", Touches(files=("/var/log/x",)), edits=False)) == ("attributes=/var/log/x",)


def test_paths_of_which_a_role_changes_the_mode_keep_what_they_hold() -> None:
    """Not even a kind that edits other files has the content of a start file kept and put back."""
    assert things_of(fix("r", Touches(modes=("/home/a/.profile",)))) == ("attributes=/home/a/.profile",)


def test_a_name_that_would_be_another_line_is_no_thing() -> None:
    """The host's program reads a thing a line: a user's file name must not add one."""
    assert things_of(fix("r", Touches(modes=("/home/a\nfile=/etc/shadow", "/home/b")))) == ("attributes=/home/b",)


@pytest.mark.parametrize(
    ("touches", "along"),
    [
        (Touches(packages=("telnet",)), {"removes=telnet", "packages=all", "file=/var/lib/apt/extended_states"}),
        (Touches(units=("a.service",)), {f"links={folder}" for folder in LINKS}),
        (Touches(reloads=("nftables.service",)), {"firewall=nftables"}),
        (Touches(files=("/etc/nftables.d/tuile.nft",)), {"firewall=nftables"}),
        (Touches(files=("/etc/audit/rules.d/50.rules",)), {"audit=kernel"}),
        (Touches(accounts=("ops",)), {"account=ops", "file=/etc/shadow-"}),
    ],
)
def test_what_changes_along_is_kept_too(touches: Touches, along: set[str]) -> None:
    """Links of units, marks of packages, the firewall and audit rules in the kernel, copies of the account files."""
    assert along <= set(things_of(fix("r", touches)))


def test_things_of_what_failed_alone() -> None:
    """What a fix that did not fail may change as well does not go back, be it of the same kind."""
    shared = fix("r1", Touches(files=("/etc/a", "/etc/shared")))
    other = fix("r2", Touches(files=("/etc/shared",)))
    kinds = (KindFix(KIND, (shared, other), ()),)
    assert things_only_of((shared,), kinds) == ("file=/etc/a",)
    assert things_by_rule(kinds) == {"r1": ("file=/etc/a", "file=/etc/shared"), "r2": ("file=/etc/shared",)}


def test_of_a_kind_that_failed_what_holds_stays() -> None:
    """What passes now, or will after a reboot, did not fail, whatever the engine says of its kind."""
    fixes = tuple(fix(name, Touches()) for name in ("good", "soon", "bad", "blind", "gone"))
    said = {"good": Outcome.passed, "soon": Outcome.pending, "bad": Outcome.failed, "blind": Outcome.error}
    verdicts = tuple(Verdict(name, outcome, name) for name, outcome in said.items())
    after = HostResult("srv", Plan("srv", (), (), ""), verdicts=verdicts)
    failed = failed_fixes((KindFix(KIND, fixes, ()),), after)
    assert [each.planned.rule.id for each in failed] == ["bad", "blind", "gone"]


@pytest.mark.parametrize(
    ("risk", "risky"), [(Risk.none, False), (Risk.reboot, False), (Risk.service, True), (Risk.access, True)]
)
def test_risk_of_access_or_service(risk: Risk, *, risky: bool) -> None:
    """A fix is risky where it may cost the way in or a service."""
    assert is_risky(fix("a", Touches(), risk=risk)) is risky
