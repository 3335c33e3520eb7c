"""What every run found, kept for years in one SQLite file: only what changed takes a row."""

# ruff: noqa: PLC0415 -- SQLAlchemy takes 0.2 s to import: only those who open a store pay for it
from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tuile.policy.change.pre_image import ApplyRecord, Ending, PreImage
from tuile.policy.errors import StoreError
from tuile.policy.history.host_state import HostState, Run, Seen, Timeline
from tuile.policy.model import HostResult
from tuile.policy.plan.releases import ReleaseApplied, Verified
from tuile.policy.rollout.state import Rollout

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATIENCE = 30.0
"""Seconds that a run waits for another one to finish writing; one write takes milliseconds."""


def preload() -> None:
    """Import what a store needs: for a thread of those who have to wait for something else before they open one."""
    from tuile.store import db_errors, ingest, migrate

    del ingest, migrate, db_errors


class Store:
    """One store. Every method may raise StoreError, in words; what was stored before is then still there.

    Several programs may use the same store at the same time. Times are given with their zone and kept in UTC.
    """

    def __init__(self, path: Path | str, patience: float = PATIENCE) -> None:
        """Open the store at `path`, ":memory:" for one that is not kept.

        It is made, for its owner only, if there is none, and migrated if it is of an older Tuile: a copy is then
        left beside it, `<path>.before-<revision>`.

        Raises:
            StoreError: it cannot be opened, is not a store, or is of a newer Tuile.

        """
        from tuile.store.db_errors import in_words
        from tuile.store.engine import open_engine
        from tuile.store.migrate import bring_up_to_date

        self.path, self._patience, self._in_words = str(path), patience, in_words
        with in_words(self.path, patience):
            self._engine = open_engine(self.path, patience)
            bring_up_to_date(self._engine, self.path, patience)

    def close(self) -> None:
        """Close the connections; the object is not used afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, started: datetime, baselines: Sequence[str]) -> int:
        """Store that a run started and return its number."""
        from tuile.store import ingest

        with self._writing() as connection:
            return ingest.begin(connection, started, baselines)

    def save(self, run: int, result: HostResult, at: datetime) -> None:
        """Store what a run found on a host, all of it or, after a crash, nothing of it."""
        from tuile.store import ingest

        with self._writing() as connection:
            ingest.save(connection, run, result, at)

    def finish(self, run: int, at: datetime) -> None:
        """Store that a run came to its end."""
        from tuile.store import ingest

        with self._writing() as connection:
            ingest.finish(connection, run, at)

    def save_apply(self, run: int, host: str, kept: PreImage, engine: str, at: datetime) -> None:
        """Store what a host keeps of an apply, before anything is changed there."""
        from tuile.store import applies

        with self._writing() as connection:
            applies.saved(connection, run, host, kept, engine, at)

    def end_apply(self, kept: str, ending: Ending, after: str, at: datetime) -> None:
        """Store how the apply of which a host keeps this ended."""
        from tuile.store import applies

        with self._writing() as connection:
            applies.ended(connection, kept, ending, after, at)

    def applies(self, run: int | None = None) -> tuple[ApplyRecord, ...]:
        """Return the applies of a run (None: the last one of each host)."""
        from tuile.store import applies

        with self._reading() as connection:
            return applies.last(connection) if run is None else applies.of_run(connection, run)

    def runs(self) -> tuple[Run, ...]:
        """Return every run, oldest first."""
        from tuile.store import read

        with self._reading() as connection:
            return read.runs(connection)

    def last_run(self, before: datetime | None = None) -> Run | None:
        """Return the last run that started at this time or before (None: of all)."""
        started = [run for run in self.runs() if before is None or run.started <= before]
        return started[-1] if started else None

    def states(self, run: int | None = None, back: int = 0) -> Mapping[str, HostState]:
        """Return what was known of each host after a run (None: the last), by host.

        With `back`, what was known that many visits of the host earlier. Hosts without such a visit are not named.
        """
        from tuile.store import read

        with self._reading() as connection:
            return read.states(connection, read.visits(connection, run, back).values())

    def state_at(self, visit: int) -> HostState | None:
        """Return what was known of the visit's host at one visit of it."""
        from tuile.store import read

        with self._reading() as connection:
            return next(iter(read.states(connection, [visit]).values()), None)

    def timeline(self, host: str) -> Timeline | None:
        """Return the whole history of a host, None where the store does not know it."""
        from tuile.store import read

        with self._reading() as connection:
            return read.timeline(connection, host)

    def passing_since(self, host: str, rules: Collection[str]) -> Mapping[str, Seen]:
        """Return the visits at which rules that pass now came to pass; a rule that always passed is not named."""
        from tuile.store import read

        with self._reading() as connection:
            return read.passing_since(connection, host, rules)

    def evidence(self, visit: int) -> Mapping[str, Any] | None:
        """Return what was seen at a visit as plain data, "facts" and "observations" by rule; None: nothing was."""
        from tuile.store import read

        with self._reading() as connection:
            return read.what_was_seen(connection, visit)

    def note_release(self, release: Verified, at: datetime) -> None:
        """Store that a release of a policy repository is applied."""
        from tuile.store import releases

        with self._writing() as connection:
            releases.note(connection, release, at)

    def releases(self) -> tuple[ReleaseApplied, ...]:
        """Return every release that was applied, in the order of the first time."""
        from tuile.store import releases

        with self._reading() as connection:
            return releases.all_of(connection)

    def start_rollout(self, new: Rollout, order: Mapping[str, Any]) -> int:
        """Store a new rollout, and as plain data how it is carried out, and return its number."""
        from tuile.store import rollouts

        with self._writing() as connection:
            return rollouts.start(connection, new, order)

    def rollout(self, number: int | None = None) -> tuple[Rollout, Mapping[str, Any]] | None:
        """Return a rollout and how it is carried out, None where there is none.

        Without number it is the last one; one that is not over goes before others.
        """
        from tuile.store import rollouts

        with self._reading() as connection:
            return rollouts.read(connection, number)

    def turn_rollout(self, number: int, turned: Callable[[Rollout], Rollout]) -> Rollout:
        """Replace the state of a rollout by what `turned` makes of it, in one transaction, and return it."""
        from tuile.store import rollouts

        with self._writing() as connection:
            found = rollouts.read(connection, number)
            if found is None:
                raise StoreError(f"{self.path}: there is no rollout {number}.")
            rollouts.change(connection, found[0], after := turned(found[0]))
            return after

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        writer = self._engine.execution_options(writes=True)
        with self._in_words(self.path, self._patience), writer.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._in_words(self.path, self._patience), self._engine.begin() as connection:
            yield connection
