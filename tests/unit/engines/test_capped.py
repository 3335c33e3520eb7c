"""A program that speaks to a host passes on no more than there is room for."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tuile.engines import capped


def _run(room: int, script: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [
        sys.executable,
        "-I",
        "-S",
        str(Path(capped.__file__)),
        str(room),
        "/bin/sh",
        "-c",
        script,
    ]
    # A list
    return subprocess.run(command, input=given, capture_output=True, timeout=20, check=False)  # noqa: S603


def test_input_output_and_status_are_those_of_the_program() -> None:
    """What fits goes through as it is, any bytes, both ways."""
    done = _run(2**20, "cat; printf 'no\\377' >&2; exit 7", b"a\0b" * 50_000)
    assert (done.returncode, done.stdout, done.stderr) == (7, b"a\0b" * 50_000, b"no\xff")


@pytest.mark.parametrize("script", ["yes", "tr '\\0' a </dev/zero", "yes >&2"])
def test_a_flood_ends(script: str) -> None:
    """More than there is room for ends the program; the status is that of a lost connection."""
    done = _run(2**20, script)
    assert done.returncode == capped.LOST
    assert len(done.stdout) <= 2**20
    assert b"printed more than 1 MiB or" in done.stderr


def test_who_keeps_the_output_open_is_not_waited_for() -> None:
    """Ssh leaves a process behind that holds its stderr open."""
    started = time.monotonic()
    done = _run(2**20, "sleep 15 & echo here")
    assert (done.returncode, done.stdout) == (0, b"here\n")
    assert time.monotonic() - started < 10
