"""The page that says how many ways to weaken a host are seen, and by which rules each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.tamper.tamper import RELEASES, Tamper

_HEAD = """# Weakened by hand

What somebody does to a hardened host, and whether the next check sees it. Each entry of `tests/tamper/` is played on
hosts of both releases that were brought to `linux-server` at the level *enhanced*; a rule that held before has to fail,
or to be in error. Harmless changes of daily work must set nothing off. Written by `make tampers`.
"""


@dataclass(frozen=True)
class Played:
    """One entry on one release, and why it was not as it must be; None where it was."""

    release: str
    tamper: Tamper
    said: str | None


def page(played: Sequence[Played]) -> str:
    """Return the page in Markdown."""
    harmful = [one for one in played if not one.tamper.family.startswith("harmless")]
    harmless = [one for one in played if one.tamper.family.startswith("harmless")]
    lines = [_HEAD, "| family | " + " | ".join(RELEASES) + " |", "| --- " * (1 + len(RELEASES)) + "|"]
    lines += [*_families(harmful), f"| **all** | {' | '.join(_share(harmful, each) for each in RELEASES)} |"]
    quiet = sum(one.said is None for one in harmless)
    lines += ["", f"Harmless changes that set nothing off: {quiet} of {len(harmless)}.", "", "## Not seen", ""]
    return "\n".join([*lines, *sorted(set(_unseen(harmful))), "", "## Each", "", *_each(harmful)]) + "\n"


def _families(played: Sequence[Played]) -> Iterator[str]:
    for family in sorted({one.tamper.family for one in played}):
        mine = [one for one in played if one.tamper.family == family]
        yield f"| {family} | {' | '.join(_share(mine, release) for release in RELEASES)} |"


def _share(played: Iterable[Played], release: str) -> str:
    mine = [one for one in played if one.release == release]
    seen = sum(one.said is None and bool(one.tamper.seen_by) for one in mine)
    return f"{seen} of {len(mine)} seen"


def _unseen(played: Iterable[Played]) -> Iterator[str]:
    for one in played:
        if one.tamper.unseen:
            yield f"- `{one.tamper.name}`: {one.tamper.unseen}"
        elif one.said is not None:
            yield f"- `{one.tamper.name}` on {one.release}: {one.said}"


def _each(played: Sequence[Played]) -> Iterator[str]:
    yield "| what is done | seen by one of |"
    yield "| --- | --- |"
    tampers = {one.tamper.name: one.tamper for one in played}
    for name, tamper in sorted(tampers.items()):
        yield f"| `{name}` | {', '.join(f'`{rule}`' for rule in tamper.seen_by) or '–'} |"
