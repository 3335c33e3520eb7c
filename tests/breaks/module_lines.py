"""Makes a rule of kind module_lines fail: a module is loaded at each start."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- the Params of the kind
    """Return the shell script that breaks the rule."""
    return "mkdir -p /etc/modules-load.d\necho tipc > /etc/modules-load.d/zz-broken.conf\n"
