"""A program on a leash does not outlive whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tuile.engines.parent_death import leashed

STARTER = """
import subprocess, sys, time
from tuile.engines.parent_death import leashed
child = subprocess.Popen(leashed(["sleep", "60"]), start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_it_ends_with_a_parent_that_is_killed() -> None:
    """Even -9, of which nobody is told, ends the child too."""
    with subprocess.Popen(  # noqa: S603 -- ours
        [sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.5)
        assert _runs(child)
        parent.kill()
    for _ in range(100):
        if not _runs(child):
            break
        time.sleep(0.05)
    assert not _runs(child)


def test_it_is_the_program_that_was_asked_for() -> None:
    """Its output and exit status are the program's own."""
    done = subprocess.run(  # noqa: S603 -- ours
        leashed(["sh", "-c", "echo out; exit 3"]), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, b"out\n")


def test_it_does_not_begin_without_its_parent() -> None:
    """A parent that is gone before the leash is on is not outlived either."""
    words = leashed(["echo", "alive"])
    words[words.index(str(os.getpid()))] = "1"
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    assert done.returncode == 1
    assert done.stdout == ""
