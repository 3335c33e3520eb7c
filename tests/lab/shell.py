"""Running a command of this machine: an argument list in, what it printed out."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence


class LabError(Exception):
    """The lab could not do what it was asked; the text says which command failed and what it
    printed.
    """


def command(*argv: str) -> str:
    """Run a command to its end and return what it printed.

    Raises:
        LabError: it failed.

    """
    result = attempt(argv)
    if result.returncode:
        raise LabError(
            f"{' '.join(argv)}: exit status {result.returncode}: {result.stderr.strip()[-2000:]}"
        )
    return result.stdout


def attempt(argv: Sequence[str], timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail and return its result."""
    return subprocess.run(  # noqa: S603 -- an argument list, no shell
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=timeout,
    )
