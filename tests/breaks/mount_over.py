"""Makes a rule of kind mount_over fail: the records of packages lie in memory."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
mkdir -p /var/backups
mount -t tmpfs tmpfs /var/backups
"""
