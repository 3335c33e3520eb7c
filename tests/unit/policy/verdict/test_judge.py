"""Verdicts are judged from what was seen: an error is never a fail, and silence never a pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.made import KIND, Params, rule
from tuile.policy.condition import AtLeast, Equals, Value
from tuile.policy.kind import said
from tuile.policy.model import Applies, Difference, Facts, Observation, Outcome, PlannedRule, Waiver
from tuile.policy.text import Text, both
from tuile.policy.traits import SessionModel, Traits, Zone
from tuile.policy.verdict.judge import differences, judge, reason_not_applicable


@dataclass(frozen=True)
class StateUntilReboot:
    """A state of which what runs now follows the next reboot."""

    running: int | None = said("", "", until_reboot=True)
    lasting: bool = said("after a reboot", "après redémarrage")


AFTER_REBOOT = replace(KIND, state=StateUntilReboot)
PARAMS = Params("volume", 5)
PLANNED = PlannedRule(rule("volume"), "linux 1.0.0")
WAIVER = Waiver(
    "all", "volume", Text("Until March", "Jusqu’en mars"), "owner", "approver", date(2027, 2, 28)
)
WAIVED = replace(PLANNED, waiver=WAIVER)
GOOD: dict[str, Value] = {"running": 5, "lasting": True}
BAD: dict[str, Value] = {"running": 4, "lasting": True}
TODAY = date(2026, 11, 23)
FACTS = Facts(
    "srv", "debian", "12", container=False, packages=frozenset({"openssh-server"}), root=True
)


def test_what_is_as_wanted_passes() -> None:
    """A pass keeps what was seen and needs no reason."""
    verdict = judge(PLANNED, KIND, PARAMS, Observation("volume", GOOD), TODAY)
    assert (verdict.outcome, verdict.subject, verdict.observed) == (Outcome.passed, "volume", GOOD)
    assert (verdict.differences, verdict.reason) == ((), None)


def test_what_is_not_as_wanted_fails() -> None:
    """A fail keeps both sides of what differs."""
    verdict = judge(PLANNED, KIND, PARAMS, Observation("volume", BAD), TODAY)
    assert verdict.outcome is Outcome.failed
    assert verdict.differences == (Difference(Text("", ""), 4, AtLeast(5)),)
    assert verdict.observed == BAD


@pytest.mark.parametrize(
    "seen", [Observation("volume", unseen=both("no such command")), Observation("volume")]
)
def test_what_was_not_seen_is_an_error(seen: Observation) -> None:
    """Nothing seen is an error with a reason, under a waiver too."""
    for planned in (PLANNED, WAIVED):
        verdict = judge(planned, KIND, PARAMS, seen, TODAY)
        assert verdict.outcome is Outcome.error
        assert verdict.reason == (seen.unseen or Text("nothing was seen", "rien n'a été vu"))


def test_what_has_no_object_is_not_applicable() -> None:
    """The kind's own words say why."""
    verdict = judge(
        WAIVED, KIND, PARAMS, Observation("volume", not_applicable=both("no dial here")), TODAY
    )
    assert (verdict.outcome, verdict.reason) == (Outcome.not_applicable, both("no dial here"))


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        (date(2026, 11, 23), Outcome.waived),
        (date(2027, 2, 28), Outcome.waived),
        (date(2027, 3, 1), Outcome.failed),
    ],
)
def test_a_waiver_covers_a_failure_to_the_end_of_its_last_day(
    today: date, outcome: Outcome
) -> None:
    """Waived to the last day, failing from the next; what differs is kept in both."""
    verdict = judge(WAIVED, KIND, PARAMS, Observation("volume", BAD), today)
    assert verdict.outcome is outcome
    assert verdict.differences
    assert (verdict.reason == WAIVER.reason) is (outcome is Outcome.waived)


def test_a_waiver_takes_nothing_from_a_pass() -> None:
    """What holds, passes: a waiver that is not needed does not show."""
    assert judge(WAIVED, KIND, PARAMS, Observation("volume", GOOD), TODAY).outcome is Outcome.passed


def test_a_field_that_was_not_seen_never_complies() -> None:
    """A missing field differs even where "absent" is wanted, and a field without label is still
    said.
    """
    found = differences({}, {"gone": Equals(None)}, {})
    assert found == (Difference(Text("", ""), None, Equals(None)),)


