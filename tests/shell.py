"""`make lab-shell`: a shell on a booted host of the lab, hardened as a site has it; all of it is gone when it ends."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from tests.hardened import AS_A_SITE_HAS_IT, harden, setup_for
from tests.lab import Lab, LabHost
from tests.lab.shell import LabError
from tests.lab.tree import alone, cache_dir
from tests.sources import sources

LEVELS = ("none", "minimal", "intermediary", "enhanced", "high")
LOGIN = "tuile"
"""The account that the baselines know; it becomes root by sudo."""
KEPT_SECONDS = 24 * 3600
"""For how long what was hardened with another state of the product is kept: somebody may have a shell on it."""


def main(arguments: Sequence[str]) -> int:
    """Boot a host, harden it, and let whoever asked log in; return 1 where no login came about."""
    asked = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with TemporaryDirectory(prefix="tuile-lab-shell-") as folder, Lab() as lab:
        (host,) = lab.start([f"lab-{asked.release}"], asked.release, "full")
        if asked.level != "none":
            host.kept = _hardened(host, asked.baseline, asked.level)
            host.reset()
        inventory = Path(folder) / "hosts.json"
        variables = {**host.inventory_vars(LOGIN), "ansible_become": True}
        inventory.write_text(
            json.dumps({"all": {"hosts": {host.name: variables}}}), encoding="utf-8"
        )
        print(
            f"{host.name}: from another terminal, tuile check -i {inventory}; here, `exit` ends it",
            flush=True,
        )
        return _log_in(host)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.shell", description=__doc__)
    parser.add_argument("--release", default="bookworm", choices=("bookworm", "trixie"))
    parser.add_argument("--baseline", default="linux-server")
    parser.add_argument(
        "--level", default="enhanced", choices=LEVELS, help="none: as Debian is installed"
    )
    return parser


def _leave(number: int, _frame: FrameType | None) -> None:
    """End as any other way, where the terminal is closed too: no host is left."""
    raise SystemExit(128 + number)


def _hardened(host: LabHost, baseline: str, level: str) -> Path:
    """Return a writable layer in which a host is hardened: made once (a minute) for each state of the product.

    Raises:
        LabError: the host could not be hardened.

    """
    home = cache_dir() / "hardened"
    home.mkdir(parents=True, exist_ok=True)
    name = f"{host.release}-{baseline}-{level}"
    digest = hashlib.sha256(f"{host.tree.name} {sources()}".encode()).hexdigest()[:12]
    final, building = home / f"{name}-{digest}", home / f"{name}.building"
    with alone(home / f"{name}.lock"):
        if not final.is_dir():
            _remove_old(home, name)
            shutil.rmtree(building, ignore_errors=True)
            print(
                f"{host.name}: hardening it with {baseline}, level {level}: a minute, once …",
                flush=True,
            )
            _harden(host, baseline, level, building)
            building.rename(final)
    return final


def _harden(host: LabHost, baseline: str, level: str, folder: Path) -> None:
    host.run(AS_A_SITE_HAS_IT)
    with TemporaryDirectory(prefix="tuile-lab-shell-") as logs:
        failures = harden(host, setup_for(host, baseline, level, Path(logs)), Path(logs), times=2)
    if failures:
        raise LabError(f"{host.name} was not hardened: {failures}")
    host.keep(folder)


def _remove_old(home: Path, name: str) -> None:
    for old in home.glob(f"{name}-*"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old)


def _log_in(host: LabHost) -> int:
    """Give a shell of root, on the terminal where there is one, else for what comes on the standard input."""
    terminal = ["-t"] if sys.stdin.isatty() else []
    words = [
        "ssh",
        *terminal,
        *host.ssh_options(),
        "-o",
        "LogLevel=ERROR",
        f"{LOGIN}@{host.address}",
        "sudo -i",
    ]
    refused = 255
    return int(subprocess.run(words, check=False).returncode == refused)  # noqa: S603 -- an argument list


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
