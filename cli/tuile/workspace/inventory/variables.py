"""Ansible's connection variables, as Tuile understands them.

Source: Ansible documentation, "Connecting to hosts: behavioral inventory parameters", and the ssh
and sudo plugins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tuile.policy.target import Secret, Target
from tuile.policy.text import Text
from tuile.workspace.inventory.ssh_arguments import options as ssh_options
from tuile.workspace.inventory.truth import truth

# Where a host has several of one row, the first here counts: the last one in the plugins of
# Ansible.
_PASSWORDS = ("ansible_ssh_password", "ansible_ssh_pass", "ansible_password")
_BECOME_PASSWORDS = ("ansible_sudo_pass", "ansible_become_pass", "ansible_become_password")
_BECOME_USERS = ("ansible_sudo_user", "ansible_become_user")
_HOSTS = ("ansible_ssh_host", "ansible_host")
_PORTS = ("ansible_ssh_port", "ansible_port")
_USERS = ("ansible_ssh_user", "ansible_user")
_KEYS = ("ansible_ssh_private_key_file", "ansible_private_key_file")
_SSH = ("ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh")
LOCAL = ("local", "ansible.builtin.local")
KEPT = frozenset(
    {
        *("ansible_become", "ansible_become_method", "ansible_connection"),
        *("ansible_host_key_checking", "ansible_ssh_host_key_checking"),
        *("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args"),
        *(*_HOSTS, *_PORTS, *_USERS, *_KEYS, *_PASSWORDS, *_BECOME_USERS, *_BECOME_PASSWORDS),
    }
)
_UNFIT_HOST = re.compile(r"""^-|[\s'"`$\\;&<>|(){},*?!\x00-\x1f\x7f]""")
_UNFIT_USER = re.compile(r"""^-|['"`;&<>|(){}$\x00-\x1f\x7f]|\s-|\\$""")
_UNFIT_PATH = re.compile(r"[\x00-\x1f\x7f]")
"""What OpenSSH itself refuses in the name of a host or a user, and no file is called."""


def is_kept(name: str) -> bool:
    """Return whether Tuile uses a variable of a host."""
    return name in KEPT or name.startswith("tuile_")


def holds_secret(variables: Mapping[str, Any]) -> bool:
    """Return whether a password, or something that may be one, is among the variables."""
    return any(
        re.search(r"pass|secret|token|vault", f"{name} {value}", re.IGNORECASE)
        for name, value in variables.items()
    )


def target(name: str, variables: Mapping[str, Any], groups: tuple[str, ...]) -> Target:
    """Return how a host is reached.

    Raises:
        ValueError: a variable makes no sense; in words.

    """
    connection = str(variables.get("ansible_connection", "ssh"))
    become = truth(variables.get("ansible_become", ""))
    options = ssh_options(variables)
    address, user = _first(variables, _HOSTS) or "", _first(variables, _USERS)
    key_file = _first(variables, _KEYS) or options.pop("identityfile", None)
    _refuse_unfit(address or name, user, (key_file, options.get("configfile")), options)
    return Target(
        name=name,
        connection="local" if connection in LOCAL else "ssh",
        address=address,
        port=_port(_first(variables, _PORTS)),
        user=user,
        key_file=key_file,
        ssh_options={key: value for key, value in options.items() if key != "configfile"},
        ssh_config=options.get("configfile"),
        password=_secret(_first(variables, _PASSWORDS)),
        become=become,
        become_user=_first(variables, _BECOME_USERS) or "root",
        become_password=_secret(_first(variables, _BECOME_PASSWORDS)),
        groups=groups,
        obstacle=_obstacle(connection, variables, become=become),
        variables={key: value for key, value in variables.items() if key.startswith("tuile_")},
    )


def _obstacle(connection: str, variables: Mapping[str, Any], *, become: bool) -> Text | None:
    """Return why Tuile cannot reach a host that Ansible could, and what to write."""
    method = str(variables.get("ansible_become_method", "sudo")).removeprefix("ansible.builtin.")
    if connection not in (*_SSH, *LOCAL):
        return Text(
            f'its connection is "{connection}", which Tuile does not speak. In the inventory:'
            " ansible_connection: ssh",
            f"sa connexion est « {connection} », que Tuile ne connaît pas. Dans l’inventaire :"
            " ansible_connection: ssh",
        )
    if become and method != "sudo":
        return Text(
            f'its become method is "{method}"; Tuile knows sudo only. In the inventory:'
            " ansible_become_method: sudo",
            f"sa méthode d’élévation est « {method} » ; Tuile ne connaît que sudo. Dans "
            f"l’inventaire : "
            "ansible_become_method: sudo",
        )
    return None


def _refuse_unfit(
    host: str, user: str | None, paths: Iterable[str | None], options: Mapping[str, str]
) -> None:
    """Raise ValueError for what a shell or ssh would take for something else than a name."""
    hops = [hop.strip().rpartition("@") for hop in options.get("proxyjump", "").split(",")]
    hosts = (
        host,
        options.get("hostname", ""),
        options.get("hostkeyalias", ""),
        *(place for _, _, place in hops),
    )
    users = (user or "", options.get("user", ""), *(account for account, _, _ in hops))
    kinds = (
        (_UNFIT_HOST, [one.replace("%h", "") for one in hosts], "name or address of a host"),
        (_UNFIT_USER, users, "name of an account"),
        (_UNFIT_PATH, [path or "" for path in paths], "name of a file"),
    )
    for unfit, names, what in kinds:
        for name in names:
            if unfit.search(name):
                raise ValueError(f"{name!r} is no {what}")


def _first(variables: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next(
        (str(variables[name]) for name in names if variables.get(name) not in (None, "")), None
    )


def _port(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or not 0 < int(value) < 65536:  # noqa: PLR2004 -- TCP
        raise ValueError(f'its port is "{value}"')
    return int(value)


def _secret(value: str | None) -> Secret | None:
    return None if value is None else Secret(value)
