"""Scenarios: a script that prepares a real host, and in its name the verdict that a rule must then get."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.lab import LabHost
from tuile.catalog import Kinds
from tuile.engines import engine
from tuile.flows import apply as apply_flow
from tuile.flows.check import Watch, check
from tuile.flows.diff import HostDiff, diff
from tuile.flows.prepare import Prepared
from tuile.inventory.variables import target
from tuile.policy.digest import digest
from tuile.policy.model import HostResult, Level, Plan, PlannedRule, Rule, Severity, Verdict
from tuile.policy.text import both

FOLDER = Path(__file__).parent / "scenarios"
WATCH = Watch(today=date(2026, 1, 1))


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
    def name(self) -> str:
        """Return how the test is called."""
        return f"{self.kind}/{self.path.stem}"


def scenarios() -> list[Scenario]:
    """Return all scenarios, by kind and name."""
    return [_read(path) for path in sorted(FOLDER.glob("*/*.sh"))]


def prepared(scenario: Scenario, hosts: Sequence[LabHost]) -> Prepared:
    """Return the plan of the scenario's one rule for these hosts, reached as `deploy` through sudo."""
    rule = Rule(
        id=f"{scenario.kind.replace('_', '-')}-in-scenario",
        kind=scenario.kind,
        params=scenario.params,
        level=Level.minimal,
        severity=Severity.low,
        title=both(scenario.name),
        why=both(scenario.name),
    )
    planned = (PlannedRule(rule, "scenario 1.0.0"),)
    return Prepared(
        targets={h.name: target(h.name, {**h.inventory_vars(), "ansible_become": True}, ()) for h in hosts},
        plans={h.name: Plan(h.name, planned, ("scenario 1.0.0",), digest(scenario.params)) for h in hosts},
        kinds=Kinds(),
    )


def look(setup: Prepared) -> dict[str, HostResult]:
    """Check the hosts and return the results by host."""
    return {result.host: result for result in check(setup, WATCH)}


def changes(setup: Prepared) -> dict[str, HostDiff]:
    """Return what an apply would do, by host."""
    return {found.result.host: found for found in diff(setup, WATCH)}


def apply(setup: Prepared, todo: HostDiff, name: str, logs: Path) -> dict[str, str]:
    """Put one host right with one engine; return what failed, by kind."""
    outcome = apply_flow.apply([todo], setup, engine(name), logs)[todo.result.host]
    return dict(outcome.failures)


def verdict(result: HostResult) -> Verdict:
    """Return the one verdict of a host that was reached."""
    assert result.reached, result.not_reached
    (only,) = result.verdicts
    return only


def snapshot(host: LabHost, paths: Sequence[str]) -> str:
    """Return digest, mode and owner of files, as the host's root sees them."""
    listing = [f"stat -c '%n %F %a %U %G' '{path}' && sha256sum '{path}'" for path in sorted(paths)]
    return host.run("; ".join(listing) or "true").stdout


def _read(path: Path) -> Scenario:
    text = path.read_text(encoding="utf-8")
    about = dict(re.findall(r"^# (params|apply|release): (.*)$", text, re.MULTILINE))
    releases = about.get("release", "bookworm trixie").split()
    return Scenario(path, json.loads(about["params"]), not about.get("apply", "").startswith("none"), tuple(releases))
