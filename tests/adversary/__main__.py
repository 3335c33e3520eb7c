"""Plays many rounds: `python -m tests.adversary [SEED [ROUNDS [HOSTS [FIRST]]]]`, as root, on lab
hosts.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import islice
from pathlib import Path

from tests.adversary.play import Round, play_all, rounds
from tests.lab import Lab, LabHost
from tests.trials import Trial, write

WHOLE = 320
"""Rounds that are worth a page."""


def main(seed: int = 1, count: int = WHOLE, at_once: int = 4, first: int = 0) -> int:
    """Play rounds of a seed on both releases, from the first one on; return 1 where somebody gained
    something.
    """
    played: list[Trial] = []

    def tell(one: Round, host: LabHost, words: list[str]) -> None:
        print("WRONG" if words else "ok", one, *words[:20], flush=True)
        what = f"{one.how}, {one.end.replace('-', ' ')}"
        played.append(
            Trial(what, f"{host.release}, {' and '.join(one.users)}", " ".join(words[:20]))
        )

    with tempfile.TemporaryDirectory(prefix="tuile-adversary-") as folder, Lab() as lab:
        half = (at_once + 1) // 2
        hosts = lab.start([f"prey-{n}" for n in range(half)], release="bookworm")
        hosts += (
            lab.start([f"prey-{n}" for n in range(half, at_once)], release="trixie")
            if at_once > half
            else []
        )
        wrong = play_all(
            list(islice(rounds(seed), first, first + count)), hosts, Path(folder), tell
        )
    print(f"seed {seed}: {count} rounds, {wrong} wrong")
    if count >= WHOLE:
        write("adversary", sorted(played, key=lambda trial: trial.what))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
