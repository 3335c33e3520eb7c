"""A program that writes to a store until it is stopped: `writer.py PATH PREFIX RUNS`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.unit.store.made import at, result
from tuile.policy.model import Outcome
from tuile.store import Store

HOSTS = 4
RULES = 30


def outcomes(run: int) -> dict[str, Outcome]:
    """Return outcomes that differ from one run to the next."""
    return {
        f"rule-{rule}": Outcome.failed if (rule + run) % 3 else Outcome.passed
        for rule in range(RULES)
    }


def write(path: str, prefix: str, runs: int) -> None:
    """Store runs and say each visit on stdout once it is stored."""
    store = Store(path)
    for number in range(runs):
        run = store.begin(at(number), ["linux-server 1.0.0"])
        for host in range(HOSTS):
            store.save(
                run, result(f"{prefix}-{host}", outcomes(number), observed=str(number)), at(number)
            )
            print(f"{prefix}-{host}", flush=True)  # noqa: T201 -- what the test counts
        store.finish(run, at(number))
    store.close()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
