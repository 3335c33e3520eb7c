"""Try tampers or harmless changes on a hardened host, or play all of them and write docs/tampers.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab import Lab
from tests.tamper.page import Played, page
from tests.tamper.stage import WRONG, Stage, told
from tests.tamper.tamper import RELEASES, Tamper, batches, families, read

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tampers.md"
AT_ONCE = 12


def main() -> int:
    """Return how many were not seen, and how many harmless changes set something off."""
    parser = argparse.ArgumentParser(prog="python -m tests.tamper", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("try", help="some of a family on one release")
    one.add_argument("family")
    one.add_argument("name", nargs="*")
    one.add_argument("--release", choices=RELEASES, default="bookworm")
    one.add_argument("--one-by-one", action="store_true", help="each on a fresh host, with what it says")
    commands.add_parser("report", help="all on both releases; writes docs/tampers.md")
    given = parser.parse_args()
    return _report() if given.command == "report" else _try(given)


def _try(given: argparse.Namespace) -> int:
    chosen = [one for one in read(given.family) if not given.name or one.name in given.name]
    chosen = [one for one in chosen if given.release in one.releases]
    with TemporaryDirectory() as folder, Lab() as lab:
        stage = Stage(lab, given.release, Path(folder))
        for rule, verdict in stage.clean["enhanced"].items():
            if verdict.outcome in WRONG:
                print(f"untouched: {rule}: {told(verdict)[:200]}")
        if given.family.startswith("harmless"):
            return _harmless(stage, chosen)
        missed = _tampers(stage, chosen, most=1 if given.one_by_one else AT_ONCE)
    wanted = [one for one in chosen if one.seen_by]
    print(f"{len(wanted) - len(missed)} of {len(chosen)} seen, {len(chosen) - len(wanted)} named as unseen")
    return len(missed)


def _report() -> int:
    played: list[Played] = []
    with TemporaryDirectory() as folder, Lab() as lab:
        for release in RELEASES:
            stage = Stage(lab, release, Path(folder))
            for family in families(harmless=False):
                tampers = [one for one in read(family) if release in one.releases]
                missed = _tampers(stage, tampers, AT_ONCE)
                played += [Played(release, one, missed.get(one.name)) for one in tampers]
            for family in families(harmless=True):
                for one in [one for one in read(family) if release in one.releases]:
                    played.append(Played(release, one, _set_off(stage, one)))
            stage.host.discard()
    PAGE.write_text(page(played), encoding="utf-8")
    return sum(one.said is not None for one in played)


def _harmless(stage: Stage, chosen: list[Tamper]) -> int:
    found = [_set_off(stage, one) for one in chosen]
    return sum(said is not None for said in found)


def _set_off(stage: Stage, one: Tamper) -> str | None:
    said = stage.done(one) or ", ".join(f"{rule}: {what}" for rule, what in stage.alarms().items())
    print(f"{one.name}: {said or 'quiet'}", flush=True)
    stage.host.reset()
    return said or None


def _tampers(stage: Stage, chosen: list[Tamper], most: int) -> dict[str, str]:
    """Return why each that was not seen was not; who was not seen among others is tried alone before that counts."""
    missed: dict[str, str] = {}
    for batch in batches([one for one in chosen if one.seen_by], most):
        why = stage.unseen(batch)
        stage.host.reset()
        for one in [one for one in batch if one.name in why and len(batch) > 1]:
            del why[one.name]
            why |= stage.unseen([one])
            stage.host.reset()
        for one in batch:
            print(f"{one.name}: {why.get(one.name, 'seen')}", flush=True)
        missed |= why
    return missed


if __name__ == "__main__":
    sys.exit(main())
