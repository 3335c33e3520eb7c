"""Makes a rule of kind journal fail: hardly anything is stored."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
mkdir -p /run/systemd/journald.conf.d
printf "[Journal]\\\\nMaxLevelStore=emerg\\\\n" > /run/systemd/journald.conf.d/zzz.conf
"""
