"""The private folder of one run of an engine: its files are nobody else's to read, and it goes when the run ends."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tuile
from tuile.engines.interface import FileChange, HostWork, KindWork


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder that only this user can enter, and remove it at the end, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="tuile-"))  # made with mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_private(path: Path, content: bytes) -> Path:
    """Write a new file that only this user can read, and return its path."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return path


def write_sources(folder: Path, work: Iterable[HostWork]) -> None:
    """Write the bytes of all files to put in place, in base64, the same bytes once."""
    (folder / "files").mkdir(mode=0o700)
    contents = {file.after_digest: file.after for host in work for kind in host.kinds for file in kind.files}
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
    """Return the `roles/` folders of the work: the one that ships first, as all roles may use what is in it."""
    package = Path(tuile.__file__).resolve().parent
    home = package / "shipped" if (package / "shipped").is_dir() else package.parents[1]
    others = sorted({str(kind.role.parent) for host in work for kind in host.kinds})
    return list(dict.fromkeys((str(home / "roles"), *others)))


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
