"""Breaks the rule about GRUB's password: there is none."""

from __future__ import annotations

from typing import Any

_SCRIPT = r"""
rm -f /etc/grub.d/01_tuile
sed -i -e '/^set superusers=/d' -e '/^password_pbkdf2 /d' /boot/grub/grub.cfg
"""


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is called alike
    """Return a script after which anybody may change the entries of the menu."""
    return _SCRIPT
