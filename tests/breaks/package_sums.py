"""Breaks a rule about files of packages: a program that nobody needs here is replaced."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- an instance of the kind's Params
    """Return a script after which a file is not as its package brought it."""
    return "cp /usr/bin/true /usr/bin/tty\n"
