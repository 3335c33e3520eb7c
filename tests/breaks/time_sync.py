"""Makes a rule of kind time_sync fail: no time service starts at boot, and another server is asked."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
for service in chrony systemd-timesyncd; do
    ! systemctl cat "$service.service" >/dev/null 2>&1 || systemctl --quiet disable "$service.service" 2>/dev/null
done
[ ! -d /etc/chrony/sources.d ] || echo 'server elsewhere.invalid iburst' > /etc/chrony/sources.d/elsewhere.sources
"""
