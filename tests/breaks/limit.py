"""Breaks a limit: a later line for everybody takes it back."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which everybody may use more."""
    line = f"* hard {params.item} unlimited"
    return (
        f"rm -f /etc/security/limits.d/zz-tuile.conf\necho '{line}' >> /etc/security/limits.conf\n"
    )
