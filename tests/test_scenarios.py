"""Every kind on real hosts with both engines: verdict in the name, apply, pass, apply again changes
nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.batch import Played, hosts_for, play
from tests.lab import Lab, LabHost
from tests.pack import Pack, packs
from tests.scenario import Scenario, scenarios
from tuile.policy.change.pre_image import Ending
from tuile.policy.model import Outcome

HOSTS = 24
"""A machine takes some 28 of them."""

pytestmark = pytest.mark.lab


EVERY_RELEASE = "TUILE_EVERY_RELEASE"
"""An environment variable; where it is set, each scenario is played on each release.

It takes an hour.
"""


def plays() -> dict[str, list[Scenario]]:
    """Return the scenarios by the release that they are played on: by turns, unless all are asked
    for on each.

    Those that are put right come first, so that the others, which take seconds, are not played in
    one batch with them.
    """
    found: dict[str, list[Scenario]] = {}
    ordered = sorted(scenarios(), key=lambda one: not one.repaired)
    for number, scenario in enumerate(ordered):
        releases = scenario.releases
        chosen = releases if os.environ.get(EVERY_RELEASE) else (releases[number % len(releases)],)
        for release in chosen:
            found.setdefault(release, []).append(scenario)
    return found


PLAYS = plays()


def batches(packed: Sequence[Pack]) -> Iterator[list[Pack]]:
    """Yield packs for which there are hosts at the same time."""
    batch: list[Pack] = []
    for pack in packed:
        if sum(map(hosts_for, [*batch, pack])) > HOSTS:
            yield batch
            batch = []
        batch.append(pack)
    yield batch


@dataclass
class Theatre:
    """The hosts of a release, and what became of the scenarios that were played there."""

    hosts: list[LabHost]
    logs: Path
    batches: list[list[Pack]]
    played: dict[str, Played] = field(default_factory=dict)
    alone: list[str] = field(default_factory=list)
    """What did not hold among others, and was played once more."""

    def play(self, scenario: Scenario) -> Played:
        """Play a scenario, with its neighbours, and remember; what does not hold among others has
        hosts to itself.
        """
        if scenario.name not in self.played:
            (batch,) = (
                batch for batch in self.batches if any(scenario in pack.scenarios for pack in batch)
            )
            self.played |= play(batch, self.hosts, self.logs)
            together = [
                each for pack in batch if len(pack.scenarios) > 1 for each in pack.scenarios
            ]
            again = [each for each in together if not is_as_named(each, self.played[each.name])]
            self.alone += [each.name for each in again]
            for some in batches([Pack((each,)) for each in again]):
                self.played |= play(some, self.hosts, self.logs)
        return self.played[scenario.name]


@pytest.fixture(scope="class")
def stage(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Theatre]:
    """Return what plays a scenario on the release of a class."""
    release = request.cls.release
    hosts = lab.start([f"{release}-{n}" for n in range(HOSTS)], release=release)
    theatre = Theatre(hosts, tmp_path_factory.mktemp("logs"), list(batches(packs(PLAYS[release]))))
    yield theatre
    for host in hosts:
        host.discard()
    # What takes longer than it need, to be seen with -rP
    print("played alone:", *theatre.alone)  # noqa: T201


class TestDebian12:
    """The scenarios whose turn is Debian 12."""

    release = "bookworm"

    @pytest.mark.parametrize("scenario", PLAYS[release], ids=lambda scenario: scenario.name)
    def test_scenario(self, scenario: Scenario, stage: Theatre) -> None:
        """The verdict is as named; what fails passes after an apply, which does as foreseen; an
        undo leaves nothing.
        """
        holds(scenario, stage.play(scenario))


class TestDebian13:
    """The scenarios whose turn is Debian 13."""

    release = "trixie"

    @pytest.mark.parametrize("scenario", PLAYS[release], ids=lambda scenario: scenario.name)
    def test_scenario(self, scenario: Scenario, stage: Theatre) -> None:
        """The verdict is as named; what fails passes after an apply, which does as foreseen; an
        undo leaves nothing.
        """
        holds(scenario, stage.play(scenario))


def is_as_named(scenario: Scenario, played: Played) -> bool:
    """Return whether all holds of a scenario that must."""
    try:
        holds(scenario, played)
    except AssertionError:
        return False
    return True


def holds(scenario: Scenario, played: Played) -> None:
    """Hold what became of a scenario on its hosts, two where it is put right, against what must be."""
    assert not any(played.prepared), played.prepared
    assert {verdict.outcome.value for verdict in played.first} == {scenario.verdict}, played.first
    if scenario.repaired:
        assert played.failures == [{}, {}]
        assert played.unforeseen == [[], []]
        assert [verdict.outcome for verdict in played.after] == [Outcome.passed] * 2, played.after
        assert played.files[0] == played.files[1]
        assert played.again == [{}, {}]
        assert played.files_again == played.files
        assert played.left_to_do == [False, False]
        assert played.endings == [Ending.confirmed] * 2
        assert [verdict.outcome.value for verdict in played.undone] == [scenario.verdict] * 2, (
            played.undone
        )
        assert played.left_behind == [[], []]
