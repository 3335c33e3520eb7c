"""In the middle of an apply, the power of a machine with a kernel and a disk of its own is cut, or
its clock jumps.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.chaos.work import WORKS
from tests.fleet.policy import reach, write_inventory, write_policy
from tests.fleet.program import Program
from tests.guard.ask import Asked
from tests.lab import Machine
from tests.witness import between, witness

pytestmark = pytest.mark.machine
APPLY = ("apply", "-i", "inventories", "--unsigned", "--yes", "--confirm-within", "900")
SECONDS = 600
KEPT = "/var/lib/tuile/active/state.armed"
MOMENTS = {
    "armed": f"test -e {KEPT}",
    "at work": f"test -e {KEPT} && find /etc -newer {KEPT} -type f | grep -q .",
}
"""What is true on the machine when its power is cut: it has kept all and waits; files of it have
been written.
"""
SETTLED = "! [ -L /var/lib/tuile/active ]"


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_power_cut_takes_it_all_back(moment: str, machine: Machine, tmp_path: Path) -> None:
    """After the next boot the machine is exactly as it was before the apply, and lets people in."""
    (work,) = (work for work in WORKS if work.name == "sshd_option")
    write_inventory(write_policy(tmp_path, *work.rules), {"one": reach(machine)})
    assert machine.ssh("sudo -n true").returncode == 0  # it leaves a mark in the home, once
    before = witness(machine)
    with Program(tmp_path).start(*APPLY) as process:
        assert comes_true(machine, MOMENTS[moment])
        machine.stop()
        process.kill()
    machine.start()
    machine.wait()
    assert comes_true(machine, SETTLED)
    assert machine.ssh("sudo -n true").returncode == 0
    assert between(before, witness(machine)) == []


def test_a_clock_that_jumps_moves_no_deadline(machine: Machine) -> None:
    """The machine waits for as long as it was told to, then puts itself back, wherever its clock
    went meanwhile.
    """
    machine.run("mkdir -p /etc/lab; echo one >/etc/lab/plain.conf")
    asked = Asked(machine)
    asked.prepare("file=/etc/lab/plain.conf", seconds=90)
    machine.run("echo two >/etc/lab/plain.conf")
    states = []
    for jump in ("+3 days", "-6 days"):
        assert machine.run(f"date --set '{jump}'").returncode == 0
        time.sleep(5)
        states.append(asked.state())
    put_back = asked.wait_for("restored", 90 + SECONDS)
    machine.run("date --set '+3 days'")

    assert states == ["armed", "armed"]
    assert put_back
    assert machine.run("cat /etc/lab/plain.conf").stdout == "one\n"


def comes_true(machine: Machine, script: str) -> bool:
    """Return whether a script succeeds on the machine in time."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if machine.run(script, 60).returncode == 0:
                return True
        except subprocess.TimeoutExpired:
            pass
        time.sleep(0.1)
    return False
