"""Makes a rule of kind unit_files fail: a file of the sort that it looks for is put there by hand."""

from __future__ import annotations

from typing import Any

_UNIT = "[Service]\\nExecStart=/bin/true\\n"
_BROKEN = {
    "units": f"printf '{_UNIT}' > /etc/systemd/system/by-hand.service",
    "drop_ins": (
        "mkdir -p /etc/systemd/system/fstrim.service.d\n"
        "printf '[Service]\\nEnvironment=BY=hand\\n' > "
        "/etc/systemd/system/fstrim.service.d/by-hand.conf"
    ),
    "manager": (
        "mkdir -p /etc/systemd/system.conf.d\n"
        "printf '[Manager]\\nDumpCore=yes\\n' > /etc/systemd/system.conf.d/by-hand.conf"
    ),
    "users": "mkdir -p /var/lib/systemd/linger\ntouch /var/lib/systemd/linger/games",
    "changed": "printf '\\n# by hand\\n' >> /usr/lib/systemd/system/fstrim.service",
}


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return the shell script that breaks the rule."""
    if params.what == "masked":
        return "systemctl --quiet mask systemd-random-seed.service\n"
    if params.what == "timers":
        folder = "/run/systemd/system/systemd-tmpfiles-clean.timer.d"
        return (
            f"mkdir -p {folder}\nprintf "
            f"'[Timer]\\nOnBootSec=\\nOnUnitActiveSec=\\nOnCalendar=2099-01-01\\n' > "
            f"{folder}/by-hand.conf\nsystemctl daemon-reload\n"
        )
    return f"{_BROKEN[params.what]}\n"
