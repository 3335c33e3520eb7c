"""Fills one store with a made-up fleet and reads it, with the program that PYTHONPATH leads to;
prints JSON.

Run by store.py, for each version of the program in a process of its own: `store_run.py FOLDER HOSTS
RULES RUNS`. What a run found is made up beforehand, all of it.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from fleet import BASELINE, HAS_BASIS, START, Fleet

from tuile.jobs.drift import drift
from tuile.jobs.history import history
from tuile.jobs.recorder import Recorder
from tuile.store import Store

CHANGED = 0.001


@dataclass
class Measured:
    """What each step took: seconds, seconds of processor, or bytes."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)

    def time(self, step: str, work: Callable[[], object]) -> None:
        """Do some work, and add what it took to a step."""
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        self.cpu[step] = self.cpu.get(step, 0) + time.process_time() - cpu
        self.seconds[step] = self.seconds.get(step, 0) + time.perf_counter() - wall


class Bench:
    """One store and its fleet."""

    def __init__(self, path: Path, hosts: int, rules: int) -> None:
        self.path, self.fleet = path, Fleet(hosts, rules)
        self.measured = Measured()
        self._runs = 0

    def run(self, step: str, *, basis: bool = True) -> None:
        """Store a run over the whole fleet, as a check does."""
        at = START + timedelta(hours=self._runs)
        self._runs += 1
        results = self.fleet.results(0, self.fleet.hosts, basis=basis)
        recorder = Recorder(lambda: Store(self.path), lambda: at, [BASELINE])
        self.measured.time(step, lambda: deque(recorder.through(results), maxlen=0))
        if recorder.trouble is not None:
            raise recorder.trouble

    def read(self) -> None:
        """Ask what people ask, each question of a store that was just opened."""
        first = START + timedelta(minutes=1)
        host = self.fleet.name(self.fleet.hosts // 2)
        self._ask("drift since the visit before", lambda store: self._drift(store, None))
        self._ask("drift since the first run", lambda store: self._drift(store, first))
        self._ask("history of a host", lambda store: history(store, host))
        self._ask("status now", lambda store: self._status(store, None))
        self._ask("status after the first run", lambda store: self._status(store, 1))
        self._ask("all findings of all hosts", lambda store: store.states())

    def weigh(self, step: str) -> None:
        """Note how large the store is; it is closed, and so one file."""
        self.measured.size[step] = self.path.stat().st_size

    def _ask(self, step: str, question: Callable[[Store], object]) -> None:
        with Store(self.path) as store:
            self.measured.time(step, lambda: question(store))

    def _drift(self, store: Store, since: object) -> object:
        if "list_never_compliant" in inspect.signature(drift).parameters:
            return drift(store, since, list_never_compliant=False)
        return drift(store, since)

    def _status(self, store: Store, run: int | None) -> object:
        return store.statuses(run) if hasattr(store, "statuses") else store.states(run)


def main() -> None:
    """Measure, and print."""
    folder, hosts, rules, runs = sys.argv[1], *map(int, sys.argv[2:5])
    bench = Bench(Path(folder) / "tuile.db", hosts, rules)
    bench.run("first run")
    bench.weigh("after the first run")
    bench.run("unchanged run")
    bench.weigh("after an unchanged run")
    if HAS_BASIS:
        bench.run("unchanged run, not known by what it was judged from", basis=False)
    bench.fleet.change(CHANGED, seed=1)
    bench.weigh("before a changed run")
    bench.run("run in which 0.1 % changed")
    bench.weigh("after a changed run")
    for _ in range(runs):
        bench.run("further unchanged runs")
    bench.weigh("after further unchanged runs")
    bench.read()
    print(json.dumps(asdict(bench.measured)))


if __name__ == "__main__":
    main()
