"""Ansible's connection variables, as Tuile understands them.

Source: Ansible documentation, "Connecting to hosts: behavioral inventory parameters", and the ssh and sudo plugins.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from tuile.policy.target import Secret, Target

_PASSWORDS = ("ansible_password", "ansible_ssh_pass", "ansible_ssh_password")
_BECOME_PASSWORDS = ("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass")
_SSH_ARGUMENTS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
_SSH = ("ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh")
_LOCAL = ("local", "ansible.builtin.local")
KEPT = frozenset(
    {
        "ansible_become",
        "ansible_become_method",
        "ansible_become_user",
        "ansible_connection",
        "ansible_host",
        "ansible_host_key_checking",
        "ansible_port",
        "ansible_private_key_file",
        "ansible_ssh_host",
        "ansible_ssh_host_key_checking",
        "ansible_ssh_port",
        "ansible_ssh_private_key_file",
        "ansible_ssh_user",
        "ansible_user",
        *_PASSWORDS,
        *_BECOME_PASSWORDS,
        *_SSH_ARGUMENTS,
    }
)


def holds_secret(variables: Mapping[str, Any]) -> bool:
    """Return whether a password, or something that may be one, is among the variables."""
    return any(
        re.search(r"pass|secret|token|vault", f"{name} {value}", re.IGNORECASE) for name, value in variables.items()
    )


def render(variables: Mapping[str, Any], everything: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Fill in `{{ … }}` from the host's own variables; return the values, and what could not be filled in."""
    done: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in variables.items():
        if not isinstance(value, str) or "{" not in value:
            done[name] = value
            continue
        try:
            done[name] = _fill(value, everything)
        except ValueError as error:
            wrong.append(f"{name} is {value!r}, which Tuile cannot work out ({error})")
    return done, wrong


def target(name: str, variables: Mapping[str, Any], groups: tuple[str, ...]) -> Target:
    """Return how a host is reached.

    Raises:
        ValueError: a variable makes no sense; in words.

    """
    connection = str(variables.get("ansible_connection", "ssh"))
    method = str(variables.get("ansible_become_method", "sudo")).removeprefix("ansible.builtin.")
    obstacle = ""
    if connection not in (*_SSH, *_LOCAL):
        obstacle = f'its connection is "{connection}", which Tuile does not speak'
    elif _truth(variables, "ansible_become") and method != "sudo":
        obstacle = f'its become method is "{method}"; Tuile knows sudo only'
    options = _ssh_options(variables)
    return Target(
        name=name,
        connection="local" if connection in _LOCAL else "ssh",
        address=str(_first(variables, ("ansible_host", "ansible_ssh_host")) or ""),
        port=_port(_first(variables, ("ansible_port", "ansible_ssh_port"))),
        user=_first(variables, ("ansible_user", "ansible_ssh_user")),
        key_file=options.pop("identityfile", None)
        or _first(variables, ("ansible_ssh_private_key_file", "ansible_private_key_file")),
        ssh_options={key: value for key, value in options.items() if key != "configfile"},
        ssh_config=options.get("configfile"),
        password=_secret(_first(variables, _PASSWORDS)),
        become=_truth(variables, "ansible_become"),
        become_user=str(variables.get("ansible_become_user", "root")),
        become_password=_secret(_first(variables, _BECOME_PASSWORDS)),
        groups=groups,
        obstacle=obstacle,
        variables={key: value for key, value in variables.items() if key.startswith("tuile_")},
    )


def _fill(value: str, everything: Mapping[str, Any]) -> str:
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415 -- only where a template stands
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 -- the same

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        for _ in range(5):  # a variable may name a variable
            if "{{" not in value and "{%" not in value:
                break
            value = environment.from_string(value).render(**everything)
    except (TemplateError, TypeError) as error:
        raise ValueError(str(error)) from error
    return value


def _ssh_options(variables: Mapping[str, Any]) -> dict[str, str]:
    options: dict[str, str] = {}
    for name in _SSH_ARGUMENTS:
        if name in variables:
            try:
                options.update(_arguments(shlex.split(str(variables[name]))))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
    for name in ("ansible_host_key_checking", "ansible_ssh_host_key_checking"):
        if name in variables and not _truth(variables, name):
            options["stricthostkeychecking"] = "no"
    return options


_LETTERS = {"J": "proxyjump", "i": "identityfile", "F": "configfile", "p": "port", "l": "user", "W": "", "b": ""}
_FLAGS = re.compile(r"^-[46AaCfgKkMnqTtVvXxY]+$")


def _arguments(words: list[str]) -> Iterable[tuple[str, str]]:
    """Yield the options that arguments of ssh(1) stand for, last one first: the first of a name wins there."""
    found: list[tuple[str, str]] = []
    rest = iter(words)
    for word in rest:
        if _FLAGS.match(word):
            continue
        letter, value = word[1:2], word[2:]
        if not word.startswith("-") or (letter != "o" and letter not in _LETTERS):
            raise ValueError(f'cannot read "{word}"')
        value = value or next(rest, "")
        if letter == "o":
            key, _, value = re.sub(r"\s*[=\s]\s*", "=", value.strip(), count=1).partition("=")
            found.append((key.lower(), value))
        elif _LETTERS[letter]:
            found.append((_LETTERS[letter], value))
    return reversed(found)


def _first(variables: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((str(variables[name]) for name in names if variables.get(name) not in (None, "")), None)


def _port(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or not 0 < int(value) < 65536:  # noqa: PLR2004 -- TCP
        raise ValueError(f'its port is "{value}"')
    return int(value)


def _secret(value: str | None) -> Secret | None:
    return None if value is None else Secret(value)


def _truth(variables: Mapping[str, Any], name: str) -> bool:
    """Read a boolean as Ansible does: true, yes, on, 1 in any case."""
    return str(variables.get(name, "")).strip().lower() in ("true", "yes", "on", "1", "y", "t")
