"""A connection to SQLite set up so that runs in parallel, crashes and full disks lose nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from sqlite3 import Connection as RawConnection

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event

MEMORY = ":memory:"
_PAUSE = 0.05
"""Seconds between two tries."""


def open_engine(path: str, patience: float, *, foreign_keys: bool = True) -> Engine:
    """Return an engine on a file of SQLite; the file is made, readable by its owner only, if there
    is none.

    `patience` is how many seconds to wait for another writer. Transactions of an engine with the
    execution option `writes` take the write lock at their start, so that none fails in its middle.

    Raises:
        OSError: the file cannot be made.

    """
    if path != MEMORY:
        _make_private(Path(path))
    engine = create_engine(
        URL.create("sqlite", database=path),
        connect_args={"timeout": patience, "isolation_level": None, "check_same_thread": False},
        poolclass=StaticPool if path == MEMORY else None,
    )

    @event.listens_for(engine, "connect")
    def set_up(raw: RawConnection, _record: object) -> None:
        _write_ahead(raw, patience)
        raw.execute("PRAGMA synchronous = FULL")  # a stored result survives a power cut
        raw.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(raw: RawConnection, patience: float) -> None:
    """Have the file written ahead; SQLite does not wait by itself where another program does the
    same just now.
    """
    late = time.monotonic() + patience
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            if (
                error.sqlite_errorcode & 0xFF != SQLITE_BUSY or time.monotonic() > late
            ):  # the primary result code
                raise
            time.sleep(_PAUSE)
        else:
            return


def _make_private(path: Path) -> None:
    for folder in reversed([path.parent, *path.parent.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
