"""Makes a rule of kind chrony_access fail: everybody may ask."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
mkdir -p /etc/chrony/conf.d
echo "allow all" > /etc/chrony/conf.d/all.conf
"""
