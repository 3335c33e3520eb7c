"""Makes a rule of kind package_hooks fail: apt runs a command that no package brought."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return "echo 'DPkg::Pre-Invoke {\"/bin/true\";};' > /etc/apt/apt.conf.d/99hook\n"
