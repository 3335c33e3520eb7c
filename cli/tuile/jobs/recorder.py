"""Stores the results of a run as they come, many at a time, without holding them back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime

from tuile.policy.change.pre_image import GuardOutcome, PreImage
from tuile.policy.errors import StoreError
from tuile.policy.model import HostResult
from tuile.store import Store

Clock = Callable[[], datetime]
Visited = tuple[HostResult, datetime]
"""What was found on a host, and when."""

PATIENCE = 3
"""How often a store may fail before it is given up: each time it may have waited for a lock."""
AT_ONCE = 200
"""Hosts that are stored in one transaction: half a second where all of them are new."""


class Recorder:
    """One run being stored, by a thread of its own, so that nobody who looks at hosts waits for a
    disk.

    What comes while one transaction is written goes into the next: a host that comes alone is
    stored at once, and ten thousand that come together take fifty transactions. A crash loses no
    host that `stored` counts. Where the store fails for a host, that host is not stored; its result
    is never lost.
    """

    def __init__(
        self, open_store: Callable[[], Store], clock: Clock, baselines: Sequence[str]
    ) -> None:
        self.run: int | None = None
        self.trouble: StoreError | None = None
        self.stored = 0
        """How many results are on the disk."""
        self._open, self._clock, self._baselines = open_store, clock, baselines
        self._store: Store | None = None
        self._failures = 0
        self._waiting: deque[Visited] = deque()
        self._awake = False
        self._writer = ThreadPoolExecutor(1, "store")
        self._work: list[Future[object]] = []

    def through(self, results: Iterable[HostResult]) -> Iterator[HostResult]:
        """Yield the results as they come; when it ends, all are stored and the run is finished.

        Broken off in the middle, it stores what it has yielded first, and the run stays open.
        """
        started = self._clock()
        try:
            for result in results:
                self._waiting.append((result, self._clock()))
                if not self._awake:
                    self._awake = True
                    self._do(lambda: self._save_waiting(started))
                yield result
            self._do(lambda: self._try(self._finish))
            self._do(self._close)
        finally:
            wait(self._work)
        for work in self._work:
            work.result()  # raises what nobody foresaw

    def open(self) -> None:
        """Begin the run now, so that what is to be noted before its first result has a number."""
        at = self._clock()
        self._do(lambda: self._try(lambda: self._begin(at))).result()

    def saved(self, host: str, kept: PreImage, engine: str) -> None:
        """Note what a host keeps of an apply; it is stored on return.

        See `jobs.guarded_apply.Ledger`.
        """
        at = self._clock()
        self._note(lambda store, run: store.save_apply(run, host, kept, engine, at))

    def ended(self, host: str, guarded: GuardOutcome) -> None:
        """Note how it ended; the id of what a host keeps says which host."""
        del host
        end, at = (guarded.id, guarded.ending, guarded.after), self._clock()
        self._note(lambda store, _run: store.end_apply(*end, at))

    def _do(self, work: Callable[[], object]) -> Future[object]:
        """Have the writer do something after all that it was given before."""
        done = self._writer.submit(work)
        self._work.append(done)
        return done

    def _note(self, write: Callable[[Store, int], None]) -> None:
        def note() -> None:
            if self._store is not None and self.run is not None:
                write(self._store, self.run)

        self._do(lambda: self._try(note)).result()

    def _save_waiting(self, started: datetime) -> None:
        """Store what waits: hosts together, or, where that fails, each alone."""
        self._awake = False  # before the last look: what comes after that wakes the writer again
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            if not self._try(lambda some=some: self._save(started, some)):  # type: ignore[misc] # bound at once
                for one in some if len(some) > 1 else ():
                    self._try(lambda one=one: self._save(started, [one]))  # type: ignore[misc] # the same

    def _begin(self, started: datetime) -> tuple[Store, int]:
        if self._store is None:
            self._store = self._open()
        if self.run is None:
            self.run = self._store.begin(started, self._baselines)
        return self._store, self.run

    def _save(self, started: datetime, visited: Sequence[Visited]) -> None:
        store, run = self._begin(started)
        store.save_all(run, visited)
        self.stored += len(visited)

    def _finish(self) -> None:
        if self._store is not None and self.run is not None:
            self._store.finish(self.run, self._clock())

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _try(self, store: Callable[[], object]) -> bool:
        """Return whether the store did it; one that fails again and again is not asked any more."""
        if self._failures >= PATIENCE or (self._failures and self._store is None):
            return False
        try:
            store()
        except StoreError as error:
            self.trouble, self._failures = error, self._failures + 1
            return False
        return True
