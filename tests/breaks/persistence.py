"""Breaks a rule about where code starts by itself: something that no package brought is put there."""

from __future__ import annotations

from typing import Any

_MADE = {
    "jobs": "echo '0 3 * * * root /bin/true' > /etc/cron.d/zz\n",
    "shells": "mkdir -p /etc/profile.d\necho 'alias su=/opt/su' > /etc/profile.d/zz.sh\n",
    "libraries": "echo /usr/local/share/broken > /etc/ld.so.conf.d/zz.conf\n",
    "programs": "cp /bin/true /usr/sbin/zz\n",
    "boot": "mkdir -p /etc/binfmt.d\necho ':zz:E::zzx::/bin/true:' > /etc/binfmt.d/zz.conf\n",
    "devices": (
        'mkdir -p /etc/udev/rules.d\necho \'SUBSYSTEM=="block", MODE="0666"\' >'
        " /etc/udev/rules.d/zz.rules\n"
    ),
    "privileges": (
        "mkdir -p /etc/polkit-1/rules.d\n"
        "echo 'polkit.addRule(function(a, s) { return polkit.Result.YES; });' > "
        "/etc/polkit-1/rules.d/zz.rules\n"
    ),
    "network": "mkdir -p /etc/network/if-up.d\ncp /bin/true /etc/network/if-up.d/zz\n",
    "desktop": "mkdir -p /etc/xdg/autostart\ntouch /etc/xdg/autostart/zz.desktop\n",
    "tools": (
        "mkdir -p /usr/lib/python3/dist-packages\necho 'import os' >"
        " /usr/lib/python3/dist-packages/zz.pth\n"
    ),
    "authorities": (
        "mkdir -p /usr/local/share/ca-certificates\necho zz >"
        " /usr/local/share/ca-certificates/zz.crt\n"
    ),
}


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return a script after which there is something of the family that nobody approved."""
    return _MADE[params.point]
