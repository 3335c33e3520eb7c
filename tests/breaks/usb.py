"""Breaks the rule about USB devices: storage is let in, and the daemon no longer starts at boot."""

from __future__ import annotations

from typing import Any

_SCRIPT = r"""
printf 'allow with-interface one-of { 08:*:* }\n' >/etc/usbguard/rules.conf
chmod 0600 /etc/usbguard/rules.conf
systemctl --quiet disable usbguard.service
"""


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is called alike
    """Return a script after which a USB stick is let in."""
    return _SCRIPT
