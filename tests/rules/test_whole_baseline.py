"""A whole baseline at a high level: what looking at it costs, and whether the language of the host
matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.batch import WATCH
from tests.every_rule import as_account, plans
from tests.lab import Lab, LabHost
from tuile.catalog import Kinds
from tuile.gather import run_probes
from tuile.jobs.check import _looks, check
from tuile.policy.model import Level, Plan
from tuile.workspace.prepare import Workspace

pytestmark = pytest.mark.lab
ROUNDS, CPU_SECONDS = 4, 1.5
WALKERS = {"find", "apparmor"}
"""Kinds that walk through the file systems: once for all, at idle priority; their cost is told
apart.
"""
FRENCH = """
printf 'LANG=fr_FR.UTF-8\\nLANGUAGE=fr\\n' | tee /etc/locale.conf > /etc/default/locale
mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\\nDefaultEnvironment=LANG=fr_FR.UTF-8 LANGUAGE=fr\\n' > /etc/systemd/system.conf.d/french.conf
printf 'export LANG=fr_FR.UTF-8 LC_ALL=fr_FR.UTF-8 LANGUAGE=fr\\n' > /etc/profile.d/french.sh
"""


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def host(request: pytest.FixtureRequest, lab: Lab) -> Iterator[LabHost]:
    """Return a host with what most rules are about."""
    (host,) = lab.start([f"whole-{request.param}"], request.param, "full")
    yield host
    host.discard()


@pytest.fixture
def setup(host: LabHost, tmp_path: Path) -> Workspace:
    """Return the plan of a server at the enhanced level, for this host."""
    plan = plans(tmp_path)["server"]
    rules = tuple(planned for planned in plan.rules if planned.rule.level <= Level.enhanced)
    return Workspace(
        {host.name: as_account(host)},
        {host.name: replace(plan, host=host.name, rules=rules)},
        Kinds(),
    )


def costs(setup: Workspace, plan: Plan) -> tuple[int, float]:
    """Return the exchanges and the CPU seconds of the host that looking at a plan costs."""
    (sight,) = run_probes([(setup.targets[plan.host], _looks(plan, setup))], WATCH.limits)
    assert sight.not_reached is None
    assert sight.host_cpu is not None
    return sight.rounds, sight.host_cpu


# Of pytest
def test_few_exchanges(host: LabHost, setup: Workspace, record_property: Any) -> None:  # noqa: ANN401
    """The whole enhanced level takes four exchanges at most; what the host's CPU has to do is told."""
    plan = setup.plans[host.name]
    rounds, with_walk = costs(setup, plan)
    _, cpu = costs(
        setup, replace(plan, rules=tuple(p for p in plan.rules if p.rule.kind not in WALKERS))
    )
    figures = f"{rounds} exchanges, {cpu:.2f} s of CPU, {with_walk:.2f} s with the walk"
    words = f"{host.release}: {len(plan.rules)} rules, {figures}"
    record_property("cost", words)
    print(words)  # noqa: T201 -- a figure to be seen with -rP
    assert rounds <= ROUNDS


def test_a_french_host_gets_the_same_verdicts(host: LabHost, setup: Workspace) -> None:
    """Rule by rule, a host whose language is French is judged as it was in English."""
    before = verdicts(setup)
    assert host.run(FRENCH).returncode == 0
    host.reboot()
    assert "fr_FR" in host.run("systemctl show-environment").stdout
    assert verdicts(setup) == before


OF_THE_CHANGE = {"manager-hooks-approved", "shell-startup-approved"}
"""Rules that name the very files which set the language."""


def verdicts(setup: Workspace) -> Mapping[str, object]:
    """Return outcome, differences and reason of each rule."""
    (result,) = check(setup, WATCH)
    assert result.reached, result.not_reached
    return {
        verdict.rule: (verdict.outcome, verdict.differences, verdict.reason)
        for verdict in result.verdicts
        if verdict.rule not in OF_THE_CHANGE
    }
