"""Every kind on real hosts with both engines: verdict in the name, apply, pass, apply again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.batch import Played, play
from tests.lab import Lab
from tests.scenario import Scenario, scenarios
from tuile.policy.guarded import Ending
from tuile.policy.model import Outcome

AT_ONCE = 8
"""Scenarios; each takes two hosts, and a machine takes some 28 of them."""

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def stage(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Scenario], Played]]:
    """Return a function that plays a scenario on a release, with its neighbours, and remembers."""
    release = request.param
    logs: Path = tmp_path_factory.mktemp("logs")
    hosts = lab.start([f"{release}-{n}" for n in range(2 * AT_ONCE)], release=release)
    chosen = [scenario for scenario in scenarios() if release in scenario.releases]
    batches = [chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE)]
    played: dict[str, Played] = {}

    def on_stage(scenario: Scenario) -> Played:
        if release not in scenario.releases:
            pytest.skip(f"for {', '.join(scenario.releases)}")
        if scenario.name not in played:
            (batch,) = (batch for batch in batches if scenario in batch)
            played.update(play(batch, hosts, logs))
        return played[scenario.name]

    yield on_stage
    for host in hosts:
        host.discard()


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, stage: Callable[[Scenario], Played]) -> None:
    """The verdict is as named; what fails passes after either engine's apply; an undo leaves nothing of it."""
    played = stage(scenario)

    assert played.prepared == ["", ""]
    assert [verdict.outcome.value for verdict in played.first] == [scenario.verdict] * 2, played.first
    if scenario.verdict == "fail" and scenario.repairable:
        assert played.failures == [{}, {}]
        assert [verdict.outcome for verdict in played.after] == [Outcome.passed] * 2, played.after
        assert played.files[0] == played.files[1]
        assert played.again == [{}, {}]
        assert played.files_again == played.files
        assert played.left_to_do == [False, False]
        assert played.endings == [Ending.confirmed] * 2
        assert [verdict.outcome.value for verdict in played.undone] == [scenario.verdict] * 2, played.undone
        assert played.left_behind == [[], []]
