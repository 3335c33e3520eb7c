"""Makes a rule of kind firewall_bypass fail: another table redirects a port."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
nft add table ip around
nft "add chain ip around pre { type nat hook prerouting priority -100; }"
nft "add rule ip around pre tcp dport 8022 redirect to :22"
"""
