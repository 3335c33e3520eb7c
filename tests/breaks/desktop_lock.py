"""Makes a rule of kind desktop_lock fail: nothing is set for all users any more."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
rm -f /etc/dconf/db/local.d/zz-tuile /etc/dconf/db/local.d/locks/zz-tuile
! command -v dconf >/dev/null || dconf update
"""
