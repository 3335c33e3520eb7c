"""Breaks a rule about audit: it is taken out of the files and of the kernel."""

from __future__ import annotations

import shlex
from typing import Any

_TAKE_OUT = r"""
for file in /etc/audit/rules.d/*.rules; do
    [ -e "$file" ] || continue
    left=$(mktemp)
    grep -vE -e {pattern} "$file" >"$left" || :
    cat "$left" >"$file"
    rm -f "$left"
done
"""


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return a script after which none of the rules is in the files, nor in a kernel that is not
    locked.
    """
    return "\n".join(map(_without, params.rules))


def _without(rule: str) -> str:
    pattern = "^-e" if rule.startswith("-e ") else f"^{_literal(rule)}$"
    removal = shlex.split(rule)
    removal[0] = {"-w": "-W", "-a": "-d", "-A": "-d", "-e": ""}[removal[0]]
    unload = f"auditctl {shlex.join(removal)} >/dev/null 2>&1 || :\n" if removal[0] else ""
    return _TAKE_OUT.format(pattern=shlex.quote(pattern)) + unload


def _literal(rule: str) -> str:
    """Return an extended regular expression for a rule; {program} stands for any path."""
    quoted = "".join(f"\\{char}" if char in ".^$*+?()[{|\\" else char for char in rule)
    return quoted.replace(r"\{program}", "[^ ]*")
