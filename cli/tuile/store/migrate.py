"""From no schema or an older one to the one that this version knows."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select

from tuile.policy.errors import StoreError
from tuile.store import schema
from tuile.store.engine import MEMORY, open_engine

MIGRATIONS = Path(__file__).with_name("migrations")
_NEWER = (
    '{path}: the store is of a newer Tuile: its schema is "{found}", this one knows up to '
    '"{known}". '
    "Use that version, or name another store."
)


def bring_up_to_date(engine: Engine, path: str, patience: float) -> None:
    """Make the tables of a new store, or migrate an older one after copying it beside itself.

    Raises:
        StoreError: the schema is of a newer Tuile, or this is a database of something else.

    """
    with engine.begin() as connection:
        found = _revision(connection)
    if found == schema.HEAD:
        return
    if found is None:
        with engine.execution_options(writes=True).begin() as connection:
            _create(connection, path)
    else:
        _migrate(path, patience)


def _revision(connection: Connection) -> str | None:
    """Return the revision that the store says it has, None where there is no table at all."""
    if not inspect(connection).has_table(schema.revision.name):
        return None
    return connection.scalar(select(schema.revision.c.version_num))


def _create(connection: Connection, path: str) -> None:
    """Make all tables at once: the same as running every migration, which a test compares."""
    if _revision(connection) is not None:
        return  # another run made them while this one waited for the lock
    if inspect(connection).get_table_names():
        raise StoreError(f"{path}: this is a database of something else. Name another store.")
    schema.metadata.create_all(connection, checkfirst=False)
    schema.revision.create(connection)
    connection.execute(schema.revision.insert().values(version_num=schema.HEAD))


def _migrate(path: str, patience: float) -> None:
    from alembic import command  # noqa: PLC0415 -- half a second that only a migration has to pay
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    engine = open_engine(
        path, patience, foreign_keys=False
    )  # a table that others point to may be rebuilt
    try:
        with engine.execution_options(writes=True).begin() as connection:
            found = _revision(connection)
            if found not in known:
                raise StoreError(_NEWER.format(path=path, found=found, known=schema.HEAD))
            if found != schema.HEAD:
                _copy(path, found)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    finally:
        engine.dispose()


def _copy(path: str, found: str) -> None:
    """Copy the store as last committed to `<path>.before-<revision>`; an older copy of that name is
    kept.
    """
    if path == MEMORY:
        return
    beside = Path(f"{path}.before-{found}")
    if beside.exists():
        return
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(beside)) as copy:
        source.backup(copy)
