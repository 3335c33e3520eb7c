"""What was played, kept by release and family for as long as nothing changes that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from tests.lab.tree import cache_dir
from tests.sources import ROOT, sources
from tests.tamper.play import Said

_BESIDES = ("tests/lab/*", "tests/hardened.py", "tests/tamper/[alst]*.py")


def of_tampers() -> str:
    """Return a digest of the product as it lies here, and of the hosts on which it is played."""
    return sources(_BESIDES)


class Kept:
    """A folder of results: those of other sources, or of what a family was before, are not found in
    it.
    """

    def __init__(self, of: str) -> None:
        self._home = cache_dir() / "tampers" / of

    def read(self, release: str, family: str) -> Said | None:
        """Return what was said of each of a family, None where it was not played."""
        path = self._path(release, family)
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None

    def write(self, release: str, family: str, said: Said) -> None:
        """Keep what was said of each of a family."""
        self._home.mkdir(parents=True, exist_ok=True)
        self._path(release, family).write_text(json.dumps(said), encoding="utf-8")

    def _path(self, release: str, family: str) -> Path:
        data = ROOT / "tests" / "tamper" / f"{family}.yaml"
        digest = hashlib.sha256(data.read_bytes() if data.is_file() else b"").hexdigest()[:12]
        return self._home / f"{release}-{family}-{digest}.json"


def missing(kept: Kept, wanted: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the releases and families that were not played."""
    yield from (one for one in wanted if kept.read(*one) is None)
