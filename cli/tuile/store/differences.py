"""Two visits of each of many hosts, without what was the same at both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from tuile.policy.history.host_state import HostState, Recorded, Rules, Seen
from tuile.store.content_addressed import chunks
from tuile.store.read import Findings, Plans, states
from tuile.store.schema import finding, host, state, visit

Pair = tuple[int, int]
"""Two visits of one host that both reached it, the earlier one first."""


def differing_states(
    connection: Connection, pairs: Collection[Pair]
) -> dict[int, tuple[HostState, HostState]]:
    """Return what was known of hosts at both visits, by the later one.

    Where the plan was the same, the states name only the rules that did not come to the same.
    """
    rows = _rows(connection, {number for pair in pairs for number in pair})
    alike = {
        (before, now) for before, now in pairs if rows[before].plan_digest == rows[now].plan_digest
    }
    others = [pair for pair in pairs if pair not in alike]
    whole = states(connection, {number for pair in others for number in pair})
    found = {now: (whole[before], whole[now]) for before, now in others}
    plans, findings = Plans(connection), Findings(connection)
    for some in chunks(alike):
        held = _held(connection, some, rows)
        told = dict(zip(held, _by_rule(findings, held.values()), strict=True))
        for before, now in some:
            named = told[before].keys() | told[now].keys()
            planned = plans.of({rows[now].plan_digest})[rows[now].plan_digest]
            rules = {rule: planned[rule] for rule in named if rule in planned}
            found[now] = (
                _state(rows[before], rules, told[before]),
                _state(rows[now], rules, told[now]),
            )
    return found


def _rows(connection: Connection, ids: Collection[int]) -> dict[int, Row[Any]]:
    chosen: Select[Any] = (
        select(
            visit.c.id,
            visit.c.run_id,
            visit.c.at,
            visit.c.host_id,
            host.c.name,
            state.c.plan_digest,
        )
        .join(host, host.c.id == visit.c.host_id)
        .join(state, state.c.id == visit.c.state_id)
    )
    return {
        row.id: row
        for some in chunks(ids)
        for row in connection.execute(chosen.where(visit.c.id.in_(some)))
    }


def _held(
    connection: Connection, pairs: Sequence[Pair], rows: Mapping[int, Row[Any]]
) -> dict[int, list[Row[Any]]]:
    """Return the findings that held at one visit of a pair, and were closed or opened since, by
    visit.
    """
    changed = _changed_since(connection, [before for before, _ in pairs])
    return {
        number: [row for row in changed.get(rows[number].host_id, ()) if _holds(row, number)]
        for pair in pairs
        for number in pair
    }


def _changed_since(connection: Connection, visits: Collection[int]) -> dict[int, list[Row[Any]]]:
    """Return the findings that were opened or closed after these visits of their hosts, by host."""
    columns = finding.c
    later = or_(columns.from_visit > visit.c.id, columns.until_visit > visit.c.id)
    of_hosts = select(finding).join(visit, and_(visit.c.host_id == columns.host_id, later))
    changed: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(of_hosts.where(visit.c.id.in_(visits))):
        changed.setdefault(row.host_id, []).append(row)
    return changed


def _holds(row: Row[Any], number: int) -> bool:
    return row.from_visit <= number and (row.until_visit is None or row.until_visit > number)


def _by_rule(findings: Findings, held: Collection[Sequence[Row[Any]]]) -> list[dict[str, Recorded]]:
    """Return what rows stand for, by rule, for each list of rows."""
    recorded = findings.recorded([row for rows in held for row in rows])
    return [{found.rule: found for found in islice(recorded, len(rows))} for rows in held]


def _state(row: Row[Any], rules: Rules, findings: Mapping[str, Recorded]) -> HostState:
    return HostState(row.name, Seen(row.id, row.run_id, row.at), rules, findings)
