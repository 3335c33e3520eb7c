"""Breaks mode and group of a file or directory, or makes one that must not be there."""

from __future__ import annotations

from shlex import quote
from typing import Any

_READ, _WRITE_GROUP, _WRITE = 0o004, 0o020, 0o002
_HOST_KEY = "/etc/ssh/ssh_host_"
"""sshd refuses a key of its own that others may read: of those only the group is changed."""


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that makes what is missing, then gives it one bit too many and a wrong group."""
    path = quote(params.path)
    if params.exists is False:
        return f'mkdir -p "$(dirname {path})"\ntouch {path}\n'
    make = (
        f"mkdir -p {path}"
        if params.type == "directory"
        else f'{{ mkdir -p "$(dirname {path})"; touch {path}; }}'
    )
    lines = [f"[ -e {path} ] || {make}"]
    if params.group:
        lines.append(f"chgrp daemon {path}")
    if params.mode and not params.path.startswith(_HOST_KEY):
        lines.append(f"chmod {_too_much(int(params.mode, 8)):04o} {path}")
    if params.owner and not params.group and not params.mode:
        lines.append(f"chown daemon {path}")
    return "\n".join(lines) + "\n"


def _too_much(mode: int) -> int:
    """Return the mode with the mildest bit that it does not grant: sudo refuses files that others
    may write.
    """
    return mode | next(bit for bit in (_READ, _WRITE_GROUP, _WRITE, 0o1000) if not mode & bit)
