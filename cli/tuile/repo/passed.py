"""Remembers which files have passed validation, so that an unchanged policy costs no second one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import tuile


@dataclass(frozen=True)
class Passed:
    """Marks in a private folder, one empty file each; without a folder nothing is remembered.

    A mark stands for the path and bytes of a file, the version of the program, and the digest of the kinds' code:
    all that the outcome of a validation depends on.
    """

    folder: Path | None = None
    kinds: str = ""

    def mark(self, path: Path) -> str:
        """Return the mark of a file as it is now."""
        body = hashlib.sha256(path.read_bytes()).hexdigest()
        return hashlib.sha256(f"{tuile.__version__}\0{self.kinds}\0{path}\0{body}".encode()).hexdigest()

    def has(self, mark: str) -> bool:
        """Return whether that file has passed before."""
        return self.folder is not None and (self.folder / mark).exists()

    def note(self, mark: str) -> None:
        """Remember it; a folder that cannot be written is no matter."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / mark).touch(mode=0o600)
        except OSError:
            return
