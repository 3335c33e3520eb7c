"""Plays many points of failure: `python -m tests.chaos [SEED [POINTS [HOSTS]]]`, as root, on hosts
of the lab.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import islice
from pathlib import Path

from tests.chaos.play import Point, Stage, play, points
from tests.lab import Lab
from tests.signals import hand_on_defaults
from tests.trials import Trial, write

WHOLE = 210
"""Points that are worth a page."""


def main(seed: int = 1, count: int = WHOLE, at_once: int = 3) -> int:
    """Play the points of a seed, tell each, and return 1 where a host was locked out or left half
    done.
    """
    hand_on_defaults()
    played: list[Trial] = []

    def tell(point: Point, words: list[str]) -> None:
        played.append(Trial(point.fault.replace("_", " "), point.engine, _wrong(point, words)))
        print("WRONG" if words else "ok", point, *words, flush=True)

    with tempfile.TemporaryDirectory(prefix="tuile-chaos-") as folder, Lab() as lab:
        hosts = lab.start([f"chaos-{number}" for number in range(at_once)])
        wrong = play(
            list(islice(points(seed), count)), [Stage(host, Path(folder)) for host in hosts], tell
        )
    print(f"seed {seed}: {len(played)} points, {len(wrong)} wrong")
    if count >= WHOLE:
        write("chaos", sorted(played, key=lambda trial: trial.what))
    return 1 if wrong else 0


def _wrong(point: Point, words: list[str]) -> str:
    return f"{' '.join(words)} ({point})" if words else ""


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
