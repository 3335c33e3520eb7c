"""A run that is recorded until it is killed: `recording.py PATH HOSTS`; all hosts come at once, and
then nobody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.unit.store.made import at, result
from tuile.jobs.recorder import Recorder
from tuile.policy.model import HostResult, Outcome
from tuile.store import Store

RULES = {f"rule-{number}": Outcome.failed for number in range(20)}


def hosts(count: int, recorder: Recorder) -> Iterator[HostResult]:
    """Yield hosts, say after each how many are stored, and then wait for one that never answers."""
    for number in range(count):
        yield result(f"host-{number}", RULES)
        print(recorder.stored, flush=True)  # noqa: T201 -- what the test counts
    while True:
        time.sleep(0.01)
        print(recorder.stored, flush=True)  # noqa: T201 -- the same


if __name__ == "__main__":
    path, count = sys.argv[1], int(sys.argv[2])
    recorder = Recorder(lambda: Store(path), lambda: at(0), ["linux-server 1.0.0"])
    for _ in recorder.through(hosts(count, recorder)):
        pass
