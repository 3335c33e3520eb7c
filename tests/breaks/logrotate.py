"""Makes a rule of kind logrotate fail: logs of failed logins are not kept."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
printf "/var/log/btmp.lab {\\\\n rotate 0\\\\n}\\\\n" > /etc/logrotate.d/zz-short
"""
