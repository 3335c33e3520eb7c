"""Whatever one host does, the other is checked and put right as if it were alone, and the
controller stays its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.hostile.play import ENGINES, PATIENCE, Ran, Stage, Trick, left_on, of_good, tricks
from tests.lab import Lab, LabHost
from tests.trials import Tried

pytestmark = pytest.mark.lab
EVERY = "TUILE_EVERY_TRICK"
"""An environment variable; where it is set, all tricks are played."""
MEGABYTES = 500
"""Of one process of the program, an engine's included; without a hostile host it is some 100."""
SECONDS = {"check": 120, "apply": 300}
APPLY = ("apply", "-i", "inventories", "--unsigned", "--yes", "--json", *PATIENCE)
RELEASES = ("bookworm", "trixie") if os.environ.get(EVERY) else ("bookworm",)
PLAYED = [trick for trick in tricks() if trick.sample or os.environ.get(EVERY)]
Alone = Mapping[str, tuple[str, object]]


def _cases(command: str) -> list[tuple[Trick, str]]:
    played = [trick for trick in PLAYED if command in trick.commands]
    if command == "check":
        return [(trick, "") for trick in played]
    return [(trick, engine) for trick in played for engine in trick.engines]


def _ids(command: str) -> list[str]:
    return ["-".join(filter(None, (trick.name, engine))) for trick, engine in _cases(command)]


@pytest.fixture(scope="module", params=RELEASES)
def pair(request: pytest.FixtureRequest, lab: Lab) -> Iterator[tuple[LabHost, LabHost]]:
    """Return an honest host, and one that is not."""
    good, evil = lab.start([f"{who}-{request.param}" for who in ("good", "evil")], request.param)
    yield good, evil
    for host in (good, evil):
        host.discard()


@pytest.fixture
def stage(pair: tuple[LabHost, LabHost], tmp_path: Path) -> Stage:
    """Return the two hosts, the good one fresh, and the program with nothing stored."""
    pair[0].reset()
    return Stage.at(tmp_path, *pair)


@pytest.fixture(scope="module")
def alone(pair: tuple[LabHost, LabHost], tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """Return what each command says of the good host, and leaves there, where the other is left
    out.
    """
    found = {}
    for engine in ("", *ENGINES):
        pair[0].reset()
        stage = Stage.at(tmp_path_factory.mktemp("alone"), *pair)
        if not engine:
            for command in ("check", "diff"):
                done = stage.run(command, "-i", "inventories", "--json", "-l", "good").done
                found[command] = (of_good(done.report), None)
        else:
            done = stage.run(*APPLY, "--engine", engine, "-l", "good").done
            assert done.code == 0, done.err
            found[engine] = (of_good(done.report), left_on(pair[0]))
    return found


@pytest.mark.parametrize(("trick", "_engine"), _cases("check"), ids=_ids("check"))
def test_a_hostile_host_is_looked_at(
    trick: Trick, _engine: str, stage: Stage, alone: Alone, tried: Tried
) -> None:
    """A check and a diff say of the good host what they say without the other, in bounded time and
    memory.
    """
    tried(trick.name, f"{stage.good.release}, check")
    stage.prepare(trick, honest_at_first=False)
    for command in ("check", "diff"):
        before = stage.files()
        ran = stage.run(command, "-i", "inventories", "--json", *PATIENCE)
        assert of_good(ran.done.report) == alone[command][0]
        assert stage.files() == before
        _bounded(ran, stage, "check")
        assert "Tuile made a mistake" not in ran.done.out
    shown = stage.run("check", "-i", "inventories", "-v", *PATIENCE)
    _bounded(shown, stage, "check")


@pytest.mark.parametrize(("trick", "engine"), _cases("apply"), ids=_ids("apply"))
def test_a_hostile_host_is_put_right(
    trick: Trick, engine: str, stage: Stage, alone: Alone, tried: Tried
) -> None:
    """An apply puts the good host right as it does without the other; nothing on the controller is
    the host's.
    """
    tried(trick.name, f"{stage.good.release}, {engine}")
    stage.prepare(trick, honest_at_first=True)
    stage.run("check", "-i", "inventories", "--json", "-l", "good")  # so that folders are there
    before = stage.files()
    ran = stage.run(*APPLY, "--engine", engine)
    assert of_good(ran.done.report) == alone[engine][0]
    assert left_on(stage.good) == alone[engine][1]
    assert stage.files() == before
    _bounded(ran, stage, "apply")


def _bounded(ran: Ran, stage: Stage, command: str) -> None:
    assert stage.steering(ran) == []
    assert ran.megabytes < MEGABYTES
    assert ran.seconds < SECONDS[command]
