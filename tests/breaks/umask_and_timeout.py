"""Breaks the umask or the time limit of shells."""

from __future__ import annotations

from typing import Any

_SCRIPTS = {
    "umask": (
        "sed -i '/umask/d' /etc/profile /etc/bash.bashrc; rm -f /etc/profile.d/*umask*.sh; "
        "sed -E -i 's/^UMASK.*/UMASK\\t022/' /etc/login.defs"
    ),
    "timeout": (
        "sed -i '/TMOUT/d' /etc/profile; rm -f /etc/profile.d/*tmout*.sh"
        " /etc/profile.d/*timeout*.sh"
    ),
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which nothing sets it."""
    return f"{_SCRIPTS[params.aspect]}\n"
