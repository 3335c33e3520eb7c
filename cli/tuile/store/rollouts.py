"""Rollouts, to rows and back: each state is stored before it is acted on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from tuile.policy.digest import canonical
from tuile.policy.rollout.state import OVER, Member, Pace, Phase, Rollout, Step
from tuile.policy.text import Text
from tuile.store import record
from tuile.store.schema import rollout as table
from tuile.store.schema import rollout_host


def start(connection: Connection, new: Rollout, order: Mapping[str, Any]) -> int:
    """Write a new rollout, and how it is to be carried out, and return its number."""
    pace = {
        "parallel": new.pace.parallel,
        "max_fail": new.pace.max_fail,
        "soak": new.pace.soak.total_seconds(),
    }
    values = {
        "baseline": new.baseline,
        "started": new.started,
        "rings": json.dumps(new.rings),
        "pace": json.dumps(pace),
        "ordered": canonical(order).decode(),
    }
    key = connection.execute(insert(table).values(**values, **_state(new))).inserted_primary_key
    if key is None:
        raise ValueError("the database gave no id for a new rollout")
    _insert(connection, int(key[0]), new.members.values())
    return int(key[0])


def read(connection: Connection, number: int | None) -> tuple[Rollout, Mapping[str, Any]] | None:
    """Return a rollout and how it is carried out; without number the last one, one that is not over
    before others.
    """
    statement = (
        select(table)
        .order_by(table.c.phase.in_([phase.value for phase in OVER]), table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(
        statement if number is None else select(table).where(table.c.id == number)
    ).first()
    if row is None:
        return None
    members = connection.execute(select(rollout_host).where(rollout_host.c.rollout_id == row.id))
    return _rollout(row, {member.host: _member(member) for member in members}), json.loads(
        row.ordered
    )


def change(connection: Connection, before: Rollout, after: Rollout) -> None:
    """Write what is not as it was before."""
    if _state(before) != _state(after):
        connection.execute(update(table).where(table.c.id == after.id).values(_state(after)))
    for member in after.members.values():
        if member != before.members[member.host]:
            row = and_(rollout_host.c.rollout_id == after.id, rollout_host.c.host == member.host)
            connection.execute(update(rollout_host).where(row).values(_values(member)))


def _state(rollout: Rollout) -> dict[str, Any]:
    why = canonical(rollout.why).decode()
    return {"phase": rollout.phase.value, "ring": rollout.ring, "until": rollout.until, "why": why}


def _insert(connection: Connection, number: int, members: Iterable[Member]) -> None:
    rows = [{"rollout_id": number, "host": m.host, "ring": m.ring, **_values(m)} for m in members]
    if rows:
        connection.execute(insert(rollout_host), rows)


def _values(member: Member) -> dict[str, Any]:
    data = {"runs": canonical(member.runs).decode(), "open": canonical(member.open).decode()}
    return {"step": member.step.value, "why": record.text_json(member.why), **data}


def _rollout(row: Row[Any], members: Mapping[str, Member]) -> Rollout:
    pace = json.loads(row.pace)
    return Rollout(
        id=row.id,
        baseline=row.baseline,
        started=row.started,
        rings=tuple(json.loads(row.rings)),
        members=members,
        pace=Pace(pace["parallel"], pace["max_fail"], timedelta(seconds=pace["soak"])),
        phase=Phase(row.phase),
        ring=row.ring,
        until=row.until,
        why=tuple(Text.read(words) for words in json.loads(row.why)),
    )


def _member(row: Row[Any]) -> Member:
    runs, open_ = tuple(json.loads(row.runs)), json.loads(row.open)
    return Member(row.host, row.ring, Step(row.step), record.read_text(row.why), runs, open_)
