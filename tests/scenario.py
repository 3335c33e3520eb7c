"""Scenarios: a script that prepares a real host, and in its name the verdict that a rule must then
get.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuile.catalog import Kinds
from tuile.policy.digest import digest
from tuile.policy.model import Level, Plan, PlannedRule, Rule, Severity
from tuile.policy.text import both

FOLDER = Path(__file__).parent / "scenarios" / "linux"
_KINDS = Kinds()


@dataclass(frozen=True)
class Scenario:
    """One script, and what its comments say."""

    path: Path
    params: dict[str, Any]
    repairable: bool
    releases: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the kind that it is about: its folder."""
        return self.path.parent.name

    @property
    def verdict(self) -> str:
        """Return the verdict that the host must get: `wrong-value.fail.sh`."""
        return self.path.suffixes[-2].removeprefix(".")

    @property
    def repaired(self) -> bool:
        """Return whether engines put it right."""
        return self.verdict == "fail" and self.repairable

    @property
    def name(self) -> str:
        """Return how the test is called."""
        return f"{self.kind}/{self.path.stem}"

    @property
    def rule(self) -> str:
        """Return the id of its one rule."""
        return f"{self.kind.replace('_', '-')}-in-scenario"


def scenarios() -> list[Scenario]:
    """Return all scenarios, by kind and name."""
    return [_read(path) for path in sorted(FOLDER.glob("*/*.sh"))]


def plan_for(scenarios: Sequence[Scenario], host: str) -> Plan:
    """Return the plan of a host that must meet the one rule of each scenario; no two are of one
    kind.
    """
    rules = tuple(PlannedRule(_rule(scenario), "scenario 1.0.0") for scenario in scenarios)
    return Plan(
        host, rules, ("scenario 1.0.0",), digest([scenario.params for scenario in scenarios])
    )


def _rule(scenario: Scenario) -> Rule:
    return Rule(
        id=scenario.rule,
        kind=scenario.kind,
        params=scenario.params,
        level=Level.minimal,
        severity=Severity.low,
        title=both(scenario.name),
        why=both(scenario.name),
    )


def _read(path: Path) -> Scenario:
    text = path.read_text(encoding="utf-8")
    about = dict(re.findall(r"^# (params|apply|release): (.*)$", text, re.MULTILINE))
    releases = about.get("release", "bookworm trixie").split()
    repairable = (
        not about.get("apply", "").startswith("none") and not _KINDS[path.parent.name].check_only
    )
    return Scenario(path, json.loads(about["params"]), repairable, tuple(releases))
