"""The files of a policy repository that decide what happens, read once: what is verified is what is executed."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tuile.policy.errors import Refused

COVERED = ("baselines", "checks", "probes", "roles")
"""The folders that a release covers, whole: rules and mappings, the code of kinds, the probes of rollouts."""
CODE = ("checks", "probes", "roles")
"""Those of them that hold code."""
KEPT = 7 * 24 * 3600
"""Seconds for which a written snapshot that nobody uses stays."""

_PASSED_OVER = ("__pycache__", ".git")

Files = Mapping[str, bytes]
"""The bytes of each file by its path below the repository, "baselines/linux-server.yaml"."""


def read_files(home: Path) -> dict[str, bytes]:
    """Return the bytes of all files under the covered folders; compiled Python is neither read nor ever executed.

    Raises:
        Refused: there is something else than plain files and folders, a link for example.

    """
    found = {str(path.relative_to(home)): path for top in COVERED for path in _walk(home / top)}
    strange = [path for path in found.values() if path.is_symlink() or not stat.S_ISREG(path.stat().st_mode)]
    if strange:
        raise Refused(
            f"{strange[0]}: neither a plain file nor a folder, so what it holds could change unseen. "
            "Put the file itself in its place."
        )
    return {name: found[name].read_bytes() for name in sorted(found)}


def read_programs(home: Path) -> dict[str, bytes]:
    """Return what lies elsewhere in a repository and may be executed: scripts, and settings of Ansible."""
    found = (path for path in _walk(home) if path.relative_to(home).parts[0] not in COVERED)
    return {str(path.relative_to(home)): path.read_bytes() for path in found if _is_program(path)}


def digests(files: Files) -> dict[str, str]:
    """Return the sha256 of each file, in hexadecimal."""
    return {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}


def digest(files: Files) -> str:
    """Return one sha256 for all of the files and their names."""
    lines = (f"{name}\0{body}\n" for name, body in sorted(digests(files).items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def code_of(files: Files) -> dict[str, bytes]:
    """Return the files that are code, or that decide how code is run."""
    return {name: body for name, body in files.items() if name.split("/", 1)[0] in CODE}


def write(files: Files, folder: Path) -> Path:
    """Write the files into a folder of their own below the private `folder`, and return it.

    It is named after their digest and made anew if anything in it is not as it must be.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _prune(folder)
    place = folder / digest(files)[:32]
    if place.is_dir() and _same(place, files):
        os.utime(place)
        return place
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    for name, body in files.items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_bytes(body)
    shutil.rmtree(place, ignore_errors=True)
    draft.rename(place)
    return place


def _same(place: Path, files: Files) -> bool:
    try:
        return read_files(place) == dict(files)
    except (OSError, Refused):
        return False


def _is_program(path: Path) -> bool:
    if not path.is_file():
        return False
    return path.name == "ansible.cfg" or (os.access(path, os.X_OK) and path.read_bytes()[:2] == b"#!")


def _walk(top: Path) -> Iterator[Path]:
    """Yield all that is no folder below `top`; links to folders are not followed, they are yielded."""
    for folder, folders, names in os.walk(top, onerror=_raise):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in (*links, *names) if not name.endswith(".pyc"))


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise Refused(f"{error.filename}: cannot be read: {error.strerror}. Check who may read it.")


def _prune(folder: Path) -> None:
    old = time.time() - KEPT
    for path in folder.iterdir():
        if path.stat().st_mtime < old:
            shutil.rmtree(path, ignore_errors=True)
