"""Makes a rule of kind network_paths fail: a rule sends marked packets to a table of its own."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return "ip rule add fwmark 0x66 lookup 99\n"
