"""Which rules of the referee and of Tuile test the same thing, and which of the referee's cannot
pass, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tuile.policy.kind import Kind
from tuile.policy.model import HostResult, Outcome, Verdict

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ours:
    """What of ours tests the same: a rule, or only some fields of what it sees."""

    rule: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One rule of the referee beside ours; None where ours says nothing of this host."""

    referee: str
    ours: Ours
    theirs_passes: bool
    ours_passes: bool

    @property
    def agreed(self) -> bool:
        """Return whether both say the same."""
        return self.theirs_passes == self.ours_passes


def read_pairs() -> dict[str, tuple[Ours, ...]]:
    """Return ours by the referee's short rule id, from `pairs.yaml`."""
    data = yaml.safe_load((HERE / "pairs.yaml").read_text(encoding="utf-8"))
    return {theirs: tuple(_ours(item) for item in items) for theirs, items in data.items()}


@dataclass(frozen=True)
class Excuse:
    """Why a rule of the referee does not pass: which sort of reason, and the reason."""

    sort: str
    why: str

    @property
    def set_aside(self) -> bool:
        """Return whether the rule does not count among those that must pass."""
        return self.sort in ("mistake", "installer")


def read_exceptions() -> dict[str, Excuse]:
    """Return why a rule of the referee does not pass, by its short id or a pattern of it, from
    `exceptions.yaml`.
    """
    data = yaml.safe_load((HERE / "exceptions.yaml").read_text(encoding="utf-8"))
    return {
        pattern: Excuse(sort, why) for sort, rules in data.items() for pattern, why in rules.items()
    }


def reason(theirs: str, exceptions: Mapping[str, Excuse]) -> Excuse | None:
    """Return why a rule of the referee does not pass, None where no reason is written."""
    return next(
        (excuse for pattern, excuse in exceptions.items() if fnmatchcase(theirs, pattern)), None
    )


def rows(
    theirs: Mapping[str, str],
    ours: HostResult,
    pairs: Mapping[str, tuple[Ours, ...]],
    kinds: Mapping[str, Kind],
) -> list[Row]:
    """Return a row for each pair on which both have judged this host."""
    verdicts = {verdict.rule: verdict for verdict in ours.verdicts}
    labels = {item.rule.id: kinds[item.rule.kind].labels() for item in ours.plan.rules}
    found: list[Row] = []
    for rule, result in sorted(theirs.items()):
        if result not in ("pass", "fail"):
            continue
        for mine in pairs.get(rule, ()):
            said = _passes(verdicts.get(mine.rule), mine.fields, labels.get(mine.rule, {}))
            if said is not None:
                found.append(Row(rule, mine, result == "pass", said))
    return found


def _ours(item: str | Mapping[str, Iterable[str]]) -> Ours:
    if isinstance(item, str):
        return Ours(item)
    ((rule, fields),) = item.items()
    return Ours(rule, tuple(fields))


def _passes(
    verdict: Verdict | None, fields: tuple[str, ...], labels: Mapping[str, object]
) -> bool | None:
    if verdict is None or verdict.outcome in (Outcome.error, Outcome.not_applicable):
        return None
    if not fields:
        return verdict.outcome is Outcome.passed
    return not {labels[field] for field in fields} & {
        difference.label for difference in verdict.differences
    }
