"""Runs a program that ends with whoever started it, even one that is killed: `python -m … PID …`."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends to a process when its parent ends; kept over
execve(2).
"""

_MEMORY = 6 * 2**30
"""Bytes of address space of one process of an engine, about ten times what it takes for a large
fleet.
"""


def leashed(command: list[str]) -> list[str]:
    """Return the command that runs `command` on a leash; where the system has none it runs without."""
    return [sys.executable, "-P", "-m", "tuile.engines.parent_death", str(os.getpid()), *command]


def main() -> None:
    """Ask for the signal, then become the program; a parent that is gone already is not outlived
    either.
    """
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):
            sys.exit("whoever started this is gone")
        _limit_memory()
    os.execvp(command[0], command)  # noqa: S606 -- an argument list


def _limit_memory() -> None:
    """Let the program run out of memory before this machine does; a limit that is lower already
    stays.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > _MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
