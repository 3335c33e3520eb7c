"""Breaks a kernel parameter: another value in the kernel, and from a file at the next boot."""

from __future__ import annotations

from shlex import quote
from typing import Any

_OTHERS = {
    "kernel.pid_max": "4194304",
    "kernel.perf_cpu_time_max_percent": "25",
    "kernel.perf_event_max_sample_rate": "100000",
    "net.ipv4.ip_local_port_range": "40000 50000",
}
"""Parameters for which neither 0 nor 1 will do."""


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which both have another value; where the kernel refuses it, the file
    alone.
    """
    other = _OTHERS.get(params.key, "1" if params.value == "0" else "0")
    line, pattern = quote(f"{params.key} = {other}"), quote(f"/^-\\?{params.key}[[:space:]]*=/d")
    return (
        "mkdir -p /etc/sysctl.d\n"
        f"[ ! -e /etc/sysctl.d/zz-tuile.conf ] || sed -i {pattern} /etc/sysctl.d/zz-tuile.conf\n"
        f"printf '%s\\n' {line} >> /etc/sysctl.d/50-broken.conf\n"
        f"sysctl -qw {quote(f'{params.key}={other}')} 2>/dev/null || :\n"
    )
