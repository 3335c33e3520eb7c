"""Makes a rule of kind listening fail: something listens on a port that the rule does not declare.

Over UDP, since a rule of kind firewall refuses to cut off what listens over TCP.
"""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return the shell script that breaks the rule."""
    declared = " ".join(params.allowed)
    port = next(port for port in range(47001, 48000) if str(port) not in declared)
    return f"""\
mkdir -p /etc/systemd/system
printf '[Socket]\\nListenDatagram={port}\\n' > /etc/systemd/system/undeclared.socket
printf '[Service]\\nExecStart=/bin/true\\n' > /etc/systemd/system/undeclared.service
systemctl daemon-reload
systemctl --quiet start undeclared.socket
"""
