"""The state of the product, as a digest: what was measured on another state says nothing of this
one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PRODUCT = ("cli/**/*.*", "checks/**/*.py", "baselines/*", "roles/**/*.*")


def sources(besides: Iterable[str] = ()) -> str:
    """Return a digest of the product as it lies here, and of what else counts, as patterns of
    paths.
    """
    found = hashlib.sha256()
    for path in sorted({path for pattern in (*_PRODUCT, *besides) for path in ROOT.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(
                f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest()
            )
    return found.hexdigest()[:12]
