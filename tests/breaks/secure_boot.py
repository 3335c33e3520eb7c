"""Breaks a rule about Secure Boot: a virtual machine that starts by BIOS is without it."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is called alike
    """Return a script that makes sure that the machine was not started by UEFI."""
    return "test ! -e /sys/firmware/efi\n"
