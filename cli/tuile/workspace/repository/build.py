"""From the validated data of a baseline to its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuile.policy.errors import Place
from tuile.policy.limit import Range
from tuile.policy.model import Adjust, Applies, Baseline, Level, Reference, Risk, Rule, Severity
from tuile.policy.text import Text
from tuile.policy.traits import SessionModel, Zone
from tuile.workspace.repository.yaml_file import YamlFile


def build_baseline(found: YamlFile) -> Baseline:
    """Return the baseline that a file without mistakes holds."""
    data = found.data
    return Baseline(
        name=data["name"],
        version=data["version"],
        title=Text.read(data["title"]),
        rules=tuple(
            _rule(rule, found.place("rules", n)) for n, rule in enumerate(data.get("rules", ()))
        ),
        extends=tuple(
            reference_of(name, found.place("extends", n))
            for n, name in enumerate(data.get("extends", ()))
        ),
        adjust=tuple(
            _adjust(item, found.place("adjust", n)) for n, item in enumerate(data.get("adjust", ()))
        ),
        without={
            item["rule"]: found.place("without", n)
            for n, item in enumerate(data.get("without", ()))
        },
        place=found.place("name"),
    )


def reference_of(written: str, place: Place) -> Reference:
    """Return what "linux-server@1.2.0" or "linux-server" refers to."""
    name, _, version = written.partition("@")
    return Reference(name, version or None, place)


def level_of(name: str) -> Level:
    """Return the level of that name."""
    return Level[name]


def ranges_of(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Range]:
    """Return what may be chosen for each parameter."""
    return {name: _range(allowed) for name, allowed in data.items()}


def _rule(data: Mapping[str, Any], place: Place) -> Rule:
    applies = data.get("applies", {})
    return Rule(
        id=data["id"],
        kind=data["kind"],
        params=data["params"],
        level=Level[data["level"]],
        severity=Severity[data["severity"]],
        title=Text.read(data["title"]),
        why=Text.read(data["why"]),
        risk=Risk(data.get("risk", "none")),
        applies=Applies(
            os=tuple(applies.get("os", ())),
            version=tuple(applies.get("version", ())),
            package=applies.get("package"),
            container=applies.get("container"),
            virtual=applies.get("virtual"),
            session_model=tuple(map(SessionModel, applies.get("session_model", ()))),
            zone=tuple(map(Zone, applies.get("zone", ()))),
        ),
        range=ranges_of(data.get("range", {})),
        care=Text.read(data["care"]) if "care" in data else None,
        place=place,
    )


def _range(data: Mapping[str, Any]) -> Range:
    one_of = data.get("one_of")
    return Range(data.get("min"), data.get("max"), None if one_of is None else tuple(one_of))


def _adjust(data: Mapping[str, Any], place: Place) -> Adjust:
    return Adjust(
        rule=data["rule"],
        params=data.get("params", {}),
        level=Level[data["level"]] if "level" in data else None,
        severity=Severity[data["severity"]] if "severity" in data else None,
        range=ranges_of(data.get("range", {})),
        place=place,
    )
