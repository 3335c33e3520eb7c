"""Two scans by the referee with an apply and a reboot between them, in the virtual machine; writes
docs/referee.md.

Run by `make referee`, as root; it takes an hour, as the machine is emulated. `--level` and
`--engine` choose what is applied; `--booted` takes a booted host instead, in minutes, whose kernel
is not its own; `--print` writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fleet.program import Program
from tests.lab import Lab, LabHost, Machine, missing
from tests.referee.ground import SILENCE, VOLUMES, furnish, separate, write_policy
from tests.referee.page import Figures, Moment, agreed, page, passed
from tests.referee.pairs import read_exceptions, read_pairs, reason, rows
from tests.referee.scan import content, install, scan
from tuile.jobs.check import CheckContext, check
from tuile.platforms.interface import Limits
from tuile.workspace.policy_repository import Request
from tuile.workspace.prepare import prepare

PAGE = Path(__file__).resolve().parents[2] / "docs" / "referee.md"
PASSING, AGREEING = 0.97, 0.98
"""What is asked for: of the applicable rules after the apply, but those set aside; and of the pairs
at both times.
"""
DATABASE = 1800.0
"""Seconds within which the database of file digests must be made."""
PATIENCE = 120
"""Seconds that a login of the emulated machine may take."""
APPLIES = 2
"""The first one installs packages; only then do the rules about what they bring have an object."""


def main() -> int:
    """Run the referee; return 0 where all is reached that is asked for."""
    chosen = _arguments()
    if (obstacle := missing()) is not None:
        sys.stderr.write(f"The referee needs what is missing here: {obstacle}\n")
        return 2
    with TemporaryDirectory(prefix="tuile-referee-") as folder, _host(booted=chosen.booted) as host:
        found = judged(host, Path(folder), chosen)
    text = page(found)
    if chosen.print:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0 if _reached(found) else 1


@contextmanager
def _host(*, booted: bool) -> Iterator[LabHost | Machine]:
    if booted:
        with Lab() as lab:
            yield lab.start(["referee"], tree="full")[0]
    else:
        with Machine("referee", volumes=list(VOLUMES.values())) as machine:
            separate(machine)
            yield machine


def judged(host: LabHost | Machine, folder: Path, chosen: argparse.Namespace) -> Figures:
    """Return what both say of a host before and after an apply."""
    source, version = content(folder / "content")
    install(host, source)
    furnish(host)
    write_policy(host, folder, chosen.baseline, chosen.level)
    before = _moment(host, folder, chosen)
    for _ in range(APPLIES):
        _apply(folder, chosen)
    _wait_for_database(host)
    host.reboot()
    after = _moment(host, folder, chosen)
    where = (
        "a booted Debian 12"
        if chosen.booted
        else "a virtual machine with Debian 12 and its own kernel"
    )
    return Figures(where, version, chosen.baseline, chosen.level, before, after, read_exceptions())


def _apply(folder: Path, chosen: argparse.Namespace) -> None:
    patience = [
        "--connect-timeout",
        str(PATIENCE),
        "--timeout",
        str(2 * SILENCE),
        "--confirm-within",
        "1800",
    ]
    words = ["--engine", chosen.engine, "--irreversible", "--unsigned", *patience, "--yes"]
    with Program(folder).start("apply", "-i", "hosts.yml", *words) as process:
        out, err = process.communicate()
    sys.stderr.write(out + err)


def _wait_for_database(host: LabHost | Machine) -> None:
    """Wait for the database of file digests, which is made in the background."""
    deadline = time.monotonic() + DATABASE
    while time.monotonic() < deadline and host.run("test -s /var/lib/aide/aide.db").returncode:
        time.sleep(5)


def _moment(host: LabHost | Machine, folder: Path, chosen: argparse.Namespace) -> Moment:
    workspace = prepare(Request(inventory=str(folder / "hosts.yml")))
    limits = Limits(connect=PATIENCE, silence=SILENCE, total=2 * SILENCE)
    (ours,) = check(workspace, CheckContext(datetime.now(tz=UTC), limits))
    theirs = scan(host, chosen.level)
    return Moment(theirs, rows(theirs, ours, read_pairs(), workspace.kinds))


def _reached(found: Figures) -> bool:
    """Say what was reached, and return whether it is what is asked for."""
    (good, whole), same = (
        passed(found.counting),
        [agreed(m.rows) for m in (found.before, found.after)],
    )
    failing = [rule for rule, result in found.after.theirs.items() if result == "fail"]
    open_ = [rule for rule in failing if reason(rule, found.exceptions) is None]
    sys.stderr.write(
        f"passing {good}/{whole}, agreeing {same}, without a reason: {', '.join(open_) or 'none'}\n"
    )
    return good >= PASSING * whole and all(part >= AGREEING * of for part, of in same) and not open_


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make referee", description=__doc__)
    parser.add_argument("--baseline", default="linux-server")
    parser.add_argument(
        "--level", default="enhanced", choices=["minimal", "intermediary", "enhanced", "high"]
    )
    parser.add_argument("--engine", default="pyinfra", choices=["pyinfra", "ansible"])
    parser.add_argument(
        "--booted", action="store_true", help="a booted host, not the virtual machine"
    )
    parser.add_argument("--print", action="store_true", help="write nothing")
    return parser.parse_args()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