@given(
    st.dictionaries(
        st.sampled_from(["running", "lasting", "other"]), st.none() | st.integers() | st.booleans()
    )
)
def test_a_pass_means_that_every_condition_holds(state: dict[str, Value]) -> None:
    """Whatever was seen, it passes if and only if every wanted field was seen and is admitted."""
    verdict = judge(PLANNED, KIND, PARAMS, Observation("volume", state), TODAY)
    holds = all(
        name in state and one.admits(state[name]) for name, one in KIND.wanted(PARAMS).items()
    )
    assert verdict.outcome is (Outcome.passed if holds else Outcome.failed)
    assert bool(verdict.differences) is not holds


@pytest.mark.parametrize(
    ("applies", "facts", "words"),
    [
        (Applies(), FACTS, None),
        (Applies(("debian",), ("12", "13"), "openssh-server", container=False), FACTS, None),
        (Applies(os=("ubuntu",)), FACTS, "for ubuntu, this is debian"),
        (Applies(version=("13",)), FACTS, "for version 13, this is 12"),
        (Applies(package="cups"), FACTS, "cups is not installed"),
        (Applies(container=True), FACTS, "only in a container"),
        (Applies(virtual=True), FACTS, "only in a virtual machine"),
        (Applies(virtual=True), replace(FACTS, virtual=True), None),
        (Applies(virtual=False), replace(FACTS, virtual=True), "not in a virtual machine"),
        (Applies(virtual=False), FACTS, None),
        (Applies(container=True), replace(FACTS, container=True), None),
        (
            Applies(container=False),
            replace(FACTS, container=True),
            "not in a container: the kernel is the host's",
        ),
    ],
)
def test_a_rule_applies_where_it_says(applies: Applies, facts: Facts, words: str | None) -> None:
    """Each restriction that is not met is the reason, in both languages."""
    reason = reason_not_applicable(applies, facts, Traits())
    assert (reason.say("en") if reason else None) == words
    assert reason is None or reason.say("fr")


@pytest.mark.parametrize(
    ("applies", "words"),
    [
        (
            Applies(
                session_model=(SessionModel.display, SessionModel.personal), zone=(Zone.theatre,)
            ),
            None,
        ),
        (
            Applies(session_model=(SessionModel.personal,)),
            "for a personal workstation; this is a display",
        ),
        (
            Applies(zone=(Zone.office, Zone.ward)),
            "for an office, a ward; this is an operating theatre",
        ),
    ],
)
def test_a_rule_applies_where_the_policy_says_what_the_host_is(
    applies: Applies, words: str | None
) -> None:
    """Who works at a machine and where it stands come from the policy, and restrict a rule as what
    it is does.
    """
    traits = Traits(session_model=SessionModel.display, zone=Zone.theatre)
    reason = reason_not_applicable(applies, FACTS, traits)
    assert (reason.say("en") if reason else None) == words
    assert reason is None or reason.say("fr")


@pytest.mark.parametrize(
    ("running", "lasting", "outcome"),
    [
        (4, True, Outcome.pending),
        (4, False, Outcome.failed),
        (5, False, Outcome.failed),
        (5, True, Outcome.passed),
    ],
)
def test_what_only_a_reboot_puts_right_is_pending(
    running: int,
    lasting: bool,  # noqa: FBT001
    outcome: Outcome,
) -> None:
    """A rule is pending where all that differs goes with a reboot, and fails where anything else
    differs too.
    """
    state: dict[str, Value] = {"running": running, "lasting": lasting}
    verdict = judge(PLANNED, AFTER_REBOOT, PARAMS, Observation("volume", state), TODAY)
    assert verdict.outcome is outcome
    assert (verdict.reason is not None) is (outcome is Outcome.pending)
    assert bool(verdict.differences) is not (outcome is Outcome.passed)


def test_a_waiver_covers_what_is_pending() -> None:
    """Nobody is told to reboot for what is accepted."""
    state: dict[str, Value] = {"running": 4, "lasting": True}
    assert (
        judge(WAIVED, AFTER_REBOOT, PARAMS, Observation("volume", state), TODAY).outcome
        is Outcome.waived
    )
