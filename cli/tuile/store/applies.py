"""What hosts keep of applies, into rows and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tuile.platforms.resources import read
from tuile.policy.change.pre_image import ApplyRecord, Ending, PreImage
from tuile.policy.digest import canonical
from tuile.store.ingest import host_ids
from tuile.store.schema import apply, host


def saved(
    connection: Connection, run: int, name: str, kept: PreImage, engine: str, at: datetime
) -> None:
    """Write what a host keeps, before anything is changed there."""
    values = {
        "run_id": run,
        "host_id": host_ids(connection, [name])[name],
        "at": at,
        "engine": engine,
        "kept": kept.id,
        "before_digest": kept.digest,
        "things": canonical(_written(kept)).decode(),
    }
    connection.execute(insert(apply).values(values))


def ended(connection: Connection, kept: str, ending: Ending, after: str, at: datetime) -> None:
    """Write how an apply of one host ended; `after`: the digest of what stood there then, where it
    was confirmed.
    """
    values: dict[str, Any] = {"ending": ending.value, "ended": at}
    if after:
        values["after_digest"] = after
    connection.execute(update(apply).where(apply.c.kept == kept).values(values))


def of_run(connection: Connection, run: int) -> tuple[ApplyRecord, ...]:
    """Return the applies of a run, in the order in which they began."""
    return _read(connection.execute(_all().where(apply.c.run_id == run)).all())


def last(connection: Connection) -> tuple[ApplyRecord, ...]:
    """Return the last apply of each host."""
    newest = {row.name: row for row in connection.execute(_all())}
    return _read(list(newest.values()))


def _all() -> Any:  # noqa: ANN401 -- a statement
    return select(apply, host.c.name).join(host, host.c.id == apply.c.host_id).order_by(apply.c.id)


def _read(rows: Sequence[Row[Any]]) -> tuple[ApplyRecord, ...]:
    return tuple(_applied(row) for row in rows)


def _written(kept: PreImage) -> dict[str, list[str]]:
    return {rule: [str(one) for one in found] for rule, found in kept.resources.items()}


def _applied(row: Row[Any]) -> ApplyRecord:
    written = json.loads(row.things)
    resources = {rule: tuple(read(one) for one in found) for rule, found in written.items()}
    kept = PreImage(row.kept, row.before_digest, resources)
    ending = None if row.ending is None else Ending(row.ending)
    return ApplyRecord(
        row.run_id, row.name, row.at, row.engine, kept, row.after_digest or "", ending
    )
