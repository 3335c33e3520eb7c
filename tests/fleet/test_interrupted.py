"""Ctrl-C in the middle of a run: what is complete is stored, and nothing is left running or lying
about.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fleet.policy import CONF, reach, write_inventory
from tests.fleet.program import Done, Program, command_lines, wait_for
from tests.lab import LabHost

pytestmark = pytest.mark.lab


@pytest.fixture
def begun(program: Program, fleet: Mapping[str, LabHost]) -> subprocess.Popen[str]:
    """Return a check of a quick and of a hanging host that has begun to wait for the second."""
    write_inventory(program.folder, {name: reach(fleet[name]) for name in ("good", "hung")})
    process = program.start("check", "-i", "inventories")
    assert wait_for(lambda: program.run("history", "good").code == 0)
    assert wait_for(lambda: hanging(fleet["hung"]))
    return process


def hanging(host: LabHost) -> list[str]:
    """Return the processes of a host that read the pipe into which nobody writes."""
    return [
        line
        for line in host.run("ps -eo pid,args").stdout.splitlines()
        if CONF in line and "ps -eo" not in line
    ]


def interrupted(process: subprocess.Popen[str], how: signal.Signals = signal.SIGINT) -> Done:
    """Send a signal as a terminal does, to the whole group, and return how the program ends."""
    os.killpg(process.pid, how)
    with process:
        out, err = process.communicate(timeout=20)
    return Done(process.returncode, out, err)


def test_what_is_complete_is_stored(begun: subprocess.Popen[str], program: Program) -> None:
    """The quick host's verdicts are in the store, the hanging one has none; exit code 130, in
    words.
    """
    done = interrupted(begun)
    assert (done.code, done.out) == (130, "")
    assert done.err.strip() == "tuile: interrupted. What was complete is stored."
    assert "martians-logged" in program.run("history", "good").out
    assert 'no run has visited a host called "hung"' in program.run("history", "hung").err
    assert program.run("check", "-i", "inventories", "-l", "good").code == 1


def test_nothing_is_left(
    begun: subprocess.Popen[str], program: Program, fleet: Mapping[str, LabHost]
) -> None:
    """No process and no temporary file is left here, nor any process of ours on the host."""
    interrupted(begun)
    assert list(program.temporary.iterdir()) == []
    assert [line for line in command_lines() if str(program.folder) in line] == []
    assert wait_for(lambda: not hanging(fleet["hung"]), 5)


def test_an_interrupted_apply_leaves_no_engine(
    program: Program, lab_host: LabHost, tmp_path: Path
) -> None:
    """Ctrl-C while an engine works ends the engine too, removes its private folder, and has the
    host put back.
    """
    write_inventory(tmp_path, {"slow": reach(lab_host)})
    lab_host.run("mv /usr/sbin/sysctl /usr/sbin/sysctl.real")
    slow = 'case "$*" in *write*) sleep 600;; esac; exec /usr/sbin/sysctl.real "$@"'
    lab_host.run(
        f"printf '#!/bin/sh\\n%s\\n' '{slow}' > /usr/sbin/sysctl; chmod 0755 /usr/sbin/sysctl"
    )
    process = program.start(
        "apply", "-i", "inventories", "--unsigned", "--rule", "martians-logged", "--yes"
    )
    assert wait_for(lambda: "sleep 600" in lab_host.run("ps -eo args").stdout, 30)
    done = interrupted(process)
    assert done.code == 130
    assert done.err.split("\n")[:2] + done.err.split("\n")[-2:-1] == [
        "tuile: slow: putting back what was there …",
        "tuile: slow: put back: it stands as before",
        "tuile: interrupted. What was complete is stored.",
    ]
    assert list(program.temporary.iterdir()) == []
    assert [
        line for line in command_lines() if "pyinfra_driver" in line and str(tmp_path) in line
    ] == []
