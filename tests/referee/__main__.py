"""Two scans by the referee with an apply between them, on one host of the lab; writes docs/referee.md.

Run by `make referee`, as root. `--level` and `--engine` choose what is applied; `--print` writes nothing.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.fleet.program import Program
from tests.lab import Lab, LabHost, missing
from tests.referee.page import Figures, Moment, agreed, page, passed
from tests.referee.pairs import read_exceptions, read_pairs, reason, rows
from tests.referee.scan import content, install, scan
from tuile.flows.check import Watch, check
from tuile.flows.prepare import Request, prepare

PAGE = Path(__file__).resolve().parents[2] / "docs" / "referee.md"
PASSING, AGREEING = 0.97, 0.98
"""What is asked for: of the applicable rules after the apply, and of the pairs at both times."""
APPLIES = 2
"""The first one installs packages; only then do the rules about what they bring have an object."""


def main() -> int:
    """Run the referee; return 0 where all is reached that is asked for."""
    chosen = _arguments()
    if (obstacle := missing()) is not None:
        sys.stderr.write(f"The referee needs what is missing here: {obstacle}\n")
        return 2
    with TemporaryDirectory(prefix="tuile-referee-") as folder, Lab() as lab:
        (host,) = lab.start(["referee"], tree="full")
        found = judged(host, Path(folder), chosen)
    text = page(found)
    if chosen.print:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0 if _reached(found) else 1


def judged(host: LabHost, folder: Path, chosen: argparse.Namespace) -> Figures:
    """Return what both say of a host before and after an apply."""
    source, version = content(folder / "content")
    install(host, source)
    hosts = {host.name: {**host.inventory_vars(), "ansible_become": True}}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    before = _moment(host, folder, chosen)
    for _ in range(APPLIES):
        _apply(folder, chosen)
    after = _moment(host, folder, chosen)
    return Figures("a booted Debian 12", version, chosen.baseline, chosen.level, before, after, read_exceptions())


def _apply(folder: Path, chosen: argparse.Namespace) -> None:
    words = ["-i", "hosts.yml", "--baseline", chosen.baseline, "--level", chosen.level, "--engine", chosen.engine]
    with Program(folder).start("apply", *words, "--irreversible", "--yes") as process:
        out, err = process.communicate()
    sys.stderr.write(out + err)


def _moment(host: LabHost, folder: Path, chosen: argparse.Namespace) -> Moment:
    request = Request(inventory=str(folder / "hosts.yml"), baseline=chosen.baseline, level=chosen.level)
    prepared = prepare(request)
    (ours,) = check(prepared, Watch(datetime.now(tz=UTC)))
    theirs = scan(host, chosen.level)
    return Moment(theirs, rows(theirs, ours, read_pairs(), prepared.kinds))


def _reached(found: Figures) -> bool:
    """Say what was reached, and return whether it is what is asked for."""
    (good, whole), same = passed(found.after.theirs), [agreed(m.rows) for m in (found.before, found.after)]
    failing = [rule for rule, result in found.after.theirs.items() if result == "fail"]
    open_ = [rule for rule in failing if reason(rule, found.exceptions) is None]
    sys.stderr.write(f"passing {good}/{whole}, agreeing {same}, without a reason: {', '.join(open_) or 'none'}\n")
    return good >= PASSING * whole and all(part >= AGREEING * of for part, of in same) and not open_


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make referee", description=__doc__)
    parser.add_argument("--baseline", default="linux-server")
    parser.add_argument("--level", default="enhanced", choices=["minimal", "intermediary", "enhanced", "high"])
    parser.add_argument("--engine", default="pyinfra", choices=["pyinfra", "ansible"])
    parser.add_argument("--print", action="store_true", help="write nothing")
    return parser.parse_args()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
