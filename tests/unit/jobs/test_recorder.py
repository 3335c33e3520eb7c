"""Results are stored as they come; a store that fails costs no result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tuile.jobs.recorder import Recorder
from tuile.policy.errors import StoreError
from tuile.policy.model import HostResult, Plan
from tuile.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
RESULTS = [HostResult(name, Plan(name, (), ("small 1.0.0",), "aa")) for name in ("srv-1", "srv-2", "srv-3")]


class FullStore(Store):
    """A store that has no room for one host."""

    def __init__(self, without: str) -> None:
        super().__init__(":memory:")
        self._without = without

    def save(self, run: int, result: HostResult, at: datetime) -> None:
        """Refuse that host."""
        if result.host == self._without:
            raise StoreError("the disk is full")
        super().save(run, result, at)

    def close(self) -> None:
        """Stay open, for the test to look into."""


def recorded(store: Store, results: Sequence[HostResult]) -> tuple[Recorder, list[HostResult]]:
    """Record results and return the recorder and what came through."""
    recorder = Recorder(lambda: store, lambda: NOW, ["small 1.0.0", "other 2.0.0"])
    return recorder, list(recorder.through(results))


def test_every_result_is_stored_under_one_run() -> None:
    """The run knows the baselines of the whole fleet, and is finished at the end."""
    store = FullStore("")
    recorder, came = recorded(store, RESULTS)

    assert came == RESULTS
    (run,) = store.runs()
    assert (run.id, run.baselines, run.finished) == (recorder.run, ("small 1.0.0", "other 2.0.0"), NOW)
    assert set(store.states()) == {"srv-1", "srv-2", "srv-3"}


def test_a_store_without_room_for_one_host_keeps_the_others() -> None:
    """Every result comes through, the trouble is known, and the next host is tried again."""
    store = FullStore("srv-2")
    recorder, came = recorded(store, RESULTS)

    assert came == RESULTS
    assert str(recorder.trouble) == "the disk is full"
    assert set(store.states()) == {"srv-1", "srv-3"}


def test_a_store_that_cannot_be_opened_is_tried_once() -> None:
    """A fleet does not wait for a locked or broken store once for each host."""
    tries: list[int] = []

    def broken() -> Store:
        tries.append(1)
        raise StoreError("not a store")

    recorder = Recorder(broken, lambda: NOW, [])

    assert list(recorder.through(RESULTS)) == RESULTS
    assert (len(tries), str(recorder.trouble)) == (1, "not a store")


def test_no_result_means_no_run() -> None:
    """Where nothing came, nothing is stored."""
    store = FullStore("")
    recorder, _ = recorded(store, [])

    assert recorder.run is None
    assert store.runs() == ()


def test_what_is_complete_is_stored_when_it_is_yielded() -> None:
    """An interruption after the first host leaves that host in the store, and the run unfinished."""
    store = FullStore("")
    results = Recorder(lambda: store, lambda: NOW, ["small 1.0.0"]).through(RESULTS)
    next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined] # a generator

    assert set(store.states()) == {"srv-1"}
    assert store.runs()[0].finished is None
