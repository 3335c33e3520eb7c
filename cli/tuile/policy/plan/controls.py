"""The controls of outside frameworks, and the rules that meet them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuile.policy.errors import Place
from tuile.policy.model import NOWHERE, Level
from tuile.policy.text import Text


@dataclass(frozen=True)
class Control:
    """A requirement of a framework and the rules that meet it; the title is None where only ids may
    be given.
    """

    id: str
    title: Text | None
    rules: tuple[str, ...]
    level: Level | None = None
    reason: Text | None = None
    """Why no rule meets it, or what its rules leave open."""
    not_applicable: tuple[str, ...] = ()
    """The names of the baselines whose machines it does not concern."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Framework:
    """A framework and its controls, in the order of its file."""

    name: str
    version: str
    title: Text
    controls: tuple[Control, ...]

    @property
    def label(self) -> str:
        """Return the name and version as people write them: "ANSSI-BP-028 2.0"."""
        return f"{self.name} {self.version}"

    def of_rule(self, rule: str) -> tuple[str, ...]:
        """Return the ids of the controls that a rule meets."""
        return tuple(control.id for control in self.controls if rule in control.rules)
