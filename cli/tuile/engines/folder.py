"""The private folder of one run of an engine: its files are nobody else's to read, and it goes when
the run ends.
"""

from __future__ import annotations

import base64
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tuile
from tuile.engines.interface import FileChange, HostWork, KindWork

PREFIX = "tuile-"
LOCK = "lock"
"""A file in a private folder that its run holds locked for as long as it lives."""
_NEW, _OLD = 60, 86_400
"""Seconds after which a folder is no longer being made, and after which one without a lock is of no
run.
"""


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder that only this user can enter, and remove it at the end, whatever happens.

    One that was left by a run that was killed is removed first: there may be passwords in it.
    """
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))  # made with mode 0700
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(place: Path) -> None:
    """Remove the private folders of ours in `place` whose run is no more: nobody holds their lock.

    A folder that is new, or whose lock is not there, may be one that is just being made: it is left
    for a while. Links, and what belongs to somebody else, are none of ours.
    """
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            own = (
                stat.S_ISDIR(found.st_mode)
                and found.st_uid == os.geteuid()
                and not found.st_mode & 0o077
            )
            if own and time.time() - found.st_mtime > _NEW and _is_left(folder, found.st_mtime):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path, since: float) -> bool:
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - since > _OLD and (folder / "outcomes").is_dir()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def write_private(path: Path, content: bytes) -> Path:
    """Write a new file that only this user can read, and return its path."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return path


def write_sources(folder: Path, work: Iterable[HostWork]) -> None:
    """Write the bytes of all files to put in place, in base64, the same bytes once."""
    (folder / "files").mkdir(mode=0o700)
    contents = {
        file.after_digest: file.after for host in work for kind in host.kinds for file in kind.files
    }
    for digest, content in contents.items():
        write_private(folder / "files" / digest, base64.b64encode(content))


def as_data(folder: Path, kind: KindWork) -> dict[str, Any]:
    """Return the work of one kind as plain data, in the words of the roles."""
    return {
        "kind": kind.kind,
        "role": str(kind.role),
        "rules": [dict(rule) for rule in kind.rules],
        "files": [_file(folder, file) for file in kind.files],
    }


def role_folders(work: Iterable[HostWork]) -> list[str]:
    """Return the folders of roles: those that ship first, as all roles may use what is in them."""
    package = Path(tuile.__file__).resolve().parent
    home = package / "shipped" if (package / "shipped").is_dir() else package.parents[1]
    shipped = sorted(str(path) for path in (home / "roles").iterdir() if path.is_dir())
    others = sorted({str(kind.role.parent) for host in work for kind in host.kinds})
    return list(dict.fromkeys((*shipped, *others)))


def _file(folder: Path, file: FileChange) -> dict[str, str]:
    return {
        "path": file.path,
        "source": str(folder / "files" / file.after_digest),
        "before": file.before_digest,
        "after": file.after_digest,
        "mode": file.mode,
        "owner": file.owner,
        "group": file.group,
    }
