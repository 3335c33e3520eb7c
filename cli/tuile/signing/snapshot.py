"""The files of a policy repository that decide what happens, read once: what is verified is what is
executed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tuile.policy.errors import Refused

COVERED = ("baselines", "checks", "probes", "roles")
"""The folders that a release covers, whole: rules and mappings, the code of kinds, the probes of
rollouts.
"""
INVENTORIES = "inventories"
"""The folder that a release covers besides, where its signers say so: hosts, assignments,
tailoring, seals, waivers.
"""
CODE = ("checks", "probes", "roles")
"""Those of them that hold code."""
KEPT = 7 * 24 * 3600
"""Seconds for which a written snapshot that nobody uses stays."""
_DEEP = 16
"""Folders in folders that are read: links may lead in a circle."""

_PASSED_OVER = ("__pycache__", ".git")
_NO_PROGRAM = re.compile(
    r"^((policy|waivers|attestations)\.ya?ml|release\.json.*|.*\.(md|schema\.json))$"
)
"""Files outside of the covered folders that Tuile itself reads as data, or nobody reads."""

Files = Mapping[str, bytes]
"""The bytes of each file by its path below the repository, "baselines/linux-server.yaml"."""


def read_files(home: Path, covered: Sequence[str] = COVERED) -> dict[str, bytes]:
    """Return the bytes of all files under the covered folders; compiled Python is neither read nor
    ever executed.

    Raises:
        Refused: there is something else than plain files and folders, a link for example.

    """
    found = {str(path.relative_to(home)): path for top in covered for path in _walk(home / top)}
    strange = [
        path
        for path in found.values()
        if path.is_symlink() or not stat.S_ISREG(path.stat().st_mode)
    ]
    if strange:
        raise Refused(
            f"{strange[0]}: neither a plain file nor a folder, so what it holds could change "
            f"unseen. "
            "Put the file itself in its place.",
            f"{strange[0]} : ni un fichier ordinaire ni un dossier ; son contenu pourrait changer "
            f"sans être vu. "
            "Mettez le fichier lui-même à sa place.",
        )
    return {name: found[name].read_bytes() for name in sorted(found)}


def read_rest(home: Path) -> dict[str, bytes]:
    """Return what lies elsewhere in a repository and says how its hosts are reached, links to it
    followed.

    Any of it may start a program: scripts, settings of Ansible, variables with a ProxyCommand or a
    lookup.
    """
    found: dict[str, bytes] = {}
    for folder, folders, names in os.walk(home, followlinks=True):
        here = Path(folder)
        deep = len(here.relative_to(home).parts)
        passed_over = (*_PASSED_OVER, *(COVERED if not deep else ()))
        folders[:] = (
            sorted(name for name in folders if name not in passed_over) if deep < _DEEP else []
        )
        for name in sorted(names):
            path = here / name
            if path.is_file() and not _NO_PROGRAM.match(name):
                found[str(path.relative_to(home))] = path.read_bytes()
    return found


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
        if name.startswith(
            f"{INVENTORIES}/"
        ):  # a key that everybody may read is no key, a script must be executable
            (draft / name).chmod(0o700 if body.startswith(b"#!") else 0o600)
    shutil.rmtree(place, ignore_errors=True)
    draft.rename(place)
    return place


def _same(place: Path, files: Files) -> bool:
    try:
        return read_files(place, (*COVERED, INVENTORIES)) == dict(files)
    except (OSError, Refused):
        return False


def _walk(top: Path) -> Iterator[Path]:
    """Yield all that is no folder below `top`; links to folders are not followed, they are yielded."""
    for folder, folders, names in os.walk(top, onerror=_raise):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in (*links, *names) if not name.endswith(".pyc"))


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise Refused(
            f"{error.filename}: cannot be read: {error.strerror}. Check who may read it.",
            f"{error.filename} : illisible : {error.strerror}. Vérifiez qui peut le lire.",
        )


def _prune(folder: Path) -> None:
    old = time.time() - KEPT
    for path in folder.iterdir():
        if path.stat().st_mtime < old:
            shutil.rmtree(path, ignore_errors=True)
