"""Every kind on real hosts with both engines: verdict in the name, apply, pass, apply again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lab import Lab, LabHost
from tests.scenario import Scenario, apply, changes, look, prepared, scenarios, snapshot, verdict
from tuile.policy.model import Outcome

ENGINES = ("ansible", "pyinfra")

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def pair(request: pytest.FixtureRequest, lab: Lab) -> Iterator[tuple[LabHost, ...]]:
    """Return two hosts of a release, one for each engine."""
    hosts = tuple(lab.start([f"{request.param}-{name}" for name in ENGINES], release=request.param))
    yield hosts
    for host in hosts:
        host.stop()


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, pair: tuple[LabHost, ...], tmp_path: Path) -> None:
    """The verdict is the one in the name; what fails passes after apply; both engines leave the same, and once only."""
    if pair[0].release not in scenario.releases:
        pytest.skip(f"for {', '.join(scenario.releases)}")
    _prepare(scenario, pair)
    setup = prepared(scenario, pair)
    todo = changes(setup)
    for found in todo.values():
        seen = verdict(found.result)
        assert seen.outcome.value == scenario.verdict, seen
    if scenario.verdict != "fail" or not scenario.repairable:
        return

    with ThreadPoolExecutor() as pool:
        failures = list(pool.map(lambda n: apply(setup, todo[pair[n].name], ENGINES[n], tmp_path), range(2)))
    assert failures == [{}, {}]
    for result in look(setup).values():
        assert verdict(result).outcome is Outcome.passed, (result.host, verdict(result))

    params = setup.params(setup.plans[pair[0].name].rules[0].rule)
    paths = setup.kinds[scenario.kind].touches(params).files
    first = [snapshot(host, paths) for host in pair]
    assert first[0] == first[1]
    with ThreadPoolExecutor() as pool:
        again = list(pool.map(lambda n: apply(setup, todo[pair[n].name], ENGINES[n], tmp_path), range(2)))
    assert again == [{}, {}]
    assert [snapshot(host, paths) for host in pair] == first
    assert all(found.todo.kinds == () for found in changes(setup).values())


def _prepare(scenario: Scenario, pair: tuple[LabHost, ...]) -> None:
    script = scenario.path.read_text(encoding="utf-8")
    with ThreadPoolExecutor() as pool:
        list(pool.map(LabHost.reset, pair))
        for done in pool.map(lambda host: host.run(f"set -e\n{script}"), pair):
            assert done.returncode == 0, done.stderr
