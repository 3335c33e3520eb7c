"""What a host is, and the exit code: never compliant by silence, never failing by an error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.made import rule
from tuile.policy.change.outcome import HostApplied, Result, RuleApplied
from tuile.policy.change.preview import Blocked, HostPreview, RulePreview
from tuile.policy.history.compare import Cause, Change
from tuile.policy.history.host_state import Recorded
from tuile.policy.model import (
    Facts,
    HostResult,
    Outcome,
    Plan,
    PlannedRule,
    Risk,
    Severity,
    Verdict,
)
from tuile.policy.text import Text, both
from tuile.policy.verdict.status import (
    Status,
    exit_code,
    exit_code_of_apply,
    exit_code_of_diff,
    exit_code_of_drift,
    status,
    unjudged,
)

FACTS = Facts("srv", "debian", "12", container=False, packages=frozenset(), root=True)
FAIL, ERROR, PASS, PENDING = Outcome.failed, Outcome.error, Outcome.passed, Outcome.pending
WAIVED, NOT_APPLICABLE = Outcome.waived, Outcome.not_applicable
AWAY = HostResult("srv", Plan("srv", (), (), ""), not_reached=both("no answer"))


def host(*outcomes: Outcome, unjudged_rules: int = 0) -> HostResult:
    """Return a host with these outcomes, and rules without any."""
    names = [f"rule-{number}" for number in range(len(outcomes) + unjudged_rules)]
    plan = Plan(
        "srv", tuple(PlannedRule(rule(name), "linux 1.0.0") for name in names), ("linux 1.0.0",), ""
    )
    verdicts = tuple(
        Verdict(name, outcome, name) for name, outcome in zip(names, outcomes, strict=False)
    )
    return HostResult("srv", plan, FACTS, verdicts)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (host(PASS, WAIVED, NOT_APPLICABLE), Status.compliant),
        (host(PASS, ERROR), Status.with_errors),
        (host(PASS, ERROR, FAIL), Status.not_compliant),
        (host(), Status.with_errors),
        (host(PASS, unjudged_rules=1), Status.with_errors),
        (AWAY, Status.not_reached),
        (replace(host(FAIL), not_reached=both("cut off")), Status.not_reached),
    ],
)
def test_status_of_a_host(result: HostResult, expected: Status) -> None:
    """Failing outweighs errors, missing verdicts are errors, a host that was cut off was not
    reached.
    """
    assert status(result) is expected


def test_rules_without_verdict_are_named() -> None:
    """They come in the order of the plan."""
    assert unjudged(host(PASS, unjudged_rules=2)) == ("rule-1", "rule-2")


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([host(PASS)], 0),
        ([host(PASS), host(WAIVED)], 0),
        ([host(PASS), host(FAIL)], 1),
        ([host(PASS, PENDING)], 1),
        ([AWAY, host(ERROR), host(FAIL)], 1),
        ([host(PASS), AWAY], 3),
        ([host(PASS), host(ERROR)], 3),
        ([], 3),
    ],
)
def test_exit_code_of_a_fleet(results: list[HostResult], code: int) -> None:
    """1 where anything fails, else 3 where anything could not be told, else 0; nothing looked at is
    3.
    """
    assert exit_code(results) == code


@given(st.lists(st.lists(st.sampled_from(Outcome), max_size=3), max_size=4))
def test_zero_means_that_all_was_seen_and_nothing_fails(fleet: list[list[Outcome]]) -> None:
    """Exit code 0 is only given where every host has verdicts and none of them is a fail, pending
    or an error.
    """
    results = [host(*outcomes) for outcomes in fleet]
    clean = bool(fleet) and all(one and not {FAIL, PENDING, ERROR} & set(one) for one in fleet)
    assert (exit_code(results) == 0) is clean
    assert (exit_code(results) == 1) is any({FAIL, PENDING} & set(one) for one in fleet)


FIX = RulePreview("a", "a", Severity.high, Risk.none, ())
STUCK = Blocked("b", "b", Severity.high, both("needs a parameter"))


@pytest.mark.parametrize(
    ("hosts", "code"),
    [
        ([], 0),
        ([HostPreview("srv")], 0),
        ([HostPreview("srv", (FIX,))], 1),
        ([HostPreview("srv", blocked=(STUCK,))], 1),
        ([HostPreview("srv", unseen=("c",)), HostPreview("srv", (FIX,))], 1),
        ([HostPreview("srv", unseen=("c",))], 3),
        ([HostPreview("srv", pending=("c",))], 1),
        ([HostPreview("srv", not_reached=both("no answer")), HostPreview("srv")], 3),
    ],
)
def test_exit_code_of_a_diff(hosts: list[HostPreview], code: int) -> None:
    """1 where a rule fails, put right or not; 3 where nothing fails but not all was seen."""
    assert exit_code_of_diff(hosts) == code


def done(result: Result) -> RuleApplied:
    """Return a rule that came to this."""
    return RuleApplied("a", "a", Severity.high, result)


@pytest.mark.parametrize(
    ("hosts", "code"),
    [
        ([], 0),
        ([HostApplied("srv")], 0),
        ([HostApplied("srv", (done(Result.put_right),))], 0),
        ([HostApplied("srv", (done(Result.put_right), done(Result.still_failing)))], 1),
        ([HostApplied("srv", (done(Result.left),))], 1),
        ([HostApplied("srv", (done(Result.pending),))], 1),
        ([HostApplied("srv", broken=(done(Result.still_failing),))], 1),
        ([HostApplied("srv", refused=both("this machine"))], 1),
        ([HostApplied("srv", (done(Result.unknown),))], 3),
        ([HostApplied("srv", failures={"": "no sudo"})], 3),
        (
            [
                HostApplied("srv", not_reached=both("no answer")),
                HostApplied("pc", (done(Result.left),)),
            ],
            1,
        ),
    ],
)
def test_exit_code_of_an_apply(hosts: list[HostApplied], code: int) -> None:
    """0 only where everything that failed passes now."""
    assert exit_code_of_apply(hosts) == code


def change(cause: Cause, outcome: Outcome | None) -> Change:
    """Return a change to this outcome."""
    return Change("srv", cause, "a", after=None if outcome is None else Recorded("a", outcome))


@pytest.mark.parametrize(
    ("changes", "seen", "code"),
    [
        ([], True, 0),
        ([], False, 3),
        ([change(Cause.repaired, PASS)], True, 0),
        ([change(Cause.not_reached, None)], True, 3),
        ([change(Cause.could_not_look, ERROR)], True, 3),
        ([change(Cause.could_not_look, ERROR), change(Cause.regressed, FAIL)], True, 1),
        ([change(Cause.regressed, PENDING)], True, 1),
        ([replace(change(Cause.awaits_reboot, PENDING), before=Recorded("a", FAIL))], True, 0),
    ],
)
# A row
def test_exit_code_of_a_drift(changes: list[Change], seen: bool, code: int) -> None:  # noqa: FBT001
    """1 for what is worse, 3 for what is less known, 0 for what is as it was or better."""
    assert exit_code_of_drift(changes, seen=seen) == code


def test_a_preview_without_errors_and_rules_has_nothing_to_do() -> None:
    """Nothing to do is only said of a host that was seen whole."""
    assert HostPreview("srv").nothing_to_do
    assert not HostPreview("srv", unseen=("a",)).nothing_to_do
    assert not HostPreview("srv", pending=("a",)).nothing_to_do
    assert not HostPreview("srv", not_reached=Text("away", "absent")).nothing_to_do
