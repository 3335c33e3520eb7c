"""A person's answer counts when it is yes, the newest, not expired and not given for too long."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.policy.made import rule
from tuile.catalog import Kinds
from tuile.policy.attestation import Attestation, answered, told
from tuile.policy.model import Observation, Outcome, PlannedRule, Verdict
from tuile.policy.verdict.judge import judge

KIND = Kinds()["attestation"]
TODAY = date(2026, 11, 24)


def yes(**fields: Any) -> Attestation:  # noqa: ANN401 -- any field of an answer
    """Return a yes of this year, changed as said."""
    given = {
        "answer": True,
        "by": "rssi",
        "on": date(2026, 9, 1),
        "evidence": "record 118",
        "until": date(2027, 8, 31),
    }
    return Attestation("all", "asked", **{**given, **fields})


def verdict(*given: Attestation, days: int = 366) -> Verdict:
    """Return the verdict of today on these answers."""
    planned = PlannedRule(rule("asked"), "linux 1.0.0", human=True, attestations=given)
    return judge(
        planned, KIND, KIND.params(days), Observation("asked", answered(given, TODAY)), TODAY
    )


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ((), Outcome.failed),
        ((yes(),), Outcome.passed),
        ((yes(answer=False),), Outcome.failed),
        ((yes(until=TODAY),), Outcome.passed),
        ((yes(until=date(2026, 11, 23)),), Outcome.failed),
        ((yes(on=date(2026, 11, 25)),), Outcome.failed),
        ((yes(until=date(2028, 8, 31)),), Outcome.failed),
        ((yes(answer=False), yes(on=date(2026, 9, 2))), Outcome.passed),
        ((yes(on=date(2026, 9, 2), answer=False), yes()), Outcome.failed),
    ],
)
def test_an_answer_counts(given: tuple[Attestation, ...], outcome: Outcome) -> None:
    """Missing, no, expired, of tomorrow, or for too long is a failure; of several answers the
    newest counts.
    """
    assert verdict(*given).outcome is outcome


def test_a_failure_says_who_answered_what() -> None:
    """What differs comes with the person's words: who, when, until when, on which evidence, in both
    languages.
    """
    found = verdict(yes(answer=False))
    assert found.reason is not None
    assert (
        found.reason.en
        == "human evidence: no, by rssi on 1 Sep 2026, until 31 Aug 2027; record 118"
    )
    assert (
        found.reason.fr
        == "preuve humaine\u00a0: non, par rssi le 1er sept. 2026, jusqu’au 31 août 2027\u202f;"
        " record 118"
    )
    assert [item.label.en for item in found.differences] == ["answer"]


def test_nobody_is_told() -> None:
    """Without an answer the failure says that there is none, and one thing differs only."""
    found = verdict()
    assert found.reason == told(None)
    assert [item.label.en for item in found.differences] == ["answer"]


def test_a_pass_keeps_the_answer() -> None:
    """What is stored of a pass is the whole answer, so that it can be shown years later."""
    found = verdict(yes())
    assert found.reason is None
    assert (
        told(found.observed).en
        == "human evidence: yes, by rssi on 1 Sep 2026, until 31 Aug 2027; record 118"
    )


def test_the_kind_is_never_looked_at() -> None:
    """It is a person's matter from end to end: not observed, not put right by a program."""
    assert (KIND.human, KIND.check_only, KIND.edit) == (True, True, None)
