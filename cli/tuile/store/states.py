"""States of hosts: one row for all visits in a row that found the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from tuile.policy.model import HostResult, Outcome, Plan
from tuile.store import record
from tuile.store.content_addressed import chunks, inserted
from tuile.store.contents import Contents
from tuile.store.findings import Former
from tuile.store.schema import host, plan, state, visit
from tuile.store.varint import unpack

_KEPT = [column for column in state.c if column is not state.c.id]


@dataclass
class Comparison:
    """What a visit saw of a host that may have changed, beside what the last one saw."""

    result: HostResult
    contents: Contents
    evidence_id: int
    last: Row[Any] | None
    """The last visit that reached it, and its state, as `last_states` gives it; None: none did."""
    statements: bytes = b""
    """The ids of the statements of what did not pass, packed."""
    never_passed: int = 0
    """How many of them are failures of rules that have never passed."""

    @property
    def former(self) -> Former | None:
        """Return the last visit that reached the host, and what did not pass then."""
        if self.last is None:
            return None
        statements = frozenset(unpack(self.last.statements))
        return Former(self.last.visit_id, self.last.plan_digest, statements, self.last.never_passed)

    @property
    def same_findings(self) -> bool:
        """Return whether the same did not pass as then."""
        return self.last is not None and self.last.found_digest == self.contents.found_digest

    @property
    def same(self) -> bool:
        """Return whether plan, findings and all that was seen are those of then."""
        return (
            self.last is not None
            and self.same_findings
            and self.last.plan_digest == self.result.plan.digest
            and self.last.evidence_id == self.evidence_id
        )


def last_states(connection: Connection, hosts: Collection[int]) -> dict[int, Row[Any]]:
    """Return the last visit that reached each host, with its state, by host."""
    earlier = visit.alias("earlier")
    newest = (
        select(earlier.c.id)
        .where(earlier.c.host_id == host.c.id, earlier.c.state_id.is_not(None))
        .order_by(earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    joined = host.join(visit, visit.c.id == newest).join(state, state.c.id == visit.c.state_id)
    chosen = select(
        host.c.id.label("host_id"),
        visit.c.id.label("visit_id"),
        state.c.id.label("state_id"),
        *_KEPT,
    ).select_from(joined)
    return {
        row.host_id: row
        for some in chunks(hosts)
        for row in connection.execute(chosen.where(host.c.id.in_(some)))
    }


def judged_from_the_same(result: HostResult, last: Row[Any] | None) -> bool:
    """Return whether a result can but be what the last one was: its plan and its basis are the
    same.
    """
    return (
        last is not None
        and result.basis != ""
        and (last.plan_digest, last.basis) == (result.plan.digest, result.basis)
    )


def settle(connection: Connection, compared: Mapping[int, Comparison]) -> dict[int, int]:
    """Write the states that are new, and return the state of each host.

    A state that was reached from another basis is the same state: the newer basis is noted.
    """
    same = {host_id: comparison for host_id, comparison in compared.items() if comparison.same}
    new = {host_id: comparison for host_id, comparison in compared.items() if not comparison.same}
    basis = [
        {"old": comparison.last.state_id, "new": comparison.result.basis}
        for comparison in same.values()
        if comparison.last is not None
        and comparison.result.basis not in ("", comparison.last.basis)
    ]
    if basis:
        noting = update(state).where(state.c.id == bindparam("old"))
        connection.execute(noting.values(basis=bindparam("new")), basis)
    _keep_plans(
        connection,
        {comparison.result.plan.digest: comparison.result.plan for comparison in new.values()},
    )
    ids = inserted(connection, state, [_row(comparison) for comparison in new.values()])
    found = dict(zip(new, ids, strict=True))
    return found | {
        host_id: comparison.last.state_id for host_id, comparison in same.items() if comparison.last
    }


def _row(comparison: Comparison) -> dict[str, Any]:
    outcomes = [verdict.outcome for verdict in comparison.contents.found.values()]
    counts = {outcome.value: outcomes.count(outcome) for outcome in Outcome if outcome in outcomes}
    return {
        "plan_digest": comparison.result.plan.digest,
        "found_digest": comparison.contents.found_digest,
        "statements": comparison.statements,
        "evidence_id": comparison.evidence_id,
        "basis": comparison.result.basis,
        "counts": json.dumps(counts, sort_keys=True),
        "never_passed": comparison.never_passed,
    }


def _keep_plans(connection: Connection, plans: Mapping[str, Plan]) -> None:
    known: set[str] = set()
    for some in chunks(plans):
        known |= set(connection.scalars(select(plan.c.digest).where(plan.c.digest.in_(some))))
    rows = [
        {"digest": digest, "rules": record.plan_json(one)}
        for digest, one in plans.items()
        if digest not in known
    ]
    if rows:
        connection.execute(insert(plan), rows)
