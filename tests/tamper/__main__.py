"""Try tampers or harmless changes on a hardened host: `python -m tests.tamper try FAMILY [NAME…] [--release R]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab import Lab
from tests.tamper.stage import Stage, told
from tests.tamper.tamper import RELEASES, Tamper, batches, read


def main() -> int:
    """Play them and print what was not seen, or what a harmless change set off; return how many."""
    parser = argparse.ArgumentParser(prog="python -m tests.tamper", description=__doc__)
    parser.add_argument("what", choices=["try"])
    parser.add_argument("family")
    parser.add_argument("name", nargs="*")
    parser.add_argument("--release", choices=RELEASES, default="bookworm")
    parser.add_argument("--one-by-one", action="store_true", help="each on a fresh host, with what it says")
    given = parser.parse_args()
    chosen = [one for one in read(given.family) if not given.name or one.name in given.name]
    chosen = [one for one in chosen if given.release in one.releases]
    with TemporaryDirectory() as folder, Lab() as lab:
        stage = Stage(lab, given.release, Path(folder))
        for rule, verdict in stage.clean["enhanced"].items():
            if verdict.outcome.value in ("fail", "error"):
                print(f"untouched: {rule}: {told(verdict)[:200]}")
        if given.family.startswith("harmless"):
            return _harmless(stage, chosen)
        return _tampers(stage, chosen, most=1 if given.one_by_one else 12)


def _harmless(stage: Stage, chosen: list[Tamper]) -> int:
    wrong = 0
    for one in chosen:
        said = {"script": failed} if (failed := stage.done(one)) else stage.alarms()
        wrong += bool(said)
        print(f"{one.name}: {said or 'quiet'}", flush=True)
        stage.host.reset()
    return wrong


def _tampers(stage: Stage, chosen: list[Tamper], most: int) -> int:
    wanted = [one for one in chosen if one.seen_by]
    missed: dict[str, str] = {}
    for batch in batches(wanted, most):
        missed |= stage.unseen(batch)
        stage.host.reset()
        for one in batch:
            print(f"{one.name}: {missed.get(one.name, 'seen')}", flush=True)
    print(f"{len(wanted) - len(missed)} of {len(chosen)} seen, {len(chosen) - len(wanted)} named as unseen")
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
