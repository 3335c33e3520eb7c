"""Breaks the rule on closing the kernel: nothing does it at the next start.

A closed kernel stays closed until then.
"""

from __future__ import annotations

from typing import Any


def script(
    params: Any,  # noqa: ANN401, ARG001 -- the Params of the kind; every kind is called alike
) -> str:
    """Return a script after which the kernel stays open at each start."""
    return (
        "systemctl --quiet disable tuile-modules-sealed.service 2>/dev/null || :\n"
        "rm -f /etc/systemd/system/tuile-modules-sealed.service /etc/modules-load.d/zz-tuile.conf\n"
        "systemctl daemon-reload\n"
    )
