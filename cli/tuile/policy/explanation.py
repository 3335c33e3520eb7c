"""All that can be said of a rule without looking at a host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuile.policy.condition import Condition
from tuile.policy.kind import Touches
from tuile.policy.model import Rule
from tuile.policy.text import Text


@dataclass(frozen=True)
class Explanation:
    """A rule, the baselines that have it, what it wants of what, what an apply touches, and the controls it meets."""

    rule: Rule
    baselines: tuple[str, ...]
    subject: str
    kind_summary: str
    wanted: tuple[tuple[Text, Condition], ...]
    touches: Touches
    controls: Mapping[str, tuple[str, ...]]
    """By framework, with its version."""
