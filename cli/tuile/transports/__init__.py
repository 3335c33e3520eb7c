"""Ways to hosts: they move bytes, and know nothing of what is asked."""

from collections.abc import Mapping

from tuile.transports.accepted_keys import accepted

__all__ = ["accepted", "algorithms", "preload"]


def preload() -> None:
    """Import what SSH needs: for a thread of those who have files to read before they reach a host.

    The library looks for an optional one of C with programs of the system, which takes a tenth of
    a second of waiting.
    """
    from tuile.transports import ssh  # noqa: PLC0415 -- the purpose

    del ssh


def algorithms() -> Mapping[str, frozenset[str]]:
    """Return by option of sshd (lower case) the algorithms that the SSH client has."""
    from tuile.transports import ssh_options  # noqa: PLC0415 -- see preload

    return ssh_options.algorithms()
