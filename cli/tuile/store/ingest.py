"""Results into rows: only what changed is written, by plain statements within the caller's transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from tuile import __version__
from tuile.policy.model import HostResult
from tuile.store import record
from tuile.store.schema import evidence, finding, host, plan, run, visit


def begin(connection: Connection, started: datetime, baselines: Sequence[str]) -> int:
    """Write the row of a run and return its id."""
    values = {"started": started, "baselines": json.dumps(list(baselines)), "version": __version__}
    return _key(connection.execute(insert(run).values(values)).inserted_primary_key)


def finish(connection: Connection, run_id: int, at: datetime) -> None:
    """Write that a run came to its end."""
    connection.execute(update(run).where(run.c.id == run_id).values(finished=at))


def save(connection: Connection, run_id: int, result: HostResult, at: datetime) -> None:
    """Write the visit of a host, and close and open findings where they differ from the visit before."""
    at_host = host_id(connection, result.host)
    row = {"run_id": run_id, "host_id": at_host, "at": at}
    if not result.reached:
        connection.execute(insert(visit).values(**row, not_reached=record.text_json(result.not_reached)))
        return
    rows = record.found(result)
    before = _last_reached(connection, at_host)
    row |= {
        "plan_digest": _keep_plan(connection, result, before),
        "result_digest": record.result_digest(rows),
        "evidence_digest": _keep_evidence(connection, result, before),
    }
    now = _key(connection.execute(insert(visit).values(row)).inserted_primary_key)
    if before is None or (before.plan_digest, before.result_digest) != (row["plan_digest"], row["result_digest"]):
        _turn(connection, at_host, rows, before, now)


def _turn(
    connection: Connection, host_id: int, rows: Mapping[str, record.Found], before: Row[Any] | None, now: int
) -> None:
    """Close the findings that hold no more and open the new ones, with what is known of their past."""
    holding = select(finding).where(finding.c.host_id == host_id, finding.c.until_visit.is_(None))
    old = {row.rule: row for row in connection.execute(holding)}
    over = [row.id for row in old.values() if not _same(row, rows.get(row.rule))]
    if over:
        statement = update(finding).where(finding.c.id == bindparam("old")).values(until_visit=now)
        connection.execute(statement, [{"old": finding_id} for finding_id in over])
    new = [row for row in rows.values() if row.rule not in old or not _same(old[row.rule], row)]
    if new:
        known = _rules_of(connection, before) if any(row.rule not in old for row in new) else frozenset()
        passed = {row.rule: before.id for row in new if before is not None and row.rule in known}
        connection.execute(insert(finding), list(_opened(host_id, new, old, passed, now)))


def _opened(
    host_id: int, new: Iterable[record.Found], old: Mapping[str, Row[Any]], passed: Mapping[str, int], now: int
) -> Iterable[dict[str, Any]]:
    """Give the rows to insert. A rule of the plan before, without finding then, passed at that visit."""
    for row in new:
        former = old.get(row.rule)
        yield {
            "host_id": host_id,
            "rule": row.rule,
            "outcome": row.outcome,
            "subject": row.subject,
            "detail": row.detail,
            "from_visit": now,
            "since_visit": former.since_visit if former is not None and former.outcome == row.outcome else now,
            "passed_visit": former.passed_visit if former is not None else passed.get(row.rule),
        }


def _same(row: Row[Any], found: record.Found | None) -> bool:
    return found is not None and (row.outcome, row.subject, row.detail) == (found.outcome, found.subject, found.detail)


def host_id(connection: Connection, name: str) -> int:
    """Return the id of a host and lock its row where the database locks rows, so that its visits follow one another."""
    found = connection.scalar(select(host.c.id).where(host.c.name == name).with_for_update())
    return found if found is not None else _key(connection.execute(insert(host).values(name=name)).inserted_primary_key)


def _last_reached(connection: Connection, host_id: int) -> Row[Any] | None:
    reached = select(visit).where(visit.c.host_id == host_id, visit.c.not_reached.is_(None))
    return connection.execute(reached.order_by(visit.c.id.desc()).limit(1)).first()


def _rules_of(connection: Connection, before: Row[Any] | None) -> frozenset[str]:
    if before is None:
        return frozenset()
    return frozenset(
        record.read_plan(connection.scalars(select(plan.c.rules).where(plan.c.digest == before.plan_digest)).one())
    )


def _keep_plan(connection: Connection, result: HostResult, before: Row[Any] | None) -> str:
    digest = result.plan.digest
    if before is None or before.plan_digest != digest:
        known = connection.scalar(select(plan.c.digest).where(plan.c.digest == digest))
        if known is None:
            connection.execute(insert(plan).values(digest=digest, rules=record.plan_json(result.plan)))
    return digest


def _keep_evidence(connection: Connection, result: HostResult, before: Row[Any] | None) -> str:
    seen = record.evidence_json(result)
    digest = sha256(seen).hexdigest()
    if before is None or before.evidence_digest != digest:
        known = connection.scalar(select(evidence.c.digest).where(evidence.c.digest == digest))
        if known is None:
            connection.execute(insert(evidence).values(digest=digest, body=zlib.compress(seen)))
    return digest


def _key(key: Row[Any] | None) -> int:
    if key is None:
        raise ValueError("the database gave no id for a new row")
    return int(key[0])
