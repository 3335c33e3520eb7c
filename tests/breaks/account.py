"""Breaks what local accounts must be, in one respect, by an account or group made for it."""

from __future__ import annotations

from typing import Any

_ADD = "useradd -s /usr/sbin/nologin"
_HASH = "'$y$j9T$lab$broken'"
_SCRIPTS = {
    "approved_only": "useradd -m broken-guest",
    "groups_exist": (
        f"{_ADD} -N -g 100 broken-group; sed -i '/^broken-group:/s/:100:/:64999:/' /etc/passwd"
    ),
    "ids_unique": f"{_ADD} -r broken-id; {_ADD} -r -o -u $(id -u broken-id) broken-twin",
    "invalid_shell_locked": f"{_ADD} broken-shell; usermod -p {_HASH} broken-shell",
    "last_change_past": f"{_ADD} broken-date; chage -d 2099-01-01 broken-date",
    "names_unique": "echo 'games:x:60999:' >> /etc/group",
    "passwords_set": "useradd -s /bin/sh broken-empty; passwd -d broken-empty",
    "root_alone": f"{_ADD} -o -u 0 broken-root",
    "root_group_alone": f"{_ADD} -g 0 broken-gid",
    "root_locked": f"usermod -p {_HASH} root",
    "shadow_group_empty": f"{_ADD} -G shadow broken-shadow",
    "shadowed": (
        f"{_ADD} broken-field; sed -i 's/^broken-field:x:/broken-field:abcdefghijklm:/' /etc/passwd"
    ),
    "system_locked": "usermod -s /bin/sh games",
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that makes one account or group that is not as it must be."""
    return f"{_SCRIPTS[params.aspect]}\n"
