"""Two baselines, or two versions of one, rule by rule: what is new, what is gone, what is asked
differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tuile.policy.digest import plain
from tuile.policy.model import Rule


class Change(StrEnum):
    """What became of a rule."""

    added = "added"
    removed = "removed"
    changed = "changed"


@dataclass(frozen=True)
class FieldChange:
    """One thing that a rule says otherwise, as plain data; None: it was not said."""

    field: str
    """"level", "severity", "params.value", "title" …"""
    before: Any
    after: Any


@dataclass(frozen=True)
class RuleChange:
    """A rule that is not in both, or not the same in both."""

    rule: Rule
    """As the second has it; where that has none, as the first."""
    change: Change
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Versus:
    """Two baselines compared."""

    before: str
    after: str
    changes: tuple[RuleChange, ...]
    same: int
    """How many rules are the same in both."""

    def of(self, change: Change) -> tuple[RuleChange, ...]:
        """Return the rules of which this became."""
        return tuple(one for one in self.changes if one.change is change)


_MEASURED = ("kind", "level", "severity", "risk", "applies", "range")
_WORDED = ("title", "why", "care")


def versus(before: str, old: Mapping[str, Rule], after: str, new: Mapping[str, Rule]) -> Versus:
    """Return what changed between two sets of rules, by id; `before` and `after` are what they are
    called.
    """
    changes = tuple(
        change for name in sorted({*old, *new}) if (change := _change(old.get(name), new.get(name)))
    )
    same = sum(name in new for name in old) - sum(one.change is Change.changed for one in changes)
    return Versus(before, after, changes, same)


def _change(old: Rule | None, new: Rule | None) -> RuleChange | None:
    if new is None:
        return RuleChange(old, Change.removed) if old else None
    if old is None:
        return RuleChange(new, Change.added)
    fields = tuple(_fields(old, new))
    return RuleChange(new, Change.changed, fields) if fields else None


def _fields(old: Rule, new: Rule) -> Iterator[FieldChange]:
    """Yield what differs: each parameter for itself, what a rule measures, then only its words."""
    for name in sorted({*old.params, *new.params}):
        before, after = (plain(params.get(name)) for params in (old.params, new.params))
        if before != after:
            yield FieldChange(f"params.{name}", before, after)
    for name in (*_MEASURED, *_WORDED):
        before, after = plain(getattr(old, name)), plain(getattr(new, name))
        if before != after:
            yield FieldChange(name, before, after)
