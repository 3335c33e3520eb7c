"""Breaks the rule about changed files: there is no database, and nothing compares."""

from __future__ import annotations

from typing import Any

_SCRIPT = r"""
rm -f /var/lib/aide/aide.db /var/lib/aide/aide.db.new /etc/aide/aide.conf.d/99_tuile
systemctl --quiet disable --now dailyaidecheck.timer
"""


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is called alike
    """Return a script after which no change of a file would be noticed."""
    return _SCRIPT
