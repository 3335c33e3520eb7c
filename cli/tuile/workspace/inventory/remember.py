"""Remembers what ansible-inventory said of a static inventory, as long as no file that it depends
on changes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import tuile
from tuile.workspace.inventory.programs import is_executable, is_plugin, sources_of

_LIMIT = 5000
"""Files; an inventory of more is asked for anew each time."""


def fingerprint(source: str, how: str = "") -> str | None:
    """Return a digest of all that the answer depends on; None where it may change by itself
    (scripts, plugins).

    `how` is whatever else decides how the source is read.
    """
    if any(map(_is_dynamic, sources_of(source))):
        return None
    found = hashlib.sha256(how.encode())
    settings = {key: value for key, value in os.environ.items() if key.startswith("ANSIBLE_")}
    found.update(
        json.dumps(
            [tuile.__version__, metadata.version("ansible-core"), str(Path.cwd()), source]
        ).encode()
    )
    found.update(json.dumps(settings, sort_keys=True).encode())
    for count, path in enumerate(files_of(source)):
        if count > _LIMIT:
            return None
        if not path.exists():
            continue
        status = path.stat()
        found.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0{status.st_ino}\n".encode())
    return found.hexdigest()


def recall(memory: Path | None, mark: str | None) -> dict[str, Any] | None:
    """Return the remembered answer, or None."""
    if memory is None or mark is None:
        return None
    try:
        data: dict[str, Any] = json.loads((memory / f"{mark}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return data


def remember(memory: Path | None, mark: str, data: dict[str, Any]) -> None:
    """Keep an answer for next time; a folder that cannot be written is no matter."""
    if memory is None:
        return
    try:
        memory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = memory / f"{mark}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(data, file)
        draft.replace(memory / f"{mark}.json")
    except OSError:
        return


def files_of(source: str) -> Iterator[Path]:
    """Yield the files that Ansible may read for this source, in a fixed order; not all need exist."""
    if "," not in source:
        path = Path(source).resolve()
        base = path if path.is_dir() else path.parent
        roots = [path, base / "group_vars", base / "host_vars"]
        for root in roots:
            yield from (
                sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
            )
    yield from (
        path
        for path in (
            Path("ansible.cfg"),
            Path.home() / ".ansible.cfg",
            Path("/etc/ansible/ansible.cfg"),
        )
    )


def _is_dynamic(path: Path) -> bool:
    return path.is_file() and (is_executable(path) or is_plugin(path))
