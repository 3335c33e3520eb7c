"""Rows back into values: the state of hosts at any past visit, and their whole history."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from tuile.policy.history.host_state import Finding, HostState, Recorded, Rules, Run, Seen, Timeline, Visit
from tuile.policy.model import Outcome
from tuile.store import record
from tuile.store.schema import evidence, finding, host, plan, run, visit

AT_ONCE = 400
"""How many values go into one IN list: databases limit it."""

_Item = TypeVar("_Item")

_since, _passed = visit.alias("since"), visit.alias("passed")
_target, _earlier = visit.alias("target"), visit.alias("earlier")


def runs(connection: Connection) -> tuple[Run, ...]:
    """Return every run, oldest first."""
    return tuple(
        Run(row.id, row.started, row.finished, tuple(json.loads(row.baselines)), row.version)
        for row in connection.execute(select(run).order_by(run.c.id))
    )


def visits(connection: Connection, run_id: int | None, back: int) -> dict[str, int]:
    """Return the last visit of each host in the runs up to one (None: in all), or the one `back` visits before it."""
    of_host = select(visit.c.id).where(visit.c.host_id == host.c.id)
    if run_id is not None:
        of_host = of_host.where(visit.c.run_id <= run_id)
    last = of_host.order_by(visit.c.id.desc()).offset(back).limit(1).scalar_subquery()
    return {name: found for name, found in connection.execute(select(host.c.name, last)) if found is not None}


def states(connection: Connection, ids: Collection[int]) -> dict[str, HostState]:
    """Return what was known of each host at its visit among these."""
    plans: dict[str, Rules] = {}
    found: dict[str, HostState] = {}
    for some in _chunks(ids):
        rows = connection.execute(_visited(some)).all()
        plans |= _plans(connection, {row.plan_digest for row in rows} - {None, *plans})
        findings = _findings_at(connection, some)
        for row in rows:
            rules = plans.get(row.plan_digest, {})
            found[row.name] = _state(connection, row, rules, findings.get(row.visit_id, {}))
    return found


def timeline(connection: Connection, name: str) -> Timeline | None:
    """Return the whole history of a host, None where there is no such host."""
    host_id = connection.scalar(select(host.c.id).where(host.c.name == name))
    if host_id is None:
        return None
    rows = connection.execute(select(visit).where(visit.c.host_id == host_id).order_by(visit.c.id))
    visited = tuple(
        Visit(Seen(row.id, row.run_id, row.at), row.plan_digest, record.read_text(row.not_reached)) for row in rows
    )
    plans = _plans(connection, {each.plan for each in visited if each.plan is not None})
    found = connection.execute(
        _findings().where(finding.c.host_id == host_id).order_by(finding.c.from_visit, finding.c.rule)
    )
    findings = tuple(Finding(_recorded(row), row.from_visit, row.until_visit) for row in found)
    return Timeline(name, visited, plans, findings)


def passing_since(connection: Connection, name: str, rules: Collection[str]) -> dict[str, Seen]:
    """Return for rules that pass now the visit at which they came to pass: the one that closed their last finding."""
    last = func.max(finding.c.until_visit).label("last")
    of_host = select(finding.c.rule, last).join(host, host.c.id == finding.c.host_id).where(host.c.name == name)
    closed = of_host.group_by(finding.c.rule).subquery()
    rows = connection.execute(
        select(closed.c.rule, visit.c.id, visit.c.run_id, visit.c.at).join(visit, visit.c.id == closed.c.last)
    )
    return {row.rule: Seen(row.id, row.run_id, row.at) for row in rows if row.rule in rules}


def what_was_seen(connection: Connection, visit_id: int) -> Mapping[str, Any] | None:
    """Return the evidence of a visit as plain data: "facts" and "observations" by rule."""
    kept = select(evidence.c.body).join(visit, visit.c.evidence_digest == evidence.c.digest)
    body = connection.scalar(kept.where(visit.c.id == visit_id))
    return None if body is None else record.read_evidence(body)


def _visited(ids: Sequence[int]) -> Select[Any]:
    """Select the visits, each with the last visit up to it that reached the host."""
    reached = select(_earlier.c.id).where(
        _earlier.c.host_id == _target.c.host_id, _earlier.c.id <= _target.c.id, _earlier.c.not_reached.is_(None)
    )
    last = reached.order_by(_earlier.c.id.desc()).limit(1).scalar_subquery()
    target = [host.c.name, _target.c.id.label("visit_id"), _target.c.host_id, _target.c.not_reached]
    seen = [visit.c.id, visit.c.run_id, visit.c.at, visit.c.plan_digest]
    joined = _target.join(host, host.c.id == _target.c.host_id).outerjoin(visit, visit.c.id == last)
    return select(*target, *seen).select_from(joined).where(_target.c.id.in_(ids))


def _state(connection: Connection, row: Row[Any], rules: Rules, findings: Mapping[str, Recorded]) -> HostState:
    seen = None if row.id is None else Seen(row.id, row.run_id, row.at)
    if row.not_reached is None:
        return HostState(row.name, seen, rules, findings)
    after = select(visit.c.id, visit.c.run_id, visit.c.at).where(
        visit.c.host_id == row.host_id, visit.c.id > (row.id or 0)
    )
    first = connection.execute(after.order_by(visit.c.id).limit(1)).one()
    missed = Seen(first.id, first.run_id, first.at)
    return HostState(row.name, seen, rules, findings, missed, record.read_text(row.not_reached))


def _findings() -> Select[Any]:
    """Select findings with the times of the visits that they name."""
    since = [_since.c.id.label("since_id"), _since.c.run_id.label("since_run"), _since.c.at.label("since_at")]
    passed = [_passed.c.id.label("passed_id"), _passed.c.run_id.label("passed_run"), _passed.c.at.label("passed_at")]
    joined = finding.join(_since, _since.c.id == finding.c.since_visit)
    joined = joined.outerjoin(_passed, _passed.c.id == finding.c.passed_visit)
    return select(finding, *since, *passed).select_from(joined)


def _findings_at(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Recorded]]:
    """Return the findings that were open at each of the visits, by rule."""
    selected = _findings().add_columns(_target.c.id.label("target_id")).join(_target, _open_at(_target.c.id))
    found: dict[int, dict[str, Recorded]] = {}
    for row in connection.execute(selected.where(_target.c.id.in_(ids))):
        found.setdefault(row.target_id, {})[row.rule] = _recorded(row)
    return found


def _open_at(visit_id: ColumnElement[int]) -> ColumnElement[bool]:
    later = or_(finding.c.until_visit.is_(None), finding.c.until_visit > visit_id)
    return and_(finding.c.host_id == _target.c.host_id, finding.c.from_visit <= visit_id, later)


def _recorded(row: Row[Any]) -> Recorded:
    differences, reason = record.read_detail(row.detail)
    since = Seen(row.since_id, row.since_run, row.since_at)
    passed = None if row.passed_id is None else Seen(row.passed_id, row.passed_run, row.passed_at)
    return Recorded(row.rule, Outcome(row.outcome), row.subject, differences, reason, since, passed)


def _plans(connection: Connection, digests: Collection[str]) -> dict[str, Rules]:
    found: dict[str, Rules] = {}
    for some in _chunks(digests):
        for row in connection.execute(select(plan).where(plan.c.digest.in_(some))):
            found[row.digest] = record.read_plan(row.rules)
    return found


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    everything = list(items)
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]
