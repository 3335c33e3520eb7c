"""Breaks the rights of local accounts, in one respect, by an account or group made for it."""

from __future__ import annotations

from typing import Any

_SCRIPTS = {
    "groups_approved": "useradd -r -s /usr/sbin/nologin -G disk broken-disk",
    "no_group_passwords": (
        "groupadd -r broken-pass; "
        "sed -i 's/^broken-pass:[^:]*:/broken-pass:abcdefghijklm:/' /etc/gshadow"
    ),
    "shells_known": "useradd -r -s /opt/broken-shell broken-opt; usermod -L broken-opt",
    "subordinate_ids_apart": "echo games:0:65536 >> /etc/subuid",
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that makes one account or group that is not as it must be."""
    return f"{_SCRIPTS[params.aspect]}\n"
