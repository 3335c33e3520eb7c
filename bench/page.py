"""The page that a benchmark writes: figures with their spread, on which machine, with which
versions.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from measure import Cost, Spread, seconds


@dataclass(frozen=True)
class Figures:
    """All that was measured."""

    rules: int
    hosts: int
    testinfra_hosts: int
    goss_version: str
    one: Sequence[Cost]
    goss: Spread
    all_hosts: Sequence[Cost]
    stock_one: Spread
    stock_some: Spread
    cold: Spread
    shipped_one: Sequence[Cost]
    shipped_all: Sequence[Cost]
    memory: dict[str, Spread]
    rounds: int
    host_cpu: Spread
    met_check: Spread
    met_apply: Spread


def page(found: Figures) -> str:
    """Return the page in Markdown."""
    return "\n\n".join(
        [
            _head(found),
            _peers(found),
            _itself(found),
            _memory(found),
            _apply(found),
            "Written by `make bench`.\n",
        ]
    )


def _head(found: Figures) -> str:
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    names = ("tuile", "pytest", "pytest-testinfra", "asyncssh")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"""# Benchmarks

Taken side by side in one run, the tools in turn, on booted Debian 12 hosts (systemd-nspawn) of one machine, over SSH
with sudo. Each figure is a median (least … most, n = how often). Whole commands: the start of the process is in them,
and so is the storing of the result. Where n is 1, the spread is not known. The hosts share the
processors with the commands that are measured.

- {datetime.now(tz=UTC):%Y-%m-%d}; {os.cpu_count()} processors ({_processor()}), Linux {platform.release()},
  Python {platform.python_version()}; load average at the end: {load}
- {versions}, goss {found.goss_version} (Debian 13)"""


def _peers(found: Figures) -> str:
    ours, many = seconds(found.one), seconds(found.all_hosts)
    share = found.hosts / found.testinfra_hosts
    stretched = Spread(tuple(value * share for value in found.stock_some.values))
    return f"""## The same {found.rules} rules by three tools

The rules are those of `linux-server` that all three can judge, and more of their kind; tests and `goss.yaml` are
translated from them (`bench/translate.py`), and the run fails where the tools differ on a single verdict. Where a rule
also looks at what holds after a reboot, the hosts are prepared so that this is what holds now.

| Tool | {found.rules} rules | Time | Beside Tuile |
|---|---|---|---|
| `tuile check` over SSH | 1 host | {ours.shown()} | 1 |
| stock testinfra over SSH | 1 host | {found.stock_one.shown(1)} | {found.stock_one.over(ours)} |
| goss on the host itself | 1 host | {found.goss.shown()} | {found.goss.over(ours)} |
| `tuile check` over SSH | {found.hosts} hosts | {many.shown()} | 1 |
| stock testinfra over SSH | {found.testinfra_hosts} hosts | {found.stock_some.shown(1)} | |
| the same, × {share:.1f} | {found.hosts} hosts | {stretched.shown(1)} | {stretched.over(many)} |

Stock testinfra takes hosts one after another, so its time for {found.hosts} is taken to be that for
{found.testinfra_hosts}, multiplied. Tuile takes {ours.over(found.goss)} times as long as goss,
which needs a program and a file on each host, and is measured by the host's own clock."""


def _itself(found: Figures) -> str:
    one, many = seconds(found.shipped_one), seconds(found.shipped_all)
    cpu_one = Spread(tuple(cost.cpu for cost in found.shipped_one))
    cpu_all = Spread(tuple(cost.cpu for cost in found.shipped_all))
    each = (cpu_all.median - cpu_one.median) / (found.hosts - 1) * 1000
    return f"""## Tuile by itself

| | |
|---|---|
| first check of one host (nothing remembered: inventory, validation, store) | {found.cold.shown()} |
| `linux-server`, 1 host | {one.shown()} |
| `linux-server`, {found.hosts} hosts | {many.shown()} |
| controller's CPU, 1 host | {cpu_one.shown()} |
| controller's CPU, {found.hosts} hosts | {cpu_all.shown()} |
| controller's CPU for each further host | {each:.0f} ms |
| round trips a host | {found.rounds} |
| CPU on the host, its sshd and sudo included | {found.host_cpu.shown()} |"""


def _memory(found: Figures) -> str:
    rows = "\n".join(
        f"| {name} | {spread.shown(0, ' MiB')} |" for name, spread in found.memory.items()
    )
    return f"""## Memory of the controller

The largest resident set, `linux-server`.

| | |
|---|---|
{rows}"""


def _apply(found: Figures) -> str:
    return f"""## An apply where nothing is to be done

| | |
|---|---|
| `tuile check` | {found.met_check.shown()} |
| `tuile apply --yes` | {found.met_apply.shown()} |

An apply takes {found.met_apply.over(found.met_check)} times as long as a check."""


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")),
        "unknown",
    )
