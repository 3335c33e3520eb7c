"""Makes a rule of kind firewall fail: the table is gone from the kernel and from the next boot."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
systemctl --quiet stop tuile-firewall.service 2>/dev/null || :
rm -f /etc/nftables.d/tuile.nft
printf 'table inet tuile\\ndelete table inet tuile\\n' | nft -f -
"""
