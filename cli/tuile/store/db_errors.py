"""What the database says when it fails, in words that help."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from tuile.policy.errors import StoreError

_FULL = (
    "the disk is full or a quota is reached. Free some space and run again; what was stored before"
    " is kept"
)
_DAMAGED = (
    "this is not a store of Tuile, or it is damaged. Restore it from a backup, or name another"
    " store"
)
_READ_ONLY = (
    "the store cannot be written. Check who owns the file and its folder, or name another store"
)
_CLOSED = "the store cannot be opened. Check that the folder exists and who may read it"
_IO = (
    "the disk refuses to write or read: full, over quota or failing. What was stored before is"
    " kept; see dmesg"
)
_WORDS = (
    ("SQLITE_FULL", _FULL),
    ("SQLITE_IOERR", _IO),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_NOTADB", _DAMAGED),
    ("SQLITE_READONLY", _READ_ONLY),
    ("SQLITE_PERM", _READ_ONLY),
    ("SQLITE_CANTOPEN", _CLOSED),
)


@contextmanager
def in_words(path: str, patience: float) -> Iterator[None]:
    """Turn what the database or the file system raises into a StoreError.

    Raises:
        StoreError: in words, with the path of the store.

    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{path}: {_say(error.orig or error, patience)}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {_say(error, patience)}.") from error
    except OSError as error:
        what = (
            f"{path}: the store cannot be opened: {error.strerror}. Check the folder and who may"
            " write there."
        )
        raise StoreError(what) from error


def _say(error: BaseException, patience: float) -> str:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return (
            f"another run has been writing for more than {patience:g} s. Wait for its end, or see"
            " what holds it up"
        )
    return next(
        (words for prefix, words in _WORDS if name.startswith(prefix)), f"the store failed: {error}"
    )
