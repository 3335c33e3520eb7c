"""Makes a rule of kind security_updates fail: the security archive is pinned away."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return (
        "printf 'Package: *\\nPin: release l=Debian-Security\\nPin-Priority: -1\\n' >"
        " /etc/apt/preferences.d/away\n"
    )
