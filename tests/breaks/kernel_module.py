"""Breaks what keeps a module out of the kernel: the lines go, and it is loaded."""

from __future__ import annotations

from shlex import quote
from typing import Any

_STUCK = {"sctp"}
"""Modules that the kernel does not let go before a reboot: of those only the lines go."""


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which nothing blocks the module; where there is one, it is in the
    kernel.
    """
    name = params.name.replace("_", "-").replace("-", "[-_]")
    lines = quote(rf"/^[[:space:]]*(install|blacklist)[[:space:]]+{name}([[:space:]]|$)/d")
    load = "" if params.name in _STUCK else f"modprobe {quote(params.name)} 2>/dev/null || :\n"
    return (
        f'for file in /etc/modprobe.d/*.conf; do [ ! -f "$file" ] || sed -E -i {lines} "$file";'
        f" done\n{load}"
    )
