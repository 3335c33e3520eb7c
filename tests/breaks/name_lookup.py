"""Makes a rule of kind name_lookup fail: a file of the host answers for the security archive."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return "echo '203.0.113.9 security.debian.org' >> /etc/hosts\n"
