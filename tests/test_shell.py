"""The shell that a developer gets on a host of the lab."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import ROOT

pytestmark = pytest.mark.lab


def test_a_shell_of_root_and_nothing_left_of_it() -> None:
    """Commands run as root of a booted host, which is gone afterwards; what they come to is no error of the lab."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.shell", "--level", "none", "--release", "trixie"],
        cwd=ROOT,
        input="id -un; hostname; systemctl is-system-running; false\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    first, *said = ran.stdout.splitlines()
    assert (ran.returncode, said) == (0, ["root", "lab-trixie", "running"]), ran.stderr
    assert not Path(first.split("-i ")[1].split(";")[0]).exists()
