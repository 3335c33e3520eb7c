"""What an apply came to: for each rule that was failing, whether it passes now, as seen by a check
afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeGuard

from tuile.policy.change.pre_image import GuardOutcome
from tuile.policy.condition import Value
from tuile.policy.model import Difference, Severity
from tuile.policy.text import Text

_RULE = re.compile(r"\(rule ([^ ()]+)\)")
"""How a script that is run for each rule names one that failed, after what it said."""


class Result(StrEnum):
    """What became of a rule that was failing."""

    put_right = "put_right"
    pending = "pending"
    """It is put right, but for a reboot."""
    still_failing = "still_failing"
    unknown = "unknown"
    """It could not be looked at afterwards."""
    left = "left"
    """The apply did not try: it was said to be blocked beforehand."""
    uncovered = "uncovered"
    """What it is about was not there before, is now, and fails: the next apply is the first that
    can put it right.
    """


def words_about(rule: str, said: str) -> str:
    """Return what an engine said about a rule of a kind that failed: where words name rules, those
    before it.
    """
    parts = _RULE.split(said)
    if len(parts) == 1:
        return said
    return next(
        (
            words.strip()
            for words, name in zip(parts[::2], parts[1::2], strict=False)
            if name == rule
        ),
        "",
    )


def came_since(before: Mapping[str, Value], now: Mapping[str, Value]) -> bool:
    """Return whether all that a rule lists came since it was looked at before: nothing could have
    put that right.
    """
    things = _things(now)
    return bool(things) and things.isdisjoint(_things(before)) and _rest(now) == _rest(before)


def _things(values: Mapping[str, Value]) -> set[str]:
    return {thing for value in values.values() if _is_list(value) for thing in value}


def _rest(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if not _is_list(value)}


def _is_list(value: Value) -> TypeGuard[Sequence[str]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


@dataclass(frozen=True)
class RuleApplied:
    """One rule that was failing before, or fails since; `why`: what the engine, the check or the
    preview said of it.
    """

    rule: str
    subject: str
    severity: Severity
    result: Result
    differences: tuple[Difference, ...] = ()
    """What is still wrong, as seen afterwards."""
    why: Text | None = None


@dataclass(frozen=True)
class HostApplied:
    """One host of an apply."""

    host: str
    rules: tuple[RuleApplied, ...] = ()
    broken: tuple[RuleApplied, ...] = ()
    """Rules that passed before and do not pass now."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """What the engine could not do, by kind, in its own words; "" as kind: the host itself."""
    guarded: GuardOutcome | None = None
    """How it was guarded; None where nothing was done."""
    refused: Text | None = None
    """Why nothing was done on this host, and what would change that."""
    not_reached: Text | None = None
    """Why the host could not be seen: before (then nothing was done) or after the engine ran."""

    host_keys: str = ""
    """How its inventory relaxes the judgement of its host key; "" where it does not."""

    def count(self, result: Result) -> int:
        """Return how many rules came to this."""
        return sum(rule.result is result for rule in self.rules)


@dataclass(frozen=True)
class ApplyReport:
    """One apply of some hosts.

    `run` is the number of the check that followed it, None where it was not stored.
    """

    engine: str
    started: datetime
    finished: datetime
    hosts: tuple[HostApplied, ...]
    run: int | None = None
    logs: str = ""
    """The folder that holds what the engine printed, "" where none was started."""
