"""Makes a rule of kind ssh_client fail: every connection of the client starts a program."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- the Params of the kind
    """Return the shell script that breaks the rule."""
    line = "PermitLocalCommand yes\\nLocalCommand /bin/true\\n"
    return (
        f"mkdir -p /etc/ssh/ssh_config.d\nprintf '{line}' > /etc/ssh/ssh_config.d/zz-broken.conf\n"
    )
