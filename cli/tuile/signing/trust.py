"""Which policy repositories may run their own kinds here: those whose user has read and trusted
this very code.
"""

from __future__ import annotations

import os
from pathlib import Path


class Trust:
    """A private file of lines "<sha256 of the code> <folder>"."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def holds(self, home: Path, code: str) -> bool:
        """Return whether exactly this code in this folder has been trusted."""
        return f"{code} {home.resolve()}" in self._lines()

    def knows(self, home: Path) -> bool:
        """Return whether anything of this folder has been trusted."""
        return any(line.partition(" ")[2] == str(home.resolve()) for line in self._lines())

    def add(self, home: Path, *codes: str) -> None:
        """Trust this code; what was trusted of the folder before no longer is."""
        here = f" {home.resolve()}"
        lines = [line for line in self._lines() if line.partition(" ")[2] != here[1:]]
        lines += [code + here for code in codes]
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._file.with_suffix(f".{os.getpid()}")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as out:
            out.write("\n".join(lines) + "\n")
        draft.replace(self._file)

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
