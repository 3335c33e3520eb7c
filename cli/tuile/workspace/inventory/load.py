"""From an inventory source to targets and groups."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuile.policy.errors import Usage
from tuile.policy.plan.resolve import Fleet
from tuile.policy.target import Target
from tuile.policy.text import Text
from tuile.workspace.inventory.ask import Reading
from tuile.workspace.inventory.remember import fingerprint, recall, remember
from tuile.workspace.inventory.ssh_arguments import options as ssh_options
from tuile.workspace.inventory.ssh_arguments import programs as programs_of_ssh
from tuile.workspace.inventory.variables import LOCAL, target


@dataclass(frozen=True)
class Inventory:
    """The hosts of an inventory: how each is reached, and their groups."""

    targets: Mapping[str, Target]
    fleet: Fleet
    programs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What would be started on this machine to reach a host, in the words of the inventory."""


def load_inventory(source: str, memory: Path | None, reading: Reading | None = None) -> Inventory:
    """Return the hosts of an Ansible inventory: a file (YAML, INI), a folder, a script, or
    "host1,host2,".

    `memory` is a private folder for the answer of ansible-inventory, which takes a second to give
    it; nothing is kept of inventories that are dynamic or that hold passwords.

    Raises:
        Usage: there is no such inventory.
        PolicyMistakes: Ansible cannot read it.

    """
    reading = reading or Reading()
    if "," not in source and not Path(source).exists():
        raise Usage(
            f'no inventory "{source}". Give a file, a folder, or hosts followed by a comma:'
            ' "srv1,".'
        )
    mark = fingerprint(source, f"{reading.programs} {reading.settings}")
    data = recall(memory, mark)
    if data is None:
        # Jinja only where there is something to do
        from tuile.workspace.inventory.worked_out import (  # noqa: PLC0415
            worked_out,
        )

        data = worked_out(source, reading)
        if mark is not None and not data["fleeting"]:
            remember(memory, mark, data)
    return _build(data)


def this_machine() -> Inventory:
    """Return the inventory that holds only the machine that Tuile runs on."""
    name = socket.gethostname()
    return Inventory({name: Target(name, connection="local")}, Fleet((name,), {}))


def _build(data: Mapping[str, Any]) -> Inventory:
    groups_of: dict[str, list[str]] = {}
    for group, members in data["groups"].items():
        for name in members:
            groups_of.setdefault(name, []).append(group)
    targets = {
        name: _target(name, variables, tuple(groups_of.get(name, ())), data["wrong"].get(name, {}))
        for name, variables in data["hosts"].items()
    }
    fleet = Fleet(
        tuple(targets), {name: tuple(members) for name, members in data["groups"].items()}
    )
    programs = {
        name: (*data["lookups"].get(name, ()), *_programs(data["hosts"][name])) for name in targets
    }
    return Inventory(targets, fleet, {name: those for name, those in programs.items() if those})


def _target(
    name: str, variables: Mapping[str, Any], groups: tuple[str, ...], wrong: Mapping[str, str]
) -> Target:
    """Return how a host is reached, or why it cannot be: that costs this host only."""
    try:
        if wrong:
            # The same way as what makes no sense
            raise ValueError("; ".join(wrong.values()))  # noqa: TRY301
        return target(name, variables, groups)
    except ValueError as error:
        kept = {key: value for key, value in variables.items() if key.startswith("tuile_")}
        return Target(name, groups=groups, variables=kept, obstacle=_senseless(str(error)))


def _senseless(why: str) -> Text:
    return Text(f"its inventory makes no sense: {why}", f"son inventaire n’a pas de sens : {why}")


def _programs(variables: Mapping[str, Any]) -> list[str]:
    found = ["ansible_connection: local"] if variables.get("ansible_connection") in LOCAL else []
    try:
        return [*found, *programs_of_ssh(ssh_options(variables))]
    except ValueError:
        return found
