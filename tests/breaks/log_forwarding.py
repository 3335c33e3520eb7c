"""Makes a rule of kind log_forwarding fail: nothing is sent, and rsyslog does not start at boot."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
rm -f /etc/rsyslog.d/00-tuile.conf
! systemctl cat rsyslog.service >/dev/null 2>&1 || systemctl --quiet disable --now rsyslog.service 2>/dev/null
"""
