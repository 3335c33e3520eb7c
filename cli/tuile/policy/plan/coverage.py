"""Which controls of a framework are met by which rules, which by a person's word, and which by
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tuile.policy.model import Level
from tuile.policy.plan.controls import Control, Framework
from tuile.policy.text import Text


class Met(StrEnum):
    """How a control is met."""

    rules = "rules"
    partly = "partly"
    """By rules, and a reason says what they leave open."""
    attested = "attested"
    """By people's answers only."""
    reasoned = "reasoned"
    """By no rule, and a reason says why."""
    not_applicable = "not_applicable"
    """It does not concern the machines of the baseline."""
    none = "none"


@dataclass(frozen=True)
class Covered:
    """One control: how it is met, by which rules and by which of them that a person answers for."""

    control: Control
    met: Met
    rules: tuple[str, ...]
    attestations: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """The rules that count: those of a baseline up to a level, or of all baselines."""

    rules: Mapping[str, bool]
    """By id: whether a person answers for it."""
    baseline: str = ""
    """The name of the baseline; "": all."""
    level: Level = Level.high
    label: str = ""
    """The name and version of the baseline, as people write them."""


@dataclass(frozen=True)
class Coverage:
    """A framework and how its controls are met within a scope."""

    framework: str
    title: Text
    scope: str
    """The baseline and its version, "" for all that are at hand."""
    level: Level
    controls: tuple[Covered, ...]
    beyond: int
    """How many controls count from a higher level only, and are left out."""

    def count(self, met: Met) -> int:
        """Return how many controls are met this way."""
        return sum(one.met is met for one in self.controls)


def coverage(framework: Framework, scope: Scope) -> Coverage:
    """Return how the controls of a framework are met by the rules of a scope."""
    counted = [one for one in framework.controls if one.level is None or one.level <= scope.level]
    return Coverage(
        framework=framework.label,
        title=framework.title,
        scope=scope.label,
        level=scope.level,
        controls=tuple(_covered(one, scope) for one in counted),
        beyond=len(framework.controls) - len(counted),
    )


def _covered(control: Control, scope: Scope) -> Covered:
    found = [rule for rule in control.rules if rule in scope.rules]
    seen = tuple(rule for rule in found if not scope.rules[rule])
    answered = tuple(rule for rule in found if scope.rules[rule])
    return Covered(control, _met(control, scope, seen, answered), seen, answered)


def _met(control: Control, scope: Scope, seen: tuple[str, ...], answered: tuple[str, ...]) -> Met:
    if seen:
        return Met.rules if control.reason is None else Met.partly
    if scope.baseline in control.not_applicable:
        return Met.not_applicable
    if answered:
        return Met.attested
    return Met.none if control.reason is None else Met.reasoned
