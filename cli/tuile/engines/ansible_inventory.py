"""The inventory and the settings of one run of Ansible, as files in its private folder."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tuile.engines import capped, ssh
from tuile.engines.folder import as_data, role_folders, write_private, write_sources
from tuile.engines.interface import HostWork
from tuile.policy.target import Target

CONTROLLER = "tuile-controller"
"""This machine, as the host that answers are written on; no play runs on it."""
STRATEGIES = Path(__file__).parent / "playbook" / "strategy"
_LASTS = 300
"""Seconds for which a connection that nobody uses is kept: a host waits for its turn where there
are many.
"""
_UNIX_PATH = 104
"""Bytes of the path of a socket: 108 on Linux, 104 on macOS (unix(7), sun_path)."""
_PRINTED = 4 * 2**20
"""Bytes that one command may print on a host."""
_TASK_SECONDS = 900
"""For one task on one host; installing packages takes the longest."""
_SOCKET_NAME = 1 + 10 + 1 + 16 + 1
"""Bytes of the name: a slash, ten of Ansible, a dot and sixteen that ssh adds meanwhile, the end.
"""


class _Literal(str):
    """Text that Ansible must not take for a template."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes such text with the tag `!unsafe`."""


# Ansible takes "0644" for a number under that tag, quotes or not; so only what may be a template
# bears it.
_Dumper.add_representer(
    _Literal, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"')
)


def write_run(folder: Path, work: Sequence[HostWork], forks: int) -> dict[str, str]:
    """Write all that a run needs into the folder; return the environment variables that point
    there.
    """
    for name in ("tmp", "cp", "hosts"):
        (folder / name).mkdir(mode=0o700)
    write_sources(folder, work)
    for number, host in enumerate(work):
        todo = {"fence": host.fence, "kinds": [as_data(folder, kind) for kind in host.kinds]}
        write_private(folder / "hosts" / f"{number}.json", json.dumps(todo).encode())
    write_private(folder / "inventory.yml", inventory(folder, work).encode())
    write_private(folder / "ours.yml", ours(folder, work).encode())
    write_private(folder / "ansible.cfg", settings(folder, role_folders(work), forks).encode())
    write_private(folder / "ssh", _capped_ssh().encode()).chmod(0o700)
    return {
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }


def inventory(folder: Path, work: Sequence[HostWork]) -> str:
    """Return the inventory as YAML: how each host is reached."""
    hosts = {
        host.target.name: connection(host.target, folder / f"{number}.ssh_config")
        for number, host in enumerate(work)
    }
    controller = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "ansible_become": False,
    }
    everything = {
        "all": {"hosts": {CONTROLLER: controller}, "children": {"tuile": {"hosts": hosts}}}
    }
    return _as_yaml(everything)


def ours(folder: Path, work: Sequence[HostWork]) -> str:
    """Return the variables that no host may have a say in, as YAML: they are given on the command
    line.
    """
    return _as_yaml(
        {
            "tuile_folder": str(folder),
            "tuile_numbers": {host.target.name: number for number, host in enumerate(work)},
            "tuile_python": sys.executable,
            "tuile_same_connection": _reuse(folder).from_then_on,
        }
    )


def connection(target: Target, config: Path) -> dict[str, Any]:
    """Return the `ansible_*` variables that reach a host; the passwords among them are in clear.

    ssh hands no option on to the jump hosts of -J, only a configuration file: it is written to
    `config`.
    """
    if "proxyjump" in target.ssh_options:
        write_private(config, ssh.config(target).encode())
        target = replace(target, ssh_config=str(config))
    found = {
        "ansible_connection": target.connection,
        "ansible_host": target.address,
        "ansible_port": target.port,
        "ansible_user": target.user,
        "ansible_ssh_private_key_file": target.key_file,
        "ansible_ssh_common_args": ssh.arguments(target),
        "ansible_password": target.password and target.password.reveal(),
        "ansible_become": target.become,
        "ansible_become_method": "sudo",
        "ansible_become_user": target.become_user,
        "ansible_become_password": target.become_password and target.become_password.reveal(),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def settings(folder: Path, roles: Sequence[str], forks: int) -> str:
    """Return the `ansible.cfg` of a run; that of the user has no say in it."""
    sections: dict[str, dict[str, object]] = {
        "defaults": {
            "deprecation_warnings": False,
            "display_skipped_hosts": False,
            "forks": forks,
            "gathering": "explicit",
            "host_key_checking": True,
            "inject_facts_as_vars": False,
            "interpreter_python": "auto_silent",
            "local_tmp": folder / "tmp",
            "localhost_warning": False,
            "nocows": True,
            "no_target_syslog": True,
            "nocolor": True,
            "retry_files_enabled": False,
            "roles_path": ":".join(roles),
            "stdout_callback": "default",
            "strategy_plugins": STRATEGIES,
            "task_timeout": _TASK_SECONDS,
            "timeout": 10,
        },
        "connection": {"pipelining": True},
        "ssh_connection": _of_ssh(folder),
    }
    return (
        "\n".join(line for name, options in sections.items() for line in _section(name, options))
        + "\n"
    )


def _of_ssh(folder: Path) -> dict[str, object]:
    return {
        "control_path_dir": folder / "cp",
        "ssh_args": _reuse(folder).at_first,
        "ssh_executable": folder / "ssh",
        "ssh_transfer_method": "piped",
    }


class _Reuse(NamedTuple):
    """Options of ssh for a host, where it is reached first and from then on."""

    at_first: str
    from_then_on: str


def _reuse(folder: Path) -> _Reuse:
    """Return how one connection to a host serves a whole run: none is made anew where it has died.

    ssh would do so unasked, in the middle of a kind; and the host may have put itself back
    meanwhile. Where the name of a socket in this folder is too long, nothing is reused.
    """
    if len(str(folder / "cp")) + _SOCKET_NAME > _UNIX_PATH:
        return _Reuse("-o ControlMaster=no", "-o ControlMaster=no")
    kept = f"-o ControlPersist={_LASTS}s"
    return _Reuse(
        f"-o ControlMaster=auto {kept}", f"-o ControlMaster=no {kept} -o ProxyCommand=false"
    )


def _capped_ssh() -> str:
    """Return the program that stands in for ssh(1): as it, but a host that prints without end is
    given up.
    """
    command = [sys.executable, "-I", "-S", str(Path(capped.__file__)), str(_PRINTED), "ssh"]
    return f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'


def _as_yaml(data: Mapping[str, Any]) -> str:
    return yaml.dump(
        _literal(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**20
    )


def _section(name: str, options: Mapping[str, object]) -> list[str]:
    return [f"[{name}]", *(f"{key} = {value}" for key, value in options.items())]


def _literal(value: Any) -> Any:  # noqa: ANN401 -- any plain data
    """Return the data with every text in it that may be a template marked as none."""
    if isinstance(value, str):
        return _Literal(value) if "{" in value else value
    if isinstance(value, Mapping):
        return {str(key): _literal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_literal(item) for item in value]
    return value
