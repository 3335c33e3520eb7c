"""A unit starts at boot or not, runs or not, and can be started at all or not."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Touches, output_of, said

if TYPE_CHECKING:
    from testinfra.host import Host

_SUFFIX = r"\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$"


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9:_.\\@-]+$", description="Unit; without a type: a service")]
    enabled: Annotated[bool | None, Meta(description="Whether it must start at boot; null: no matter")] = None
    running: Annotated[bool | None, Meta(description="Whether it must run now; null: no matter")] = None
    masked: Annotated[bool | None, Meta(description="Whether it must be impossible to start; null: no matter")] = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself or says nothing."""
        if self.enabled is None and self.running is None and self.masked is None:
            raise ValueError("say enabled, running or masked")
        if self.masked and (self.enabled or self.running):
            raise ValueError("what is masked can neither be enabled nor run")


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    exists: bool = said("unit on the host", "unité présente")
    enabled: bool = said("starts at boot", "lancé au démarrage")
    running: bool | str = said("running", "en cours")
    masked: bool = said("masked", "masqué")


def subject(params: Params) -> str:
    """Return the unit."""
    return _unit(params.name)


def observe(host: Host, params: Params) -> State:
    """Ask systemd for all unit files and all loaded units, each once for all units.

    Raises:
        Unseen: systemd does not answer.

    """
    listed = host.run("systemctl list-unit-files --full --no-legend --no-pager --plain")
    shown = host.run(
        "systemctl show --all --no-pager --property=Id,Names,LoadState,ActiveState,WantedBy,RequiredBy '*'"
    )
    files = {line.split()[0]: line.split()[1] for line in output_of(listed).splitlines() if line.strip()}
    unit = _unit(params.name)
    loaded = _loaded(output_of(shown)).get(unit, {})
    name = loaded.get("Id", unit)
    state = files.get(name, "")
    if state == "alias" or (not state and _template(name) in files):
        state = host.run("systemctl is-enabled %s", name).stdout.strip()
    exists = bool(state) or loaded.get("LoadState", "not-found") not in ("not-found", "masked")
    return State(exists, _enabled(state, loaded), _running(loaded.get("ActiveState", "")), state == "masked")


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return what the rule says; what must start or run must also be there."""
    fields = {"enabled": params.enabled, "running": params.running, "masked": params.masked}
    asked: dict[str, Condition] = {name: Equals(value) for name, value in fields.items() if value is not None}
    return {"exists": Equals(value=True), **asked} if params.enabled or params.running else asked


def touches(params: Params) -> Touches:
    """Return the unit."""
    return Touches(units=(_unit(params.name),))


def _unit(name: str) -> str:
    return name if re.search(_SUFFIX, name) else f"{name}.service"


def _template(name: str) -> str:
    """Return the template of an instance: getty@.service for getty@tty1.service."""
    return re.sub(r"@[^@]*(\.[a-z]+)$", r"@\1", name)


def _enabled(state: str, loaded: Mapping[str, str]) -> bool:
    """Return whether a unit starts at boot.

    What cannot be enabled (static, indirect, generated) does where another unit asks for it (systemctl(1),
    is-enabled); "enabled-runtime" does not outlive a boot.
    """
    if state in ("static", "indirect", "generated"):
        return bool(loaded.get("WantedBy") or loaded.get("RequiredBy"))
    return state == "enabled"


def _running(active: str) -> bool | str:
    """Return whether a unit runs, or what it is on the way to, which is neither."""
    if active in ("active", "reloading", "refreshing"):
        return True
    return False if active in ("", "inactive", "failed") else active


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _loaded(shown: str) -> Mapping[str, Mapping[str, str]]:
    """Return the properties of each loaded unit, by each of its names."""
    units: dict[str, Mapping[str, str]] = {}
    for block in shown.split("\n\n"):
        properties = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        for name in shlex.split(properties.get("Names", "")):
            units[name] = properties
    return units
