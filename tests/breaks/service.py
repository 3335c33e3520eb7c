"""Breaks a rule about a unit: stopped and off, or on and running; a unit that is missing is made."""

from __future__ import annotations

from shlex import quote
from typing import Any

_BODIES = {
    "service": (
        "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n"
    ),
    "socket": (
        "[Socket]\\nListenStream=@broken-%p\\nAccept=yes\\n[Install]\\nWantedBy=sockets.target\\n"
    ),
    "timer": (
        "[Timer]\\nOnCalendar=yearly\\nUnit=rescue.target\\n[Install]\\nWantedBy=timers.target\\n"
    ),
}
_MAKE = """
if ! systemctl cat {unit} > /dev/null 2>&1; then
  printf '{body}' > /usr/lib/systemd/system/{unit}
  systemctl daemon-reload
fi
"""
_OFF = """
systemctl --quiet disable {unit} 2>/dev/null || :
for trigger in $(systemctl show --property=TriggeredBy --value {unit}); do systemctl stop "$trigger"; done
systemctl stop {unit}
"""
_ON = """
systemctl --quiet unmask {unit}
systemctl --quiet enable {unit} 2>/dev/null || :
"""
_START = "systemctl start {unit} 2>/dev/null || :\n"


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which the unit is not as the rule says.

    A target is never started: it may halt.
    """
    name = params.name if "." in params.name else f"{params.name}.service"
    unit, suffix = quote(name), name.rpartition(".")[2]
    make = (
        _MAKE.format(unit=unit, body=_BODIES[suffix].replace("%p", name))
        if suffix in _BODIES
        else ""
    )
    if params.enabled or params.running:
        return make + _OFF.format(unit=unit)
    return make + _ON.format(unit=unit) + (_START.format(unit=unit) if suffix in _BODIES else "")
