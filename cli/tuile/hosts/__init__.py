"""Reaching machines: all looks at a host as one gathering, in few round trips over one shell."""

from collections.abc import Mapping

from tuile.hosts.accepted import accepted
from tuile.hosts.files import FileSeen, read_file
from tuile.hosts.gather import look_at
from tuile.hosts.values import Limits, Look, Progress, Sight

__all__ = [
    "FileSeen",
    "Limits",
    "Look",
    "Progress",
    "Sight",
    "accepted",
    "algorithms",
    "look_at",
    "preload",
    "read_file",
]


def preload() -> None:
    """Import what SSH needs: for a thread of those who have files to read before they reach a host.

    The library looks for an optional one of C with programs of the system, which takes a tenth of a second of waiting.
    """
    from tuile.hosts import ssh  # noqa: PLC0415 -- the purpose

    del ssh


def algorithms() -> Mapping[str, frozenset[str]]:
    """Return by option of sshd (lower case) the algorithms that the SSH client has."""
    from tuile.hosts import ssh_options  # noqa: PLC0415 -- see preload

    return ssh_options.algorithms()
