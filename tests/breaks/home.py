"""Breaks what homes must be, in one respect, in a home made for it."""

from __future__ import annotations

from typing import Any

_MAKE = "id broken-home >/dev/null 2>&1 || useradd -m -s /bin/sh broken-home; h=/home/broken-home; "
_SCRIPTS = {
    "dot_files_owned": "touch $h/.lab; chown daemon: $h/.lab",
    "exist": "useradd -M -s /bin/sh broken-roamer",
    "files_owned": "mkdir -p $h/lab; chown -R daemon $h/lab",
    "files_private": (
        "chmod 0711 $h; touch $h/lab.txt; chown broken-home: $h/lab.txt; chmod 0646 $h/lab.txt"
    ),
    "no_dangerous_files": "touch $h/.netrc; chown broken-home: $h/.netrc",
    "owned": "useradd -m -s /bin/sh broken-owner; chown daemon: /home/broken-owner",
    "private": "chmod 0777 $h",
    "start_files_private": (
        "touch $h/.profile; chown broken-home: $h/.profile; chmod 0666 $h/.profile"
    ),
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that makes one home that is not as it must be."""
    return f"{_MAKE}{_SCRIPTS[params.aspect]}\n"
