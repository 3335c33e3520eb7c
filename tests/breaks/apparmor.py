"""Breaks the rule about AppArmor: profiles are no longer loaded at boot, and one of them only
complains.
"""

from __future__ import annotations

from typing import Any

_SCRIPT = r"""
systemctl --quiet disable apparmor.service
printf '%s\n' 'profile tuile-broken /usr/local/bin/tuile-broken flags=(complain) {' '}' >/etc/apparmor.d/tuile-broken
if [ -e /sys/kernel/security/apparmor ]; then apparmor_parser --replace /etc/apparmor.d/tuile-broken; fi
"""


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is called alike
    """Return a script after which a profile complains and none is loaded at boot."""
    return _SCRIPT
