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
from tuile.policy.history.host_state import HostState, HostStatus, Run, Seen, Timeline
from tuile.policy.model import HostResult
from tuile.policy.plan.releases import ReleaseApplied, Verified
from tuile.policy.rollout.state import Rollout

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tuile.store.ingest import Ingest

PATIENCE = 30.0
"""Seconds that a run waits for another one to finish writing; one write takes milliseconds."""


def preload() -> None:
    """Import what a store needs: for a thread of those who have to wait for something else before
    they open one.
    """
    from tuile.store import db_errors, ingest, migrate

    del ingest, migrate, db_errors


class Store:
    """One store. Every method may raise StoreError, in words; what was stored before is then still
    there.

    Several programs may use the same store at the same time. Times are given with their zone and
    kept in UTC.
    """

    def __init__(self, path: Path | str, patience: float = PATIENCE) -> None:
        """Open the store at `path`, ":memory:" for one that is not kept.

        It is made, for its owner only, if there is none, and migrated if it is of an older Tuile: a
        copy is then left beside it, `<path>.before-<revision>`.

        Raises:
            StoreError: it cannot be opened, is not a store, or is of a newer Tuile.

        """
        from tuile.store.db_errors import in_words
        from tuile.store.engine import open_engine
        from tuile.store.migrate import bring_up_to_date

        self.path, self._patience, self._in_words = str(path), patience, in_words
        self._ingest: Ingest | None = None
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
        self.save_all(run, [(result, at)])

    def save_all(self, run: int, visited: Sequence[tuple[HostResult, datetime]]) -> None:
        """Store what a run found on hosts, and when, in one transaction: all of it or, after a
        crash, nothing.

        Of a host whose result has the plan and the basis of its last one, nothing more is read than
        these two, and nothing but the visit is written.
        """
        with self._ingesting() as (ingest, connection):
            ingest.save(connection, run, visited)

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

    def statuses(self, run: int | None = None, back: int = 0) -> Mapping[str, HostStatus]:
        """Return how each host stood after a run (None: the last), in figures, by host.

        With `back`, how it stood that many visits of the host earlier. Hosts without such a visit
        are not named. What is read grows with the hosts, not with what was found there.
        """
        from tuile.store import read

        with self._reading() as connection:
            visits = read.visits(connection, run, back)
            return {status.host: status for status in read.statuses(connection, visits.values())}

    def states(self, run: int | None = None, back: int = 0) -> Mapping[str, HostState]:
        """Return what was known of each host, with all that was found, by host; see `statuses`."""
        from tuile.store import read

        with self._reading() as connection:
            visits = read.visits(connection, run, back)
            return {
                state.host: state for state in read.states(connection, visits.values()).values()
            }

    def states_at(self, visits: Collection[int]) -> Mapping[int, HostState]:
        """Return what was known of hosts at these visits of theirs, by visit."""
        from tuile.store import read

        with self._reading() as connection:
            return read.states(connection, visits)

    def differing_states(
        self, pairs: Collection[tuple[int, int]]
    ) -> Mapping[int, tuple[HostState, HostState]]:
        """Return what was known of hosts at two visits each, by the later of the two.

        Both visits of a pair reached the host. Where it had the same plan at both, only those rules
        are named that did not come to the same.
        """
        from tuile.store import differences

        with self._reading() as connection:
            return differences.differing_states(connection, pairs)

    def timeline(self, host: str) -> Timeline | None:
        """Return the whole history of a host, None where the store does not know it."""
        from tuile.store import host_history

        with self._reading() as connection:
            return host_history.timeline(connection, host)

    def passing_since(self, hosts: Collection[str]) -> Mapping[str, Mapping[str, Seen]]:
        """Return the visits at which rules that pass now came to pass, by host and rule.

        Rules that always passed are not named; of those that do not pass, what is said means
        nothing.
        """
        from tuile.store import host_history

        with self._reading() as connection:
            return {host: host_history.passing_since(connection, host) for host in hosts}

    def evidence(self, visit: int) -> Mapping[str, Any] | None:
        """Return what was seen at a visit as plain data, "facts" and "observations" by rule; None:
        nothing was.
        """
        from tuile.store import host_history

        with self._reading() as connection:
            return host_history.what_was_seen(connection, visit)

    def facts(self, visits: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return what hosts said that they are at visits, as plain data without the packages, by
        visit.

        A visit that did not reach its host is not named.
        """
        from tuile.store import host_history

        with self._reading() as connection:
            return host_history.facts(connection, visits)

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
        """Replace the state of a rollout by what `turned` makes of it, in one transaction, and
        return it.
        """
        from tuile.store import rollouts

        with self._writing() as connection:
            found = rollouts.read(connection, number)
            if found is None:
                raise StoreError(f"{self.path}: there is no rollout {number}.")
            rollouts.change(connection, found[0], after := turned(found[0]))
            return after

    @contextmanager
    def _ingesting(self) -> Iterator[tuple[Ingest, Connection]]:
        from tuile.store.ingest import Ingest

        self._ingest = ingest = self._ingest or Ingest()
        try:
            with self._writing() as connection:
                yield ingest, connection
        except BaseException:
            ingest.rolled_back()
            raise
        ingest.committed()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        writer = self._engine.execution_options(writes=True)
        with self._in_words(self.path, self._patience), writer.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._in_words(self.path, self._patience), self._engine.begin() as connection:
            yield connection
