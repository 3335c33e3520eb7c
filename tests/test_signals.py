"""What the tests start can be interrupted, however the tests were started."""

from __future__ import annotations

import subprocess
import sys

from tests.sources import ROOT

SCRIPT = """
import os, signal, subprocess, sys
from tests.signals import hand_on_defaults
hand_on_defaults()
os.kill(os.getpid(), signal.SIGINT)
children = [subprocess.Popen(["sleep", "60"]) for _ in range(2)]
for child, number in zip(children, (signal.SIGINT, signal.SIGQUIT)):
    child.send_signal(number)
print([-child.wait() for child in children])
"""


def test_what_the_tests_start_heeds_ctrl_c() -> None:
    """Where the tests are started with SIGINT and SIGQUIT ignored, they ignore them, and what they
    start does not.
    """
    deaf = f'trap "" INT QUIT; ulimit -c 0; exec "{sys.executable}" -c "$1"'
    done = subprocess.run(  # noqa: S603 -- an argument list
        ["/bin/sh", "-c", deaf, "sh", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=50,
    )
    assert (done.stdout, done.stderr) == ("[2, 3]\n", "")
