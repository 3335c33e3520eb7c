"""Stores the results of a run as they come, without holding them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from tuile.policy.change.pre_image import GuardOutcome, PreImage
from tuile.policy.errors import StoreError
from tuile.policy.model import HostResult
from tuile.store import Store

Clock = Callable[[], datetime]

PATIENCE = 3
"""Hosts for which a store may fail before it is given up: each may have waited for a lock."""


class Recorder:
    """One run being stored. Where the store fails for a host, that host is not stored; its result is never lost."""

    def __init__(self, open_store: Callable[[], Store], clock: Clock, baselines: Sequence[str]) -> None:
        self.run: int | None = None
        self.trouble: StoreError | None = None
        self._open, self._clock, self._baselines = open_store, clock, baselines
        self._store: Store | None = None
        self._failures = 0

    def through(self, results: Iterable[HostResult]) -> Iterator[HostResult]:
        """Yield the results, each stored before it is yielded. A run that is not iterated to its end stays open."""
        started = self._clock()
        for result in results:
            self._try(lambda result=result: self._save(started, result))  # type: ignore[misc] # bound at once
            yield result
        self._try(self._finish)
        if self._store is not None:
            self._store.close()

    def open(self) -> None:
        """Begin the run now, so that what is to be noted before its first result has a number."""
        self._try(lambda: self._begin(self._clock()))

    def saved(self, host: str, kept: PreImage, engine: str) -> None:
        """Note what a host keeps of an apply; see `flows.carry.Ledger`."""
        self._try(lambda: self._note(lambda store, run: store.save_apply(run, host, kept, engine, self._clock())))

    def ended(self, host: str, guarded: GuardOutcome) -> None:
        """Note how it ended; the id of what a host keeps says which host."""
        del host
        end = (guarded.id, guarded.ending, guarded.after)
        self._try(lambda: self._note(lambda store, _run: store.end_apply(*end, self._clock())))

    def _note(self, write: Callable[[Store, int], None]) -> None:
        if self._store is not None and self.run is not None:
            write(self._store, self.run)

    def _begin(self, started: datetime) -> tuple[Store, int]:
        if self._store is None:
            self._store = self._open()
        if self.run is None:
            self.run = self._store.begin(started, self._baselines)
        return self._store, self.run

    def _save(self, started: datetime, result: HostResult) -> None:
        store, run = self._begin(started)
        store.save(run, result, self._clock())

    def _finish(self) -> None:
        if self._store is not None and self.run is not None:
            self._store.finish(self.run, self._clock())

    def _try(self, store: Callable[[], object]) -> None:
        if self._failures >= PATIENCE or (self._failures and self._store is None):
            return
        try:
            store()
        except StoreError as error:
            self.trouble, self._failures = error, self._failures + 1
