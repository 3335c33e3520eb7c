"""Hosts that were brought to a whole baseline, as a site has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.every_rule import SETTLED, as_account
from tests.lab import LabHost
from tuile.engines import engine
from tuile.jobs import apply as flow
from tuile.jobs.check import CheckContext
from tuile.jobs.diff import diff
from tuile.platforms.interface import Limits
from tuile.workspace.policy_repository import Request
from tuile.workspace.prepare import Workspace, prepare

ENGINE_OF = {"bookworm": "ansible", "trixie": "pyinfra"}
"""By which engine each release is hardened where a test does not say."""
AS_A_SITE_HAS_IT = """
for user in deploy ops nosudo fishy cshy; do userdel --remove "$user" 2>/dev/null; done
echo 'tuile ALL=(ALL:ALL) NOPASSWD: ALL' > /etc/sudoers.d/lab
"""
"""The accounts of the lab's own tests go: what is left are those that the baselines know."""
Tailored = Mapping[str, Mapping[str, Any]]


def check_context() -> CheckContext:
    """Return how a hardened host is looked at: as of today, and with patience for the walk."""
    return CheckContext(datetime.now(UTC), Limits(silence=300))


def setup_for(
    host: LabHost, baseline: str, level: str, folder: Path, tailored: Tailored | None = None
) -> Workspace:
    """Return a host's plan at a level of a baseline, with what a site says of it: parameters, by
    rule.
    """
    place = folder / f"{host.name}-{level}"
    place.mkdir(exist_ok=True)
    hosts = {"all": {"hosts": {host.name: host.inventory_vars("tuile")}}}
    (place / "hosts.json").write_text(json.dumps(hosts), encoding="utf-8")
    why = {"fr": "Banc d’essai", "en": "Test bench"}
    said = [
        {"to": "all", "rule": rule, "params": dict(params), "reason": why, "by": "lab"}
        for rule, params in (tailored or {}).items()
    ]
    policy = {"assign": [{"to": "all", "baseline": baseline, "level": level}], "tailor": said}
    (place / "policy.yaml").write_text(json.dumps(policy), encoding="utf-8")
    found = prepare(Request(inventory=str(place / "hosts.json")))
    return replace(found, targets={host.name: as_account(host)})


def harden(
    host: LabHost, setup: Workspace, logs: Path, times: int = 1, by: str = ""
) -> Mapping[str, str]:
    """Apply, as often as it is said, by an engine: a second apply sees to what came with the first.

    Returns what the last of them failed at, by kind.
    """
    failures: Mapping[str, str] = {}
    for _ in range(times):
        outcomes = flow.apply(
            list(diff(setup, check_context())), setup, engine(by or ENGINE_OF[host.release]), logs
        )
        failures = {
            name: str(why)
            for outcome in outcomes.values()
            for name, why in outcome.failures.items()
        }
        host.run(SETTLED, 600)
    return failures
