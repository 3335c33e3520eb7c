"""Makes a rule of kind updates fail: nothing is installed by itself, and the machine would reboot."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
rm -f /etc/apt/apt.conf.d/zz-tuile-updates.conf
printf '%s\\n' 'APT::Periodic::Enable "0";' 'Unattended-Upgrade::Automatic-Reboot "true";' > /etc/apt/apt.conf.d/99local
systemctl --quiet disable --now apt-daily-upgrade.timer
"""
