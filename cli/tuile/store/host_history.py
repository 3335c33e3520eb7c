"""One host over time: its visits and findings, and what was seen at them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from tuile.policy.history.host_state import Finding, Seen, Timeline, Visit
from tuile.store import record
from tuile.store.content_addressed import chunks
from tuile.store.read import Findings, Plans
from tuile.store.schema import content, evidence, finding, host, state, statement, visit
from tuile.store.varint import unpack

_closed = (
    select(statement.c.rule, func.max(finding.c.until_visit).label("last"))
    .select_from(finding)
    .join(host, host.c.id == finding.c.host_id)
    .join(statement, statement.c.id == finding.c.statement_id)
    .where(host.c.name == bindparam("name"), finding.c.until_visit.is_not(None))
    .group_by(statement.c.rule)
    .subquery()
)
_LAST_CLOSED = select(_closed.c.rule, visit.c.id, visit.c.run_id, visit.c.at).join(
    visit, visit.c.id == _closed.c.last
)
"""Made once: it is asked for each of many hosts."""


def timeline(connection: Connection, name: str) -> Timeline | None:
    """Return the whole history of a host, None where there is no such host."""
    host_id = connection.scalar(select(host.c.id).where(host.c.name == name))
    if host_id is None:
        return None
    visits = _visits(connection, host_id)
    plans = Plans(connection).of({each.plan for each in visits if each.plan is not None})
    of_host = select(finding).where(finding.c.host_id == host_id).order_by(finding.c.from_visit)
    rows = connection.execute(of_host).all()
    recorded = Findings(connection).recorded(rows)
    findings = [
        Finding(found, row.from_visit, row.until_visit)
        for row, found in zip(rows, recorded, strict=True)
    ]
    in_order = sorted(findings, key=lambda each: (each.first, each.recorded.rule))
    return Timeline(name, visits, plans, tuple(in_order))


def passing_since(connection: Connection, name: str) -> dict[str, Seen]:
    """Return the visit that closed the last finding of each rule of a host that ever had one
    closed.
    """
    rows = connection.execute(_LAST_CLOSED, {"name": name})
    return {row.rule: Seen(row.id, row.run_id, row.at) for row in rows}


def what_was_seen(connection: Connection, visit_id: int) -> Mapping[str, Any] | None:
    """Return the evidence of a visit as plain data: "facts" and "observations" by rule."""
    of_visit = (
        select(evidence.c.facts_id, evidence.c.contents)
        .join(state, state.c.evidence_id == evidence.c.id)
        .join(visit, visit.c.state_id == state.c.id)
        .where(visit.c.id == visit_id)
    )
    row = connection.execute(of_visit).first()
    if row is None:
        return None
    bodies: list[bytes] = []
    for some in chunks([row.facts_id, *unpack(row.contents)]):
        bodies += connection.scalars(select(content.c.body).where(content.c.id.in_(some)))
    return record.read_evidence(bodies)


def facts(connection: Connection, visits: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Return what hosts said that they are at these visits, but for their packages, by visit."""
    chosen = (
        select(visit.c.id, content.c.body)
        .join(state, state.c.id == visit.c.state_id)
        .join(evidence, evidence.c.id == state.c.evidence_id)
        .join(content, content.c.id == evidence.c.facts_id)
    )
    found: dict[int, Mapping[str, Any]] = {}
    for some in chunks(visits):
        for row in connection.execute(chosen.where(visit.c.id.in_(some))):
            data = record.read_body(row.body)["facts"]
            if data is not None:
                found[row.id] = {name: item for name, item in data.items() if name != "packages"}
    return found


def _visits(connection: Connection, host_id: int) -> tuple[Visit, ...]:
    of_host = (
        select(visit.c.id, visit.c.run_id, visit.c.at, state.c.plan_digest, content.c.body)
        .select_from(
            visit.outerjoin(state, state.c.id == visit.c.state_id).outerjoin(
                content, content.c.id == visit.c.missed_id
            )
        )
        .where(visit.c.host_id == host_id)
        .order_by(visit.c.id)
    )
    return tuple(
        Visit(
            Seen(row.id, row.run_id, row.at),
            row.plan_digest,
            None if row.body is None else record.read_words(row.body),
        )
        for row in connection.execute(of_host)
    )
