"""From an inventory source to targets and groups."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuile.inventory.remember import fingerprint, recall, remember
from tuile.inventory.variables import KEPT, holds_secret, render, target
from tuile.policy.errors import Mistake, Place, PolicyMistakes, TuileError, Usage
from tuile.policy.resolve import Fleet
from tuile.policy.target import Target

TIMEOUT = 120
"""Seconds that dynamic inventories may take."""


@dataclass(frozen=True)
class Inventory:
    """The hosts of an inventory: how each is reached, and their groups."""

    targets: Mapping[str, Target]
    fleet: Fleet


def load_inventory(source: str, memory: Path | None) -> Inventory:
    """Return the hosts of an Ansible inventory: a file (YAML, INI), a folder, a script, or "host1,host2,".

    `memory` is a private folder for the answer of ansible-inventory, which takes a second to give it; nothing is
    kept of inventories that are dynamic or that hold passwords.

    Raises:
        Usage: there is no such inventory.
        PolicyMistakes: Ansible cannot read it, or a variable makes no sense.

    """
    if "," not in source and not Path(source).exists():
        raise Usage(f'no inventory "{source}". Give a file, a folder, or hosts followed by a comma: "srv1,".')
    mark = fingerprint(source)
    data = recall(memory, mark)
    if data is None:
        data = _reduced(_ask_ansible(source), source)
        if mark is not None and not any(holds_secret(variables) for variables in data["hosts"].values()):
            remember(memory, mark, data)
    return _build(data, source)


def this_machine() -> Inventory:
    """Return the inventory that holds only the machine that Tuile runs on."""
    name = socket.gethostname()
    return Inventory({name: Target(name, connection="local")}, Fleet((name,), {}))


def _ask_ansible(source: str) -> dict[str, Any]:
    command = [_program("ansible-inventory"), "--list", "--inventory", source]
    environment = {
        **os.environ,
        "ANSIBLE_INVENTORY_IGNORE_REGEX": r"^(policy|waivers|attestations)\.ya?ml$",
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    try:
        answer = subprocess.run(  # noqa: S603 -- a list, no shell; what it runs is the user's own inventory
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        what = f"ansible-inventory gave no answer for {TIMEOUT} s"
        raise PolicyMistakes([Mistake(Place(source), what, "Try: ansible-inventory --list -i …")]) from error
    if answer.returncode != 0:
        raise PolicyMistakes([Mistake(Place(source), _complaint(answer.stderr.decode("utf-8", "replace")))])
    data: dict[str, Any] = json.loads(answer.stdout)
    return data


def _complaint(stderr: str) -> str:
    """Return what Ansible says is wrong, in one line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "[ERROR]", "error"))] or lines[-1:]
    words = " ".join(errors) or "no reason given"
    return "Ansible cannot read this inventory: " + words.removeprefix("[ERROR]:").removeprefix("ERROR!").strip(" .")


def _program(name: str) -> str:
    """Return the path of a program of ansible-core: beside this Python first."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise TuileError(f"{name} is not installed beside tuile. Install ansible-core in the same environment.")
    return found


def _reduced(answer: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the groups, and of the host variables those that Tuile uses, with their templates filled in."""
    variables = answer.get("_meta", {}).get("hostvars", {})
    children = {name: group for name, group in answer.items() if name != "_meta"}
    groups = {name: sorted(_members(name, children, ())) for name in children if name != "all"}
    names = sorted(set(variables) | _members("all", children, ()) | {h for members in groups.values() for h in members})
    hosts, mistakes = {}, []
    for name in names:
        of_host = {**variables.get(name, {}), "inventory_hostname": name}
        hosts[name], wrong = render({k: v for k, v in of_host.items() if k in KEPT or k.startswith("tuile_")}, of_host)
        mistakes += [Mistake(Place(source), f'host "{name}": {what}') for what in wrong]
    if mistakes:
        raise PolicyMistakes(mistakes)
    return {"groups": groups, "hosts": hosts}


def _members(name: str, groups: Mapping[str, Any], above: tuple[str, ...]) -> set[str]:
    group = groups.get(name, {})
    found = set(group.get("hosts", ()))
    for child in group.get("children", ()):
        if child not in above:
            found |= _members(child, groups, (*above, name))
    return found


def _build(data: Mapping[str, Any], source: str) -> Inventory:
    targets: dict[str, Target] = {}
    mistakes: list[Mistake] = []
    groups_of: dict[str, list[str]] = {}
    for group, members in data["groups"].items():
        for name in members:
            groups_of.setdefault(name, []).append(group)
    for name, variables in data["hosts"].items():
        try:
            targets[name] = target(name, variables, tuple(groups_of.get(name, ())))
        except ValueError as error:
            mistakes.append(Mistake(Place(source), f'host "{name}": {error}'))
    if mistakes:
        raise PolicyMistakes(mistakes)
    fleet = Fleet(tuple(targets), {name: tuple(members) for name, members in data["groups"].items()})
    return Inventory(targets, fleet)
