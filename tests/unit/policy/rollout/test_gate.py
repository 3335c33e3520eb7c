"""What an apply comes to within a rollout, and what keeps a gate shut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.store.made import plan, result
from tuile.policy.change.outcome import HostApplied, Result, RuleApplied
from tuile.policy.model import HostResult, Outcome, Severity
from tuile.policy.rollout.gate import open_of, reasons, settled, step_of
from tuile.policy.rollout.state import Member, Step
from tuile.policy.text import Text, both

AWAY = Text("no answer", "pas de réponse")


def rule(outcome: Result, name: str = "a") -> RuleApplied:
    """Return what became of a rule."""
    return RuleApplied(name, name, Severity.high, outcome)


@pytest.mark.parametrize(
    ("applied", "step", "why"),
    [
        (HostApplied("h", (rule(Result.put_right),)), Step.done, None),
        (HostApplied("h", (rule(Result.pending), rule(Result.left, "b"))), Step.done, None),
        (
            HostApplied("h", (rule(Result.put_right), rule(Result.still_failing, "b"))),
            Step.failed,
            "not put right: b",
        ),
        (HostApplied("h", (rule(Result.unknown),)), Step.failed, "not put right: a"),
        (
            HostApplied("h", broken=(rule(Result.still_failing, "c"),)),
            Step.failed,
            "passed before and does not now: c",
        ),
        (HostApplied("h", failures={"sysctl": "no", "": "lost"}), Step.failed, "lost; sysctl: no"),
        (HostApplied("h", refused=both("busy")), Step.failed, "busy"),
        (HostApplied("h", not_reached=AWAY), Step.failed, "no answer"),
    ],
)
def test_only_what_was_tried_and_stands_is_done(
    applied: HostApplied, step: Step, why: str | None
) -> None:
    """What could not be tried fails nobody; whatever else went wrong does."""
    found, words = step_of(applied)

    assert (found, words and words.en) == (step, why)


def test_rules_without_a_verdict_are_open() -> None:
    """What nobody judged is an error, and what waits for a reboot is not open."""
    judged = result(
        "h", {"a": Outcome.passed, "b": Outcome.pending, "c": Outcome.failed, "d": Outcome.waived}
    )
    more = replace(judged, plan=plan("h", dict.fromkeys("abcde", "1")))

    assert open_of(more) == {"c": "fail", "e": "error"}


def test_a_host_that_confirmed_while_nobody_listened() -> None:
    """It is done unless what was tried fails; not reached, nobody knows."""
    seen = result("h", {"a": Outcome.passed, "b": Outcome.failed})

    assert settled(seen, ["a"]) == (Step.done, None)
    assert settled(seen, ["a", "b"])[0] is Step.failed
    assert settled(replace(seen, not_reached=AWAY), ["a"]) == (Step.unclear, AWAY)


def words(members: list[Member], *seen: HostResult) -> list[str]:
    """Return what speaks against a ring, in English."""
    return [why.en for why in reasons(members, {one.host: one for one in seen})]


def test_a_ring_as_it_was_left_opens_the_gate() -> None:
    """What failed right after the apply may fail still; what is better is no matter."""
    member = Member("h", 0, Step.done, open={"b": "fail", "c": "error"})

    assert (
        words(
            [member], result("h", {"a": Outcome.passed, "b": Outcome.failed, "c": Outcome.passed})
        )
        == []
    )


def test_whatever_is_worse_keeps_it_shut() -> None:
    """A new failure, a new error, another outcome, a host that is away or was not looked at: each
    is told.
    """
    members = [Member(name, 0, Step.done, open={"b": "fail"}) for name in "hijk"]
    found = words(
        members,
        result("h", {"a": Outcome.failed, "b": Outcome.failed}),
        result("i", {"a": Outcome.error, "b": Outcome.error}),
        replace(result("j", {"a": Outcome.passed}), not_reached=AWAY),
    )

    assert found == [
        "h: a is now fail",
        "i: a is now error",
        "i: b is now error",
        "j could not be looked at again: no answer",
        "k could not be looked at again: it was not looked at",
    ]


def test_a_ring_of_which_nobody_is_done_proves_nothing() -> None:
    """Hosts that are away do not vouch."""
    assert words([Member("h", 0, Step.away)]) == ["no host of this ring is done"]
