"""Breaks a Defaults setting of sudo."""

from __future__ import annotations

import shlex
from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that takes the setting out of sudoers; what is for other accounts stays."""
    who = f"Defaults:{params.user}" if params.user else "Defaults"
    setting = rf"{who}[[:space:]]+!?{params.option}([[:space:]]*=.*)?[[:space:]]*$"
    files = 'for file in /etc/sudoers /etc/sudoers.d/*; do [ ! -f "$file" ]'
    return f'{files} || sed -E -i {shlex.quote(f"/^{setting}/d")} "$file"; done\n'
