"""Results are stored as they come; a store that fails costs no result, nor does a crash one that is
stored.
"""

# ruff: noqa: S603 -- runs this Python on this repository

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.jobs import recording
from tuile.jobs.recorder import Recorder, Visited
from tuile.policy.errors import StoreError
from tuile.policy.model import HostResult, Plan
from tuile.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
RESULTS = [
    HostResult(name, Plan(name, (), ("small 1.0.0",), "aa")) for name in ("srv-1", "srv-2", "srv-3")
]


class FullStore(Store):
    """A store that has no room for one host."""

    def __init__(self, without: str) -> None:
        super().__init__(":memory:")
        self._without = without

    def save_all(self, run: int, visited: Sequence[Visited]) -> None:
        """Refuse that host, and those that come with it."""
        if any(result.host == self._without for result, _ in visited):
            raise StoreError("the disk is full")
        super().save_all(run, visited)

    def close(self) -> None:
        """Stay open, for the test to look into."""


class SlowStore(FullStore):
    """A store that is held up at its first transaction."""

    def __init__(self) -> None:
        super().__init__("")
        self.go_on = threading.Event()
        self.together: list[int] = []

    def save_all(self, run: int, visited: Sequence[Visited]) -> None:
        """Wait for the word, and note how many hosts come together."""
        self.go_on.wait()
        self.together.append(len(visited))
        super().save_all(run, visited)


class BrokenStore(FullStore):
    """A store with a mistake in it."""

    def save_all(self, *_: object) -> None:
        """Make it."""
        raise ZeroDivisionError


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
    assert (run.id, run.baselines, run.finished) == (
        recorder.run,
        ("small 1.0.0", "other 2.0.0"),
        NOW,
    )
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


def test_what_comes_while_the_disk_is_busy_is_stored_together() -> None:
    """Nobody waits for the store, and the hosts that came meanwhile go into one transaction."""
    store = SlowStore()
    recorder = Recorder(lambda: store, lambda: NOW, ["small 1.0.0"])
    results = recorder.through(RESULTS)

    assert [next(results) for _ in RESULTS] == RESULTS
    assert recorder.stored == 0
    store.go_on.set()
    assert list(results) == []
    assert (recorder.stored, sum(store.together)) == (3, 3)
    assert len(store.together) <= 2, "those that came with the first, and all others"
    assert set(store.states()) == {"srv-1", "srv-2", "srv-3"}


def test_what_nobody_foresaw_is_raised() -> None:
    """A mistake of the program while storing is no trouble of the store: it comes out at the end."""
    recorder = Recorder(lambda: BrokenStore(""), lambda: NOW, [])
    with pytest.raises(ZeroDivisionError):
        list(recorder.through(RESULTS))


def test_a_kill_loses_no_host_that_is_stored(tmp_path: Path) -> None:
    """Killed at any moment, a run has left all hosts that it counted as stored, each of them whole."""
    for number, lines in enumerate((1, 5, 20, 80, 160)):
        path = tmp_path / f"{number}.db"
        program = [sys.executable, recording.__file__, str(path), "150"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            said = [running.stdout.readline() for _ in range(lines)]
            running.send_signal(signal.SIGKILL)
            said += running.stdout.read().splitlines()
        with Store(path) as store:
            states = store.states()
        stored = max(int(line) for line in said if line.strip())
        assert stored <= len(states) <= 150
        assert all(state.findings.keys() == recording.RULES.keys() for state in states.values())


def test_a_host_that_does_not_answer_holds_up_no_other(tmp_path: Path) -> None:
    """While one host is waited for, all that came before it get stored."""
    program = [sys.executable, recording.__file__, str(tmp_path / "tuile.db"), "150"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert any(line.strip() == "150" for line in running.stdout)
        running.send_signal(signal.SIGKILL)
    with Store(tmp_path / "tuile.db") as store:
        assert len(store.states()) == 150
        assert store.runs()[0].finished is None
