"""What a command costs, and several such costs with their spread."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """One run of a command, its children included."""

    seconds: float
    cpu: float
    """User and system time, in seconds."""
    memory: float
    """The largest resident set of one process, in MiB."""
    code: int
    output: str


@dataclass(frozen=True)
class Spread:
    """Repeated figures."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the median."""
        return statistics.median(self.values)

    def over(self, other: Spread) -> str:
        """Return the ratio of two medians, with the least and the most that the spreads allow."""
        least, most = min(self.values) / max(other.values), max(self.values) / min(other.values)
        return f"{self.median / other.median:.2f} ({least:.2f} … {most:.2f})"

    def shown(self, digits: int = 2, unit: str = " s") -> str:
        """Return median, least and most, and how many there are."""
        low, high = min(self.values), max(self.values)
        return (
            f"{self.median:.{digits}f}{unit} ({low:.{digits}f} … {high:.{digits}f}, n ="
            f" {len(self.values)})"
        )


def seconds(costs: Sequence[Cost]) -> Spread:
    """Return the spread of the durations."""
    return Spread(tuple(cost.seconds for cost in costs))


def cost_of(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command in a folder and return what it cost; its diagnostics are part of the output."""
    with tempfile.TemporaryFile() as kept:
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 -- argument lists of our own
            argv,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        kept.seek(0)
        output = kept.read().decode(errors="replace")
    return Cost(
        took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode, output
    )
