"""The releases that were applied, to rows and back."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, insert, select

from tuile.policy.plan.releases import ReleaseApplied, Verified
from tuile.store.schema import release


def note(connection: Connection, found: Verified, at: datetime) -> None:
    """Write that a release is applied; only the first time takes a row."""
    key = (
        release.c.name == found.name,
        release.c.version == found.version,
        release.c.digest == found.digest,
    )
    if connection.scalar(select(release.c.id).where(*key)) is None:
        values = {"name": found.name, "version": found.version, "digest": found.digest}
        connection.execute(
            insert(release).values(**values, signers=json.dumps(found.signers), first=at)
        )


def all_of(connection: Connection) -> tuple[ReleaseApplied, ...]:
    """Return every release that was applied, in the order of the first time."""
    rows = connection.execute(select(release).order_by(release.c.id))
    return tuple(
        ReleaseApplied(
            Verified(row.name, row.version, row.digest, tuple(json.loads(row.signers))), row.first
        )
        for row in rows
    )
