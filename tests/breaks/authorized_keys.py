"""Breaks the approval of keys by one that nobody approved."""

from __future__ import annotations

from typing import Any

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEvilEvilEvilEvilEvilEvilEvilEvilEvilEvilEv broken"


def script(
    params: Any,  # noqa: ANN401, ARG001 -- the Params of the kind; one key serves for both sorts
) -> str:
    """Return a script that gives a key to an account of a service."""
    return f"mkdir -p /usr/games/.ssh; echo '{_KEY}' > /usr/games/.ssh/authorized_keys\n"
