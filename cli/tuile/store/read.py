"""Rows back into values: how hosts stood at any past visit, and what was found there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    Label,
    Row,
    Select,
    and_,
    func,
    or_,
    select,
)

from tuile.policy.history.host_state import HostState, HostStatus, Recorded, Rules, Run, Seen
from tuile.policy.model import Outcome
from tuile.store import record
from tuile.store.content_addressed import chunks
from tuile.store.schema import content, finding, host, plan, run, state, statement, visit

_target, _missed = visit.alias("target"), visit.alias("missed")
_words = content.alias("words")


def runs(connection: Connection) -> tuple[Run, ...]:
    """Return every run, oldest first."""
    return tuple(
        Run(row.id, row.started, row.finished, tuple(json.loads(row.baselines)), row.version)
        for row in connection.execute(select(run).order_by(run.c.id))
    )


def visits(connection: Connection, run_id: int | None, back: int) -> dict[str, int]:
    """Return the last visit of each host in the runs up to one, or the one `back` visits before it.

    `run_id`: None for all runs.
    """
    of_host = select(visit.c.id).where(visit.c.host_id == host.c.id)
    if run_id is not None:
        newest = connection.scalar(select(func.max(run.c.last_visit)).where(run.c.id <= run_id))
        of_host = of_host.where(visit.c.id <= (newest or 0), visit.c.run_id <= run_id)
    last = of_host.order_by(visit.c.id.desc()).offset(back).limit(1).scalar_subquery()
    rows = connection.execute(select(host.c.name, last))
    return {name: found for name, found in rows if found is not None}


def statuses(connection: Connection, ids: Collection[int]) -> list[HostStatus]:
    """Return how hosts stood at these visits of theirs."""
    return [_status(row) for some in chunks(ids) for row in connection.execute(visited(some))]


def states(connection: Connection, ids: Collection[int]) -> dict[int, HostState]:
    """Return what was known of hosts at these visits of theirs, by visit."""
    plans, findings = Plans(connection), Findings(connection)
    found: dict[int, HostState] = {}
    for some in chunks(ids):
        rows = connection.execute(visited(some)).all()
        rules = plans.of({row.plan_digest for row in rows if row.plan_digest is not None})
        open_then = findings.at(some)
        for row in rows:
            status = _status(row)
            found[row.target_id] = HostState(
                status.host,
                status.seen,
                rules.get(row.plan_digest, {}),
                open_then.get(row.target_id, {}),
                status.missed,
                status.why,
            )
    return found


def visited(ids: Sequence[int]) -> Select[Any]:
    """Select visits, each with the last visit up to it that reached the host, and its state.

    Of one that did not, the first that has not since then, and why the visit itself did not.
    """
    earlier, later = visit.alias("earlier"), visit.alias("later")
    reached = select(earlier.c.id).where(
        earlier.c.host_id == _target.c.host_id,
        earlier.c.id <= _target.c.id,
        earlier.c.state_id.is_not(None),
    )
    last_reached = reached.order_by(earlier.c.id.desc()).limit(1).scalar_subquery()
    after = select(later.c.id).where(
        later.c.host_id == _target.c.host_id, later.c.id > func.coalesce(visit.c.id, 0)
    )
    first_after = after.order_by(later.c.id).limit(1).scalar_subquery()
    is_first_missed = and_(_target.c.state_id.is_(None), _missed.c.id == first_after)
    joined = (
        _target.join(host, host.c.id == _target.c.host_id)
        .outerjoin(visit, visit.c.id == last_reached)
        .outerjoin(state, state.c.id == visit.c.state_id)
        .outerjoin(_missed, is_first_missed)
        .outerjoin(_words, _words.c.id == _target.c.missed_id)
    )
    return (
        select(
            _target.c.id.label("target_id"),
            host.c.name,
            *_seen_columns(visit, "seen"),
            *_seen_columns(_missed, "missed"),
            state.c.plan_digest,
            state.c.found_digest,
            state.c.counts,
            state.c.never_passed,
            _words.c.body,
        )
        .select_from(joined)
        .where(_target.c.id.in_(ids))
    )


def _seen_columns(table: FromClause, name: str) -> list[Label[Any]]:
    return [table.c[column].label(f"{name}_{column}") for column in ("id", "run_id", "at")]


def _status(row: Row[Any]) -> HostStatus:
    seen = None if row.seen_id is None else Seen(row.seen_id, row.seen_run_id, row.seen_at)
    missed = (
        None if row.missed_id is None else Seen(row.missed_id, row.missed_run_id, row.missed_at)
    )
    why = None if row.body is None else record.read_words(row.body)
    if seen is None:
        return HostStatus(row.name, None, missed=missed, why=why)
    counts = {Outcome(name): number for name, number in json.loads(row.counts).items()}
    found = (row.plan_digest, row.found_digest)
    return HostStatus(row.name, seen, found, counts, row.never_passed, missed, why)


class Plans:
    """The plans of hosts, each read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[str, Rules] = {}

    def of(self, digests: Collection[str]) -> Mapping[str, Rules]:
        """Return these plans, and others, by digest."""
        for some in chunks(digests - self._read.keys()):
            for row in self._connection.execute(select(plan).where(plan.c.digest.in_(some))):
                self._read[row.digest] = record.read_plan(row.rules)
        return self._read


