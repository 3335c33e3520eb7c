"""Mappings: one file a framework, each checked against the baselines at hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tuile.policy.errors import Mistake, did_you_mean
from tuile.policy.model import Level
from tuile.policy.plan.controls import Control, Framework
from tuile.policy.plan.extend import Library
from tuile.policy.text import Text
from tuile.workspace.repository import schema
from tuile.workspace.repository.validate import validate
from tuile.workspace.repository.yaml_file import YamlFile, read_yaml


def read_mappings(homes: Iterable[Path], library: Library) -> tuple[list[Framework], list[Mistake]]:
    """Read all mappings; a rule or baseline that is not there is a mistake."""
    frameworks: list[Framework] = []
    mistakes: list[Mistake] = []
    for path in sorted(
        {path.resolve() for home in homes for path in (home / "baselines/mappings").glob("*.y*ml")}
    ):
        found = read_yaml(path)
        if not found.mistakes:
            validate(found, schema.mapping())
        if not found.mistakes:
            _check_names(found, library)
            frameworks.append(_framework(found))
        mistakes += found.mistakes
    return frameworks, mistakes


def _check_names(found: YamlFile, library: Library) -> None:
    known = {
        "rules": (library.rule_ids(), "which no baseline has"),
        "not_applicable": (
            {baseline.name for baseline in library.baselines()},
            "which is no baseline",
        ),
    }
    for name, control in found.data["controls"].items():
        for key, (names, what) in known.items():
            for n, named in enumerate(control.get(key, ())):
                if named not in names:
                    at = ("controls", name, key, n)
                    found.wrong(
                        at, f'control {name} names "{named}", {what}', did_you_mean(named, names)
                    )


def _framework(found: YamlFile) -> Framework:
    data = found.data
    return Framework(
        name=data["framework"],
        version=data["version"],
        title=Text.read(data["title"]),
        controls=tuple(_control(name, found) for name in data["controls"]),
    )


def _control(name: str, found: YamlFile) -> Control:
    data = found.data["controls"][name]
    return Control(
        id=name,
        title=Text.read(data["title"]) if "title" in data else None,
        rules=tuple(data["rules"]),
        level=Level[data["level"]] if "level" in data else None,
        reason=Text.read(data["reason"]) if "reason" in data else None,
        not_applicable=tuple(data.get("not_applicable", ())),
        place=found.place("controls", name),
    )
