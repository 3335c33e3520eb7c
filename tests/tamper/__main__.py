"""Try tampers or harmless changes on a hardened host, or play all of them and write
docs/tampers.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab import Lab
from tests.sources import ROOT
from tests.tamper import play
from tests.tamper.kept import Kept, missing, of_tampers
from tests.tamper.page import Played, page
from tests.tamper.stage import WRONG, Stage, told
from tests.tamper.tamper import BY_ITSELF, RELEASES, Tamper, families, read

PAGE = ROOT / "docs" / "tampers.md"


def main() -> int:
    """Return how many were not seen, and how many harmless changes set something off."""
    parser = argparse.ArgumentParser(prog="python -m tests.tamper", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("try", help="some of a family on one release")
    one.add_argument("family", help=f"the name of a file of this folder, or {BY_ITSELF}")
    one.add_argument("name", nargs="*")
    one.add_argument("--release", choices=RELEASES, default="bookworm")
    one.add_argument(
        "--one-by-one", action="store_true", help="each on a fresh host, with what it says"
    )
    every = commands.add_parser(
        "report", help="all on both releases; writes docs/tampers.md when none is missing"
    )
    every.add_argument("family", nargs="*", help="these alone")
    every.add_argument("--release", choices=RELEASES, help="on this one alone")
    given = parser.parse_args()
    return _report(given) if given.command == "report" else _try(given)


def _try(given: argparse.Namespace) -> int:
    chosen = [
        one for one in _of(given.release, given.family) if not given.name or one.name in given.name
    ]
    with TemporaryDirectory() as folder, Lab() as lab:
        stage = Stage(lab, given.release, Path(folder))
        for rule, verdict in stage.clean["enhanced"].items():
            if verdict.outcome in WRONG:
                print(f"untouched: {rule}: {told(verdict)[:200]}")
        said = _play(stage, given.family, chosen, most=1 if given.one_by_one else play.AT_ONCE)
    wrong = [name for name, words in said.items() if words]
    print(f"{len(said) - len(wrong)} of {len(said)} as they must be")
    return len(wrong)


def _report(given: argparse.Namespace) -> int:
    """Play what was not played since anything changed; write the page when nothing is missing any
    more.
    """
    of = of_tampers()
    kept = Kept(of)
    every = [*families(harmless=False), *families(harmless=True), BY_ITSELF]
    releases = [given.release] if given.release else RELEASES
    for release in releases:
        left = list(missing(kept, [(release, family) for family in given.family or every]))
        if left:
            _play_families(kept, release, [family for _, family in left])
    if of_tampers() != of or (
        left := list(missing(kept, [(each, name) for each in RELEASES for name in every]))
    ):
        print(
            "no page yet:"
            f" {', '.join(f'{family} on {release}' for release, family in left) or 'sources changed'}"
        )
        return 1
    played = [
        one for release in RELEASES for family in every for one in _played(kept, release, family)
    ]
    PAGE.write_text(page(played, of, datetime.now(UTC).date().isoformat()), encoding="utf-8")
    return sum(bool(one.said) for one in played)


def _play_families(kept: Kept, release: str, names: Sequence[str]) -> None:
    with TemporaryDirectory() as folder, Lab() as lab:
        stage = Stage(lab, release, Path(folder))
        for family in names:
            kept.write(release, family, _play(stage, family, _of(release, family), play.AT_ONCE))


def _play(stage: Stage, family: str, chosen: Sequence[Tamper], most: int) -> play.Said:
    if not family.startswith("harmless") and family != BY_ITSELF:
        return play.tampers(stage, chosen, most, _tell)
    said = play.moments(stage) if family == BY_ITSELF else play.harmless(stage, chosen)
    _tell(said)
    return said


def _played(kept: Kept, release: str, family: str) -> list[Played]:
    said = kept.read(release, family) or {}
    if family == BY_ITSELF:
        return [
            Played(release, Tamper(name, "", "", family=family), words)
            for name, words in said.items()
        ]
    return [Played(release, one, said[one.name]) for one in _of(release, family)]


def _of(release: str, family: str) -> list[Tamper]:
    return [] if family == BY_ITSELF else [one for one in read(family) if release in one.releases]


def _tell(said: play.Said) -> None:
    for name, words in said.items():
        print(f"{name}: {words or 'as it must be'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
