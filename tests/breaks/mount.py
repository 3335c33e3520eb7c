"""Breaks a rule about a file system of its own: it is unmounted, and nothing mounts it at boot."""

from __future__ import annotations

import shlex
from typing import Any

_SCRIPT = r"""
path={path}
if mountpoint -q "$path"; then
    umount -l "$path"
    systemctl --quiet mask "$(systemd-escape --path --suffix=mount "$path")"
fi
if [ -e /etc/fstab ]; then sed -i "\|^[^#[:space:]]*[[:space:]]*$path[[:space:]]|d" /etc/fstab; fi
"""


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return a script after which nothing is mounted at the path."""
    return _SCRIPT.format(path=shlex.quote(params.path))
