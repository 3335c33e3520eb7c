"""Every cause of a change is told from the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tuile.policy.condition import Equals
from tuile.policy.history.compare import Cause, Change, compare, never_compliant
from tuile.policy.history.host_state import HostState, InPlan, Recorded, Seen
from tuile.policy.model import Difference, Outcome
from tuile.policy.text import Text

RULE = "ssh-root-login-disabled"
LABEL = Text("", "")


def seen(visit: int) -> Seen:
    """Return a visit, one an hour."""
    return Seen(visit, visit, datetime(2026, 11, 19, tzinfo=UTC) + timedelta(hours=visit))


def state(
    visit: int,
    outcome: Outcome | None,
    observed: str = "yes",
    wanted: str = "no",
    passed: Seen | None = None,
) -> HostState:
    """Return a host with one rule, or none."""
    if outcome is None:
        return HostState("srv-pacs-01", seen(visit))
    rules = {RULE: InPlan(RULE, "sshd_option", {"value": wanted}, "linux-server 1.0.0")}
    if outcome is Outcome.passed:
        return HostState("srv-pacs-01", seen(visit), rules)
    differences = (
        (Difference(LABEL, observed, Equals(wanted)),)
        if outcome in {Outcome.failed, Outcome.waived}
        else ()
    )
    found = Recorded(RULE, outcome, "PermitRootLogin", differences, None, seen(visit), passed)
    return HostState("srv-pacs-01", seen(visit), rules, {RULE: found})


def causes(before: HostState | None, after: HostState) -> list[Cause]:
    """Return the causes alone."""
    return [change.cause for change in compare(before, after)]


P, F, E, N, W = (
    Outcome.passed,
    Outcome.failed,
    Outcome.error,
    Outcome.not_applicable,
    Outcome.waived,
)
B = Outcome.pending


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (P, F, Cause.regressed),
        (F, P, Cause.repaired),
        (F, B, Cause.awaits_reboot),
        (E, B, Cause.awaits_reboot),
        (P, B, Cause.regressed),
        (B, P, Cause.repaired),
        (B, F, Cause.fails_differently),
        (B, E, Cause.could_not_look),
        (W, P, Cause.repaired),
        (W, F, Cause.waiver_ended),
        (F, W, Cause.waived),
        (P, W, Cause.waived),
        (P, E, Cause.could_not_look),
        (F, E, Cause.could_not_look),
        (N, E, Cause.could_not_look),
        (E, P, Cause.seen_again),
        (E, F, Cause.seen_again),
        (E, W, Cause.waived),
        (N, F, Cause.applicability_changed),
        (N, P, Cause.applicability_changed),
        (P, N, Cause.applicability_changed),
        (None, F, Cause.baseline_changed),
        (None, P, Cause.baseline_changed),
        (F, None, Cause.baseline_changed),
    ],
)
def test_cause_of_a_changed_outcome(
    before: Outcome | None, after: Outcome | None, cause: Cause
) -> None:
    """Each pair of outcomes has its one cause."""
    assert causes(state(1, before), state(2, after)) == [cause]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_same_is_no_change(outcome: Outcome) -> None:
    """Later visits that see the same are no drift."""
    assert compare(state(1, outcome), state(2, outcome)) == ()


def test_a_regression_says_between_which_visits() -> None:
    """It happened after the last pass and before the first failure, even where a visit in between
    could not look.
    """
    (change,) = compare(state(1, E), state(9, F, passed=seen(5)))
    assert (change.cause, change.until, change.since) == (Cause.regressed, seen(5), seen(9))
    assert change.worse


def test_another_value_that_fails_is_a_change() -> None:
    """A host that fails in another way than before was changed by someone."""
    assert causes(state(1, F, "prohibit-password"), state(2, F, "yes")) == [Cause.fails_differently]


def test_stricter_parameters_are_the_policys_doing() -> None:
    """A verdict that changes together with the parameters is not called a regression."""
    (change,) = compare(state(1, P, wanted="prohibit-password"), state(2, F, wanted="no"))
    assert change.cause is Cause.baseline_changed
    assert change.note == Text(
        "parameters changed, linux-server 1.0.0", "paramètres modifiés, linux-server 1.0.0"
    )


def test_parameters_that_change_nothing_are_no_change() -> None:
    """A host that passes under both policies has not drifted."""
    assert compare(state(1, P, wanted="prohibit-password"), state(2, P, wanted="no")) == ()


def test_a_new_version_does_not_hide_a_regression() -> None:
    """A rule that is the same in the new version of its baseline and fails now has regressed."""
    after = state(2, F)
    newer = {RULE: replace(after.rules[RULE], baseline="linux-server 1.2.0")}
    assert causes(state(1, P), replace(after, rules=newer)) == [Cause.regressed]


def test_a_rule_that_is_new_says_in_what() -> None:
    """The note names the baseline and its version in both languages."""
    (change,) = compare(state(1, None), state(2, F))
    assert change.note == Text(
        "now in the plan, from linux-server 1.0.0", "désormais au plan, par linux-server 1.0.0"
    )
    assert (change.before, change.after and change.after.outcome) == (None, F)


def test_a_new_host_is_one_change() -> None:
    """Its rules are not listed one by one; what fails is never compliant."""
    after = state(2, F)
    assert causes(None, after) == [Cause.newly_seen]
    assert [change.rule for change in never_compliant(after)] == [RULE]


def test_a_rule_that_passed_once_is_not_never_compliant() -> None:
    """Nor are a waived rule and an error."""
    assert never_compliant(state(2, F, passed=seen(1))) == ()
    assert never_compliant(state(2, W)) == never_compliant(state(2, E)) == ()


def test_a_host_that_is_lost_and_found() -> None:
    """It is said when it is no longer reached, once, and when it is reached again, with what
    changed meanwhile.
    """
    reached = state(1, P)
    lost = replace(reached, missed=seen(2), why=Text("no answer", "pas de réponse"))
    (change,) = compare(reached, lost)
    assert (change.cause, change.since, change.until, change.note) == (
        Cause.not_reached,
        seen(2),
        seen(1),
        lost.why,
    )
    assert change.worse
    assert compare(lost, lost) == ()
    assert causes(lost, state(4, F)) == [Cause.regressed, Cause.reached_again]


def test_a_host_that_changed_before_it_was_lost() -> None:
    """What the last visit that reached it saw is not forgotten."""
    lost = replace(state(2, F), missed=seen(3), why=Text("no answer", "pas de réponse"))
    assert causes(state(1, P), lost) == [Cause.regressed, Cause.not_reached]


def test_a_host_never_reached() -> None:
    """It is not reached, and that is all; when it is reached at last it is new, without a list of
    its rules.
    """
    never = HostState("srv-pacs-01", None, missed=seen(1), why=Text("no answer", "pas de réponse"))
    assert causes(None, never) == [Cause.not_reached]
    assert causes(never, state(2, F)) == [Cause.newly_seen]


def test_changes_come_the_most_pressing_first() -> None:
    """A regression stands before a repair, whatever the names."""
    order = [Change("z", Cause.regressed, "z"), Change("a", Cause.repaired, "a")]
    assert sorted(order, key=lambda change: change.order) == order


@pytest.mark.parametrize(
    ("cause", "en", "fr"),
    [
        (Cause.regressed, "REGRESSED", "RÉGRESSION"),
        (Cause.waiver_ended, "WAIVER ENDED", "DÉROGATION ÉCHUE"),
        (Cause.not_reached, "NOT REACHED", "NON JOINT"),
        (Cause.repaired, "REPAIRED", "RÉTABLI"),
        (Cause.never_compliant, "NEVER COMPLIANT", "JAMAIS CONFORME"),
        (Cause.baseline_changed, "BASELINE CHANGED", "RÉFÉRENTIEL MODIFIÉ"),
        (Cause.newly_seen, "NEW", "NOUVEAU"),
    ],
)
def test_words_of_a_cause(cause: Cause, en: str, fr: str) -> None:
    """Lists show the cause in the reader's language."""
    assert (cause.say("en"), cause.say("fr")) == (en, fr)


def test_every_cause_has_words() -> None:
    """In both languages, none twice."""
    assert (
        len({cause.say("en") for cause in Cause})
        == len({cause.say("fr") for cause in Cause})
        == len(Cause)
    )
