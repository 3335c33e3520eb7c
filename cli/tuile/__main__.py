"""The entry point: runs the commands and turns what they raise into words and an exit code."""

from __future__ import annotations

import sys

if (
    __name__ == "__main__" and not sys.flags.safe_path
):  # python -m puts the working directory first: anybody's
    del sys.path[0]


import gc
import os
import signal
from types import FrameType

from tuile.main import run

OBJECTS = 100_000
"""How many new objects the collector waits for: modules and rules are many and no garbage, and its
usual pace (700)
takes a tenth of the time of a check."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(OBJECTS)
    if sys.flags.optimize:
        sys.exit("tuile: python -O removes assertions that checks rely on. Run it without -O.")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough (`tuile check | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _leave(number: int, _frame: FrameType | None) -> None:
    """Leave as on Ctrl-C, so that engines are ended and private files removed on the way out."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
