"""Booted Debian hosts for tests: systemd-nspawn over one overlay a host, reached over ordinary SSH."""

from tests.lab.capability import missing
from tests.lab.host import LabHost
from tests.lab.lab import Lab
from tests.lab.tree import base_tree
from tests.lab.vm import Machine

__all__ = ["Lab", "LabHost", "Machine", "base_tree", "missing"]