class Findings:
    """Findings of hosts; a statement, and a visit that they name, are read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements: dict[int, Recorded] = {}
        self._visits: dict[int, Seen] = {}

    def at(self, visits: Sequence[int]) -> dict[int, dict[str, Recorded]]:
        """Return the findings that were open at each of these visits, by rule."""
        rows = self._connection.execute(open_at(visits)).all()
        found: dict[int, dict[str, Recorded]] = {}
        for row, recorded in zip(rows, self.recorded(rows), strict=True):
            found.setdefault(row.target_id, {})[recorded.rule] = recorded
        return found

    def recorded(self, rows: Sequence[Row[Any]]) -> Iterator[Recorded]:
        """Yield what rows of the table stand for."""
        self._read_statements({row.statement_id for row in rows})
        self._read_visits(
            {row.since_visit for row in rows} | {row.passed_visit for row in rows} - {None}
        )
        for row in rows:
            said = self._statements[row.statement_id]
            since, passed = self._visits[row.since_visit], self._visits.get(row.passed_visit)
            yield Recorded(
                said.rule, said.outcome, said.subject, said.differences, said.reason, since, passed
            )

    def _read_statements(self, ids: set[int]) -> None:
        for some in chunks(ids - self._statements.keys()):
            for row in self._connection.execute(select(statement).where(statement.c.id.in_(some))):
                self._statements[row.id] = Recorded(
                    row.rule, Outcome(row.outcome), row.subject, *record.read_detail(row.detail)
                )

    def _read_visits(self, ids: set[int]) -> None:
        columns = visit.c
        chosen = select(columns.id, columns.run_id, columns.at)
        for some in chunks(ids - self._visits.keys()):
            for row in self._connection.execute(chosen.where(columns.id.in_(some))):
                self._visits[row.id] = Seen(row.id, row.run_id, row.at)


def open_at(visits: Sequence[int]) -> Select[Any]:
    """Select the findings that were open at visits of their hosts."""
    columns = finding.c
    later = or_(columns.until_visit.is_(None), columns.until_visit > _target.c.id)
    then = and_(columns.host_id == _target.c.host_id, columns.from_visit <= _target.c.id, later)
    return (
        select(
            _target.c.id.label("target_id"),
            columns.statement_id,
            columns.since_visit,
            columns.passed_visit,
        )
        .select_from(_target.join(finding, then))
        .where(_target.c.id.in_(visits))
    )
