"""Makes a rule of kind rsyslog_rules fail: all messages are stopped."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
echo "*.* stop" > /etc/rsyslog.d/01-stop.conf
"""
