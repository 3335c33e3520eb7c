"""Remembers files that have passed validation, and what was in them, so that an unchanged policy is
parsed once.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import tuile
from tuile.workspace.repository.yaml_file import YamlFile, shown


@dataclass(frozen=True)
class Passed:
    """One JSON file in a private folder for each policy file; without a folder nothing is
    remembered.

    What is remembered counts for the path and bytes of a file, the version of the program, and the
    digest of the kinds' code: all that the outcome of a validation depends on.
    """

    folder: Path | None = None
    kinds: str = ""

    def recall(self, path: Path) -> YamlFile | None:
        """Return a file that has passed before and is still the same, without parsing it; else
        None.
        """
        if self.folder is None:
            return None
        try:
            kept = json.loads(self._memory(self.folder, path).read_bytes())
            if kept["mark"] == self._mark(path):
                return YamlFile(
                    shown(path), kept["data"], {tuple(where): line for where, line in kept["lines"]}
                )
        except (OSError, ValueError, KeyError, TypeError):
            pass  # nothing is remembered, or nothing that can be read
        return None

    def note(self, path: Path, found: YamlFile) -> None:
        """Remember a file; data that JSON would alter, or a folder that cannot be written, is no
        matter.
        """
        if self.folder is None:
            return
        try:
            kept = {
                "mark": self._mark(path),
                "data": found.data,
                "lines": list(found.lines.items()),
            }
            text = json.dumps(kept)
            if json.loads(text)["data"] == found.data:
                self._write(self.folder, self._memory(self.folder, path), text)
        except (OSError, ValueError, TypeError):
            return

    def _mark(self, path: Path) -> str:
        body = hashlib.sha256(path.read_bytes()).hexdigest()
        return hashlib.sha256(
            f"{tuile.__version__}\0{self.kinds}\0{path}\0{body}".encode()
        ).hexdigest()

    @staticmethod
    def _memory(folder: Path, path: Path) -> Path:
        return folder / f"{hashlib.sha256(os.fsencode(path)).hexdigest()}.json"

    @staticmethod
    def _write(folder: Path, memory: Path, text: str) -> None:
        """Write beside the final place and rename, so that no reader meets half a file."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = memory.with_suffix(f".{os.getpid()}")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        draft.replace(memory)
