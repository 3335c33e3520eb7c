"""Every kind on real hosts with both engines: verdict in the name, apply, pass, apply again changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.batch import Played, play
from tests.lab import Lab
from tests.scenario import Scenario, scenarios
from tuile.policy.change.pre_image import Ending
from tuile.policy.model import Outcome

AT_ONCE = 8
"""Scenarios; each takes two hosts, and a machine takes some 28 of them."""

pytestmark = pytest.mark.lab


EVERY_RELEASE = "TUILE_EVERY_RELEASE"
"""An environment variable; where it is set, each scenario is played on each release. It takes an hour."""


def plays() -> dict[str, list[Scenario]]:
    """Return the scenarios by the release that they are played on: by turns, unless all are asked for on each.

    Those that are put right come first, so that the others, which take seconds, are not played in one batch with them.
    """
    found: dict[str, list[Scenario]] = {}
    ordered = sorted(scenarios(), key=lambda one: not (one.verdict == "fail" and one.repairable))
    for number, scenario in enumerate(ordered):
        releases = scenario.releases
        chosen = releases if os.environ.get(EVERY_RELEASE) else (releases[number % len(releases)],)
        for release in chosen:
            found.setdefault(release, []).append(scenario)
    return found


PLAYS = plays()


@pytest.fixture(scope="class")
def stage(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Scenario], Played]]:
    """Return a function that plays a scenario on the release of a class, with its neighbours, and remembers."""
    release = request.cls.release
    logs: Path = tmp_path_factory.mktemp("logs")
    hosts = lab.start([f"{release}-{n}" for n in range(2 * AT_ONCE)], release=release)
    chosen = PLAYS[release]
    batches = [chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE)]
    played: dict[str, Played] = {}

    def on_stage(scenario: Scenario) -> Played:
        if scenario.name not in played:
            (batch,) = (batch for batch in batches if scenario in batch)
            played.update(play(batch, hosts, logs))
        return played[scenario.name]

    yield on_stage
    for host in hosts:
        host.discard()


class TestDebian12:
    """The scenarios whose turn is Debian 12."""

    release = "bookworm"

    @pytest.mark.parametrize("scenario", PLAYS[release], ids=lambda scenario: scenario.name)
    def test_scenario(self, scenario: Scenario, stage: Callable[[Scenario], Played]) -> None:
        """The verdict is as named; what fails passes after an apply, which does as foreseen; an undo leaves nothing."""
        holds(scenario, stage(scenario))


class TestDebian13:
    """The scenarios whose turn is Debian 13."""

    release = "trixie"

    @pytest.mark.parametrize("scenario", PLAYS[release], ids=lambda scenario: scenario.name)
    def test_scenario(self, scenario: Scenario, stage: Callable[[Scenario], Played]) -> None:
        """The verdict is as named; what fails passes after an apply, which does as foreseen; an undo leaves nothing."""
        holds(scenario, stage(scenario))


def holds(scenario: Scenario, played: Played) -> None:
    """Hold what became of a scenario on its two hosts against what must be."""
    assert played.workspace == ["", ""]
    assert [verdict.outcome.value for verdict in played.first] == [scenario.verdict] * 2, played.first
    if scenario.verdict == "fail" and scenario.repairable:
        assert played.failures == [{}, {}]
        assert played.unforeseen == [[], []]
        assert [verdict.outcome for verdict in played.after] == [Outcome.passed] * 2, played.after
        assert played.files[0] == played.files[1]
        assert played.again == [{}, {}]
        assert played.files_again == played.files
        assert played.left_to_do == [False, False]
        assert played.endings == [Ending.confirmed] * 2
        assert [verdict.outcome.value for verdict in played.undone] == [scenario.verdict] * 2, played.undone
        assert played.left_behind == [[], []]
