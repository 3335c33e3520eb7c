"""What stopped and what began not to pass: findings closed and opened, with what is known of their
past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from tuile.policy.model import Outcome, Plan, Verdict
from tuile.store import record
from tuile.store.content_addressed import chunks
from tuile.store.schema import finding, plan, statement


@dataclass(frozen=True)
class Former:
    """The last visit that reached a host, and what did not pass then."""

    visit: int
    plan_digest: str
    statements: frozenset[int]
    never_passed: int
    """How many of them are failures of rules that have never passed."""


@dataclass(frozen=True)
class Changed:
    """A host on which not the same was found as at its last visit."""

    former: Former | None
    """None: it was never reached."""
    plan: Plan
    found: Mapping[int, Verdict]
    """What was not a pass, by the id of its statement."""

    @property
    def closed(self) -> frozenset[int]:
        """Return the statements that hold no more."""
        former = self.former.statements if self.former is not None else frozenset()
        return former - self.found.keys()

    @property
    def new(self) -> dict[int, Verdict]:
        """Return what was not found before, by the id of its statement."""
        former = self.former.statements if self.former is not None else frozenset()
        return {number: found for number, found in self.found.items() if number not in former}


@dataclass
class Delta:
    """What a visit changes of the findings of its host."""

    closed: list[Row[Any]] = field(default_factory=list)
    """The findings to close."""
    opened: list[dict[str, Any]] = field(default_factory=list)
    """The findings to open; `since_visit` is None where it is the visit itself."""
    never_passed: int = 0
    """How many rules fail, and have never passed, after it."""


def deltas(connection: Connection, hosts: Mapping[int, Changed]) -> dict[int, Delta]:
    """Return what the visits of these hosts change, by host; nothing is written."""
    closed = _closed(connection, hosts)
    rules = _rules_before(connection, hosts.values())
    return {
        host_id: _delta(changed, closed.get(host_id, ()), rules)
        for host_id, changed in hosts.items()
    }


def write(connection: Connection, deltas: Mapping[int, Delta], visits: Mapping[int, int]) -> None:
    """Close and open findings; `visits`: the new visit of each host."""
    closed = [
        {
            "of_host": host_id,
            "of_statement": row.statement_id,
            "opened": row.from_visit,
            "now": visits[host_id],
        }
        for host_id, delta in deltas.items()
        for row in delta.closed
    ]
    if closed:
        closing = update(finding).where(
            finding.c.host_id == bindparam("of_host"),
            finding.c.statement_id == bindparam("of_statement"),
            finding.c.from_visit == bindparam("opened"),
        )
        connection.execute(closing.values(until_visit=bindparam("now")), closed)
    opened = [
        {
            **row,
            "host_id": host_id,
            "from_visit": visits[host_id],
            "since_visit": row["since_visit"] or visits[host_id],
        }
        for host_id, delta in deltas.items()
        for row in delta.opened
    ]
    if opened:
        connection.execute(insert(finding), opened)


def _delta(
    changed: Changed, closed: Iterable[Row[Any]], rules: Mapping[str, frozenset[str]]
) -> Delta:
    former = changed.former
    delta = Delta(never_passed=former.never_passed if former is not None else 0)
    closed_rules: dict[str, Row[Any]] = {}
    for row in closed:
        delta.closed.append(row)
        delta.never_passed -= row.outcome == Outcome.failed.value and row.passed_visit is None
        closed_rules[row.rule] = row
    in_plan = rules[former.plan_digest] if former is not None else frozenset()
    for number, verdict in changed.new.items():
        since = passed = None
        if verdict.rule in closed_rules:
            row = closed_rules[verdict.rule]
            passed = row.passed_visit
            since = row.since_visit if row.outcome == verdict.outcome.value else None
        elif former is not None and verdict.rule in in_plan:
            passed = former.visit  # in the plan then, and without a finding
        delta.opened.append({"statement_id": number, "since_visit": since, "passed_visit": passed})
        delta.never_passed += verdict.outcome is Outcome.failed and passed is None
    return delta


def _closed(connection: Connection, hosts: Mapping[int, Changed]) -> dict[int, list[Row[Any]]]:
    """Return the open findings that hold no more, with what they say, by host."""
    closed = {host_id: gone for host_id, changed in hosts.items() if (gone := changed.closed)}
    columns = finding.c
    chosen: Select[Any] = (
        select(
            columns.host_id,
            columns.from_visit,
            columns.statement_id,
            columns.since_visit,
            columns.passed_visit,
            statement.c.rule,
            statement.c.outcome,
        )
        .join(statement, statement.c.id == columns.statement_id)
        .where(columns.until_visit.is_(None))
    )
    found: dict[int, list[Row[Any]]] = {}
    for some in chunks(closed):
        for ids in chunks({number for host_id in some for number in closed[host_id]}):
            of_them = chosen.where(columns.host_id.in_(some), columns.statement_id.in_(ids))
            for row in connection.execute(of_them):
                if row.statement_id in closed[row.host_id]:
                    found.setdefault(row.host_id, []).append(row)
    return found


def _rules_before(connection: Connection, hosts: Iterable[Changed]) -> dict[str, frozenset[str]]:
    """Return the rules of the plans that hosts had at their last visits, by digest of the plan."""
    rules: dict[str, frozenset[str]] = {}
    unread: set[str] = set()
    for changed in hosts:
        if changed.former is None or changed.former.plan_digest in rules:
            continue
        digest = changed.former.plan_digest
        if digest == changed.plan.digest:
            rules[digest] = frozenset(planned.rule.id for planned in changed.plan.rules)
        else:
            unread.add(digest)
    for some in chunks(unread - rules.keys()):
        for row in connection.execute(select(plan).where(plan.c.digest.in_(some))):
            rules[row.digest] = frozenset(record.read_plan(row.rules))
    return rules
