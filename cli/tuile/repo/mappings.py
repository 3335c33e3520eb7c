"""Mappings: the controls of outside frameworks, and the rules that meet them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tuile.policy.errors import Mistake, did_you_mean
from tuile.policy.text import Text
from tuile.repo import schema
from tuile.repo.validate import validate
from tuile.repo.yaml_file import read_yaml


@dataclass(frozen=True)
class Control:
    """A requirement of a framework and the rules that meet it; the title is None where only ids may be given."""

    id: str
    title: Text | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Framework:
    """A framework and its controls."""

    name: str
    version: str
    title: Text
    controls: tuple[Control, ...]

    def of_rule(self, rule: str) -> tuple[str, ...]:
        """Return the ids of the controls that a rule meets."""
        return tuple(control.id for control in self.controls if rule in control.rules)


def read_mappings(homes: Iterable[Path], rules: frozenset[str]) -> tuple[list[Framework], list[Mistake]]:
    """Read all mappings; a rule that no baseline has is a mistake."""
    frameworks: list[Framework] = []
    mistakes: list[Mistake] = []
    for path in sorted({path.resolve() for home in homes for path in (home / "baselines/mappings").glob("*.y*ml")}):
        found = read_yaml(path)
        if not found.mistakes:
            validate(found, schema.mapping())
        if not found.mistakes:
            for name, control in found.data["controls"].items():
                for n, rule in enumerate(control["rules"]):
                    if rule not in rules:
                        at = ("controls", name, "rules", n)
                        found.wrong(
                            at, f'control {name} names "{rule}", which no baseline has', did_you_mean(rule, rules)
                        )
            frameworks.append(_framework(found.data))
        mistakes += found.mistakes
    return frameworks, mistakes


def _framework(data: dict[str, object]) -> Framework:
    controls = data["controls"]
    assert isinstance(controls, dict)  # noqa: S101 -- the schema says so; for the type checker
    return Framework(
        name=str(data["framework"]),
        version=str(data["version"]),
        title=Text.read(data["title"]),  # type: ignore[arg-type] # the schema says so
        controls=tuple(
            Control(str(name), Text.read(c["title"]) if "title" in c else None, tuple(c["rules"]))
            for name, c in controls.items()
        ),
    )
