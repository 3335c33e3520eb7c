"""Breaks a rule about files wherever they lie: one such file is made."""

from __future__ import annotations

from typing import Any

_MADE = {
    "world_writable_files": "touch /var/tmp/open-to-all\nchmod 0666 /var/tmp/open-to-all\n",
    "world_writable_directories": "mkdir -p /var/tmp/shared\nchmod 0777 /var/tmp/shared\n",
    "directories_of_others": "mkdir -p /var/tmp/daemons\nchown daemon /var/tmp/daemons\nchmod 1777 /var/tmp/daemons\n",
    "unowned": "touch /var/tmp/left\nchown 54321:54321 /var/tmp/left\n",
    "special_bits": "cp /bin/true /var/tmp/helper\nchmod 4755 /var/tmp/helper\n",
}


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return a script after which there is a file of the sort that is looked for."""
    return _MADE[params.what]
