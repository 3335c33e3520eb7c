"""A host with files, links and a timer that an apply is about to change."""

from __future__ import annotations

import pytest

from tests.guard.ask import Asked
from tests.lab import LabHost

BEFORE = """
set -e
mkdir /etc/lab && cd /etc/lab
echo one >plain.conf && chmod 640 plain.conf && chown ops:deploy plain.conf && touch -d 2020-02-02 plain.conf
setfacl -m u:nosudo:r plain.conf || true
ln -s plain.conf link && echo there >gone && echo content >kept-content
echo data >/srv/data/other-disk
systemctl start fstrim.timer
"""


@pytest.fixture
def asked(lab_host: LabHost) -> Asked:
    """Return a host on which an apply is about to begin."""
    done = lab_host.run(BEFORE)
    assert done.returncode == 0, done.stderr
    lab_host.ssh("sudo -n true")  # its first use leaves a mark in the home
    return Asked(lab_host)
