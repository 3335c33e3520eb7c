"""A seeded sample of faults; `make chaos` plays many more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from tests.chaos.play import Point, Stage, points
from tests.lab import Lab

pytestmark = pytest.mark.lab
SEED = int(os.environ.get("TUILE_CHAOS_SEED", "4"))
COUNT = int(os.environ.get("TUILE_CHAOS_POINTS", "9"))
AT_ONCE = int(os.environ.get("TUILE_CHAOS_HOSTS", "3"))
"""Hosts on which points are played at the same time."""


@pytest.fixture(scope="module")
def stages(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Stage]]:
    """Return hosts to play on."""
    hosts = lab.start([f"chaos-{number}" for number in range(AT_ONCE)])
    folder: Path = tmp_path_factory.mktemp("chaos")
    yield [Stage(host, folder / host.name) for host in hosts]
    for host in hosts:
        host.discard()


def test_no_host_is_locked_out_or_half_done(stages: list[Stage]) -> None:
    """Whatever fails at whichever moment: people get in, and the host is exactly as before or exactly as wanted."""
    chosen = list(islice(points(SEED), COUNT))

    def play(number: int) -> list[tuple[Point, list[str]]]:
        return [(point, stages[number].play(point)) for point in chosen[number :: len(stages)]]

    with ThreadPoolExecutor(len(stages)) as pool:
        played = [one for some in pool.map(play, range(len(stages))) for one in some]
    wrong = {str(point): words for point, words in played if words}
    assert not wrong, f"{len(wrong)} of {len(played)} points, seed {SEED}: {wrong}"
