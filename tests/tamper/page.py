"""The page that says how many ways to weaken a host are seen, and by which rules each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.tamper.tamper import BY_ITSELF, RELEASES, Tamper

_HEAD = """# Weakened by hand

What somebody does to a hardened host, and whether the next check sees it. Each entry of `tests/tamper/` is played on
hosts of both releases that were brought to `linux-server` at the level *enhanced*; a rule that held before has to fail,
or to be in error. Harmless changes of daily work must set nothing off, and neither must what comes by itself: a reboot,
newer packages, a week of timers. Written by `make tampers`, {date}; digest of what was played: `{of}`.
"""


@dataclass(frozen=True)
class Played:
    """One entry on one release, and why it was not as it must be; "" where it was."""

    release: str
    tamper: Tamper
    said: str


def page(played: Sequence[Played], of: str, date: str) -> str:
    """Return the page in Markdown; `of`: the digest of what was played."""
    harmless = [one for one in played if one.tamper.family.startswith("harmless")]
    by_itself = [one for one in played if one.tamper.family == BY_ITSELF]
    harmful = [one for one in played if one not in harmless and one not in by_itself]
    lines = [
        _HEAD.format(of=of, date=date),
        f"| family | {' | '.join(RELEASES)} |",
        "| --- " * (1 + len(RELEASES)) + "|",
    ]
    lines += [
        *_families(harmful),
        f"| **all** | {' | '.join(_share(harmful, each) for each in RELEASES)} |",
    ]
    lines += ["", "## Not seen", "", *(sorted(set(_unseen(harmful))) or ["None of these."])]
    lines += [
        "",
        "## Harmless",
        "",
        f"Changes that set nothing off: {_quiet(harmless)}.",
        *_loud(harmless),
    ]
    names = ", ".join(dict.fromkeys(one.tamper.name for one in by_itself))
    lines += [
        f"What comes by itself ({names}) and sets nothing off: {_quiet(by_itself)}.",
        *_loud(by_itself),
    ]
    return "\n".join([*lines, "## Each", "", *_each(harmful)]) + "\n"


def _quiet(played: Sequence[Played]) -> str:
    shares = [[not one.said for one in played if one.release == release] for release in RELEASES]
    return ", ".join(
        f"{sum(share)} of {len(share)} on {each}"
        for share, each in zip(shares, RELEASES, strict=True)
    )


def _loud(played: Iterable[Played]) -> Iterator[str]:
    yield ""
    for one in played:
        if one.said:
            yield f"- `{one.tamper.name}` on {one.release}: {one.said}"
            yield ""


def _families(played: Sequence[Played]) -> Iterator[str]:
    for family in sorted({one.tamper.family for one in played}):
        mine = [one for one in played if one.tamper.family == family]
        yield f"| {family} | {' | '.join(_share(mine, release) for release in RELEASES)} |"


def _share(played: Iterable[Played], release: str) -> str:
    mine = [one for one in played if one.release == release]
    seen = sum(not one.said and bool(one.tamper.seen_by) for one in mine)
    return f"{seen} of {len(mine)} seen"


def _unseen(played: Iterable[Played]) -> Iterator[str]:
    for one in played:
        if one.tamper.unseen:
            yield f"- `{one.tamper.name}`: {one.tamper.unseen}"
        elif one.said:
            yield f"- `{one.tamper.name}` on {one.release}: {one.said}"


def _each(played: Sequence[Played]) -> Iterator[str]:
    yield "| what is done | seen by one of |"
    yield "| --- | --- |"
    tampers = {one.tamper.name: one.tamper for one in played}
    for name, tamper in sorted(tampers.items()):
        yield f"| `{name}` | {', '.join(f'`{rule}`' for rule in tamper.seen_by) or '–'} |"
