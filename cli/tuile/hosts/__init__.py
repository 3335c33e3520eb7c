"""Reaching machines: all looks at a host as one gathering, in few round trips over one shell."""

from tuile.hosts.files import FileSeen, read_file
from tuile.hosts.gather import look_at
from tuile.hosts.values import Limits, Look, Progress, Sight

__all__ = ["FileSeen", "Limits", "Look", "Progress", "Sight", "look_at", "read_file"]
