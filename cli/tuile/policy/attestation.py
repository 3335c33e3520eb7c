"""What a person answers for, where no command can see: the answer, and what it comes to on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tuile.policy.condition import Value
from tuile.policy.dates import on_day
from tuile.policy.errors import Place
from tuile.policy.kind import said
from tuile.policy.text import Text


@dataclass(frozen=True)
class Attestation:
    """A person's answer about a rule on some hosts; it counts from `on` until the end of the day
    `until`.
    """

    to: str
    rule: str
    answer: bool
    by: str
    on: date
    evidence: str
    until: date
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True)
class Answer:
    """The state of a rule that a person answers for: every kind that is HUMAN has it as its State."""

    answer: bool | None = said("answer", "réponse")
    expired: bool = said("expired", "délai dépassé")
    days: int = said("days from the answer to its end", "jours de la réponse à son échéance")
    by: str = said("by", "par")
    on: str = said("on", "le")
    until: str = said("until", "jusqu’au")
    evidence: str = said("evidence", "pièce")


_NOBODY = Text(
    en="human evidence: none in attestations.yaml",
    fr="preuve humaine\u00a0: aucune dans attestations.yaml",
)
_ANSWERED = Text(
    en="human evidence: {answer}, by {by} on {on}, until {until}; {evidence}",
    fr="preuve humaine\u00a0: {answer}, par {by} le {on}, jusqu’au {until}\u202f; {evidence}",
)
_YES, _NO = Text("yes", "oui"), Text("no", "non")


def answered(attestations: Iterable[Attestation], today: date) -> dict[str, Value]:
    """Return the state that the answers of one host to one rule come to: the newest counts, one of
    tomorrow not yet.
    """
    given = [one for one in attestations if one.on <= today]
    if not given:
        return {
            "answer": None,
            "expired": False,
            "days": 0,
            "by": "",
            "on": "",
            "until": "",
            "evidence": "",
        }
    last = max(given, key=lambda one: one.on)
    return {
        "answer": last.answer,
        "expired": last.until < today,
        "days": (last.until - last.on).days,
        "by": last.by,
        "on": last.on.isoformat(),
        "until": last.until.isoformat(),
        "evidence": last.evidence,
    }


def told(state: Mapping[str, Any] | None) -> Text:
    """Return who answered what, when, until when and on which evidence; `state` is what `answered`
    returned.
    """
    if not state or state["answer"] is None:
        return _NOBODY
    answer = _YES if state["answer"] else _NO
    on, until = (on_day(date.fromisoformat(state[name])) for name in ("on", "until"))
    by, evidence = state["by"], state["evidence"]
    return Text(
        en=_ANSWERED.en.format(
            by=by, answer=answer.en, on=on.en, until=until.en, evidence=evidence
        ),
        fr=_ANSWERED.fr.format(
            by=by, answer=answer.fr, on=on.fr, until=until.fr, evidence=evidence
        ),
    )
