"""What tests of the command line on lab hosts share: the program, a small policy, and hosts in
trouble.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fleet.policy import CONF, write_policy
from tests.fleet.program import Program
from tests.lab import Lab, LabHost

TROUBLES = ("good", "hung", "frozen", "flood", "full", "bare")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return the program with nothing stored, and a small policy repository as its working
    directory.
    """
    write_policy(tmp_path)
    return Program(tmp_path)


@pytest.fixture(scope="session")
def fleet(lab: Lab) -> Mapping[str, LabHost]:
    """Return booted hosts by what is the matter with them; they stay as they are for the whole
    session.
    """
    hosts = dict(zip(TROUBLES, lab.start([f"fleet-{name}" for name in TROUBLES]), strict=True))
    # A read of the file never ends: nobody writes into the pipe.
    hosts["hung"].run(f"mkfifo {CONF}")
    # Whoever asks this host whether it is a container stops its sshd, as a machine that swaps
    # itself to death does.
    hosts["frozen"].run(
        "printf '#!/bin/sh\\npkill -STOP -x sshd\\nexec sleep 600\\n' >"
        " /usr/bin/systemd-detect-virt"
    )
    hosts["flood"].run(f"truncate --size=200M {CONF}")
    _fill(hosts["full"])
    hosts["bare"].run("for each in /usr/bin/python3*; do mv $each $each.away; done")
    return hosts


def _fill(host: LabHost) -> None:
    """Leave no byte free on any file system of a host."""
    host.run("for each in / /tmp /srv/data; do cat /dev/zero > $each/filler; done 2>/dev/null", 120)
