"""Makes a rule of kind integrity_scope fail: all programs of root are left out."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
mkdir -p /etc/aide/aide.conf.d
echo "!/usr/sbin" > /etc/aide/aide.conf.d/10_out
"""
