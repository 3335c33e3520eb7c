"""Measures the store beside the one of the version before, on a made-up fleet; writes
docs/benchmarks-store.md.

Run by `make bench-store`. `--quick` takes few hosts and prints the page instead of writing it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from measure import Spread

ROOT = Path(__file__).resolve().parents[1]
BEFORE = "2715365"
"""The last commit whose store kept each finding's text, and all that was seen, again for each host.
"""
FURTHER = 100
"""Unchanged runs after which the store is weighed again."""
MB = 1e6
STEPS = {
    "first run": "first run",
    "unchanged run": "run in which nothing changed",
    "unchanged run, not known by what it was judged from": (
        "the same, of results that do not tell what they were judged from"
    ),
    "run in which 0.1 % changed": "run in which 0.1 % of all settings changed",
    "drift since the visit before": "`drift`, since the visit before",
    "drift since the first run": "`drift`, since the first run",
    "history of a host": "`history` of a host",
    "status now": "status of all hosts, now",
    "status after the first run": "status of all hosts, after the first run",
    "all findings of all hosts": "all findings of all hosts, in words",
}


@dataclass(frozen=True)
class Version:
    """One version of the program, run so often."""

    name: str
    code: Path
    further: int
    """How many unchanged runs are stored besides; as many as would be are reckoned from one."""
    measured: list[Mapping[str, Any]]

    def measure(self, hosts: int, rules: int) -> None:
        """Fill a store, read it, and keep what that took."""
        print(f"{self.name} …", file=sys.stderr, flush=True)
        script = Path(__file__).with_name("store_run.py")
        with TemporaryDirectory(prefix="tuile-bench-store-") as folder:
            argv = [sys.executable, str(script), folder, *map(str, (hosts, rules, self.further))]
            environment = {**os.environ, "PYTHONPATH": str(self.code)}
            # Ours
            done = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603
        self.measured.append(json.loads(done.stdout))

    def shown(self, what: str, step: str) -> str:
        """Return what a step took each time, in words; a dash for what the version does not know."""
        known = [one[what][step] for one in self.measured if step in one[what]]
        return Spread(tuple(known)).shown() if known else "–"

    def size(self, step: str) -> Spread:
        """Return how large the store was, in MB."""
        return Spread(tuple(one["size"][step] / MB for one in self.measured))

    def grown(self) -> Spread:
        """Return by how much a hundred unchanged runs make the store larger, in MB."""
        steps = ("after further unchanged runs", "after a changed run")
        if not self.further:
            steps = ("after an unchanged run", "after the first run")
        after, before = (self.size(step).values for step in steps)
        runs = self.further or 1
        grown = (a - b for a, b in zip(after, before, strict=True))
        return Spread(tuple(one * FURTHER / runs for one in grown))

    def each(self) -> Spread:
        """Return the seconds of one of many unchanged runs."""
        took = (one["seconds"]["further unchanged runs"] for one in self.measured)
        return Spread(tuple(seconds / self.further for seconds in took))


def page(before: Version, now: Version, hosts: int, rules: int) -> str:
    """Return the page in Markdown."""
    took = "\n".join(
        f"| {words} | {before.shown('seconds', step)} | {now.shown('seconds', step)} |"
        f" {now.shown('cpu', step)} |"
        for step, words in STEPS.items()
    )
    sizes = "\n".join(
        f"| {words} | {old.shown(0, ' MB')} | {new.shown(0, ' MB')} |"
        for words, old, new in (
            ("after the first run", *(v.size("after the first run") for v in (before, now))),
            (
                f"{FURTHER} unchanged runs more (before: reckoned from one)",
                before.grown(),
                now.grown(),
            ),
        )
    )
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    return f"""# Benchmarks of the store

A made-up fleet of {hosts:,} hosts with {rules} rules each (`bench/fleet.py`): eight images; of each
host's settings twelve are its own (keys, addresses, accounts) and three deviate from its image; 45 %
of all verdicts are not a pass. Stored by the version before (commit {BEFORE}) and by this one, in
turn, each in a process of its own. What a run found is made up beforehand, and then recorded as by a
check; opening the store is part of it. Each figure is a median (least … most, n = how often); where n
is 1, the spread is not known. Each question is asked of a store that was just opened.

- {datetime.now(tz=UTC):%Y-%m-%d}; {os.cpu_count()} processors, Linux {platform.release()},
  Python {platform.python_version()}; load average at the end: {load}

| | before | now | now, seconds of processor |
|---|---|---|---|
{took}

One of {FURTHER} unchanged runs in a row takes {now.each().shown()}.

| size of the store | before | now |
|---|---|---|
{sizes}

Written by `make bench-store`.
"""


@contextmanager
def former() -> Iterator[Path]:
    """Give the program as it was before, in a worktree that goes again.

    Raises:
        CalledProcessError: this is no clone with its history.

    """
    with TemporaryDirectory(prefix="tuile-bench-before-") as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        # Ours
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), BEFORE], check=True)  # noqa: S603
        try:
            yield tree / "cli"
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)  # noqa: S603 -- ours


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few hosts, nothing written")
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--rules", type=int, default=306)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument(
        "--before", type=int, default=1, help="how often the one before: most of the time"
    )
    flags = parser.parse_args(arguments)
    hosts = 300 if flags.quick else flags.hosts
    with former() as code:
        before = Version("before", code, 0, [])
        now = Version("now", ROOT / "cli", FURTHER, [])
        for number in range(flags.repetitions):
            now.measure(hosts, flags.rules)
            if number < flags.before:
                before.measure(hosts, flags.rules)
    text = page(before, now, hosts, flags.rules)
    if not flags.quick:
        (ROOT / "docs/benchmarks-store.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
