"""One way to weaken a host by hand, or one harmless change, as the data files beside this module
have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import yaml

FOLDER = Path(__file__).parent
RELEASES = ("bookworm", "trixie")
BY_ITSELF = "by-itself"
"""Beside the families: what comes over a host without anybody doing it."""


class Tamper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done to a hardened host, how it is taken back, and which rules must see it."""

    name: str
    script: str
    undo: str
    seen_by: tuple[str, ...] = ()
    """Rules of which one at least must fail, or be in error; none: it is harmless, or `unseen` says
    why.
    """
    shows: str = ""
    """What the failing verdict must hold, so that several that one rule sees can be played at the
    same time.
    """
    level: str = "enhanced"
    """The level from which it is seen."""
    releases: tuple[str, ...] = RELEASES
    unseen: str = ""
    """Why no rule sees it: a blind spot that a kind names under "Does not see"."""
    alone: bool = False
    """Whether it disturbs others, or others it, so that it has a host to itself."""
    family: str = ""


def families(*, harmless: bool) -> list[str]:
    """Return the names of the files of tampers, or of harmless changes."""
    names = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    return [name for name in names if name.startswith("harmless") is harmless]


def read(family: str) -> list[Tamper]:
    """Return what a file holds, in its order.

    Raises:
        msgspec.ValidationError: an entry has another form.

    """
    text = (FOLDER / f"{family}.yaml").read_text(encoding="utf-8")
    found = msgspec.convert(yaml.safe_load(text), list[Tamper])
    return [msgspec.structs.replace(one, family=family) for one in found]


def batches(tampers: Sequence[Tamper], most: int) -> Iterator[list[Tamper]]:
    """Yield tampers that can stand on one host together: what each one's rules say can be told from
    what others' do.
    """
    left = list(tampers)
    while left:
        batch: list[Tamper] = []
        for tamper in left:
            if len(batch) < most and all(_can_stand(tamper, other) for other in batch):
                batch.append(tamper)
        yield batch
        left = [tamper for tamper in left if tamper not in batch]


def _can_stand(one: Tamper, other: Tamper) -> bool:
    if one.alone or other.alone or one.level != other.level:
        return False
    told_apart = (
        one.shows and other.shows and one.shows not in other.shows and other.shows not in one.shows
    )
    return bool(told_apart) or not set(one.seen_by) & set(other.seen_by)
