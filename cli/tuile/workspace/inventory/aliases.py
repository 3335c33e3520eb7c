"""Aliases in YAML, which let a few lines grow without bound: counted before anybody writes them
out.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from tuile.policy.errors import Mistake, Place

BOUND = 1_000_000
"""Values of one file, each alias written out."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def bombs(files: Iterable[Path]) -> list[Mistake]:
    """Return the files whose aliases grow beyond all bounds; what is no YAML is for others to
    judge.
    """
    return [
        Mistake(
            Place(str(path)),
            f"its aliases stand for more than {BOUND} values",
            "Write fewer of them.",
        )
        for path in files
        if path.is_file() and _grows(path.read_bytes())
    ]


def _grows(text: bytes) -> bool:
    if b"*" not in text or b"&" not in text:
        return False
    try:
        node = yaml.compose(text.decode("utf-8", "replace"), Loader=_Loader)
        return node is not None and _size(node, {}) > BOUND
    except RecursionError:
        return True
    except yaml.YAMLError:
        return False


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    if id(node) not in known:
        known[id(node)] = BOUND  # an alias within itself never ends
        parts = node.value if isinstance(node, yaml.CollectionNode) else []
        inner = [one for part in parts for one in (part if isinstance(part, tuple) else (part,))]
        known[id(node)] = 1 + sum(_size(one, known) for one in inner)
    return known[id(node)]
