"""Stores the results of a run as they come, without holding them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

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

    def _save(self, started: datetime, result: HostResult) -> None:
        if self._store is None:
            self._store = self._open()
        if self.run is None:
            self.run = self._store.begin(started, self._baselines)
        self._store.save(self.run, result, self._clock())

    def _finish(self) -> None:
        if self._store is not None and self.run is not None:
            self._store.finish(self.run, self._clock())

    def _try(self, store: Callable[[], None]) -> None:
        if self._failures >= PATIENCE or (self._failures and self._store is None):
            return
        try:
            store()
        except StoreError as error:
            self.trouble, self._failures = error, self._failures + 1
