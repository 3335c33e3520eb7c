"""A unit starts at boot or not, runs or not, and can be started at all or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.resources.unit import UNIT
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, Value
from tuile.policy.kind import Login, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks systemd whether the unit starts at boot, whether it runs now and whether it is "
        "masked; looks for "
        "processes that a signal or the freezer halts, which systemd calls active."
    ),
    fr=(
        "Demande à systemd si l’unité démarre avec la machine, si elle tourne et si elle est "
        "masquée ; cherche les "
        "processus suspendus par un signal ou gelés, que systemd dit actifs."
    ),
)
PUT_RIGHT = Text(
    en="Enables, starts, stops, disables or masks the unit, as the rule says.",
    fr="Active, démarre, arrête, désactive ou masque l’unité, selon la règle.",
)
DOES_NOT_SEE = (
    Text(
        en="What the unit runs: unit_files judges drop-ins, replaced units and programs.",
        fr=(
            "Ce que l’unité lance : unit_files juge les compléments, les unités remplacées et les"
            " programmes."
        ),
    ),
    Text(
        en="Whether a program that runs does its work.",
        fr="Si un programme en cours fait bien son travail.",
    ),
    Text(
        en=(
            "A program of the same sort that runs outside any unit: listening looks for those that"
            " listen."
        ),
        fr=(
            "Un programme du même genre lancé hors de toute unité : listening cherche ceux qui"
            " écoutent."
        ),
    ),
)

_LISTED = "systemctl list-units --all --full --plain --no-legend --no-pager"
_HALTED = (
    "for p in $(grep -lsE '^State:[[:space:]]+[Tt]' /proc/[0-9]*/status); do cat "
    '"${p%status}cgroup"; done;'
    " grep -lsx 'frozen 1' /sys/fs/cgroup/system.slice/*/cgroup.events; :"
)
"""The control groups of processes that a signal stopped, and those that are frozen: systemd calls
both active.
"""
_SUFFIX = r"\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$"
HALTED = "halted"
WAY_IN = ("ssh.service", "sshd.service")
"""By what Tuile comes in."""
_ASKED_FOR_BY_OTHERS = ("static", "indirect", "generated")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    name: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9:_.\\@-]+$", description="Unit; without a type: a service")
    ]
    enabled: Annotated[
        bool | None, Meta(description="Whether it must start at boot; null: no matter")
    ] = None
    running: Annotated[
        bool | None, Meta(description="Whether it must run now; null: no matter")
    ] = None
    masked: Annotated[
        bool | None, Meta(description="Whether it must be impossible to start; null: no matter")
    ] = None

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
    """Ask systemd for the state of the unit's file on disk, and for all loaded units once for all
    rules.

    The file's state is asked by is-enabled, which reads the disk: `systemctl show` answers from
    what systemd remembered when it was first asked, whatever happened to the links since.

    Raises:
        Unseen: systemd does not answer.

    """
    unit = _unit(params.name)
    listed, halted = together(host, (_LISTED,), (_HALTED,))
    load, active = _loaded(output_of(listed)).get(unit, ("not-found", ""))
    state = _file_state(host, unit)
    shown: Mapping[str, str] = {}
    if state in _ASKED_FOR_BY_OTHERS or state == "alias" or (state and not active):
        shown = _shown(host, unit)
        active = shown.get("ActiveState", active)
    if state == "alias":
        state = _file_state(host, shown.get("Id", unit))
    exists = bool(state) or load not in ("not-found", "masked")
    running = HALTED if _is_halted(unit, output_of(halted)) else _running(active)
    return State(exists, _enabled(state, shown), running, state == "masked")


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return what the rule says; what must start or run must also be there."""
    fields = {"enabled": params.enabled, "running": params.running, "masked": params.masked}
    asked: dict[str, Condition] = {
        name: Equals(value) for name, value in fields.items() if value is not None
    }
    return {"exists": Equals(value=True), **asked} if params.enabled or params.running else asked


def touches(params: Params) -> Resources:
    """Return the unit."""
    return (UNIT(_unit(params.name)),)


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return nothing more: a unit that runs already is not started once more.

    Raises:
        Unseen: it was halted, and who did so may have a reason.

    """
    if params.running and seen.get("running") == HALTED:
        unit = _unit(params.name)
        raise Unseen(
            f"somebody halted {unit}: let it go on with systemctl thaw {unit} and "
            f"systemctl kill --signal=CONT {unit}, or start it anew",
            f"quelqu’un a suspendu {unit} : la relancer par systemctl thaw {unit} puis "
            f"systemctl kill --signal=CONT {unit}, ou par un redémarrage",
        )
    return ()


# As all kinds
def shuts_out(params: Params, login: Login, seen: Mapping[str, Value]) -> Text | None:  # noqa: ARG001
    """Return why who logs in needs the unit that is to stop."""
    off = params.masked or params.enabled is False or params.running is False
    if not off or _unit(params.name) not in WAY_IN:
        return None
    return Text(
        f'it would shut out Tuile, which logs in as "{login.user}" by way of '
        f"{_unit(params.name)}. Switch the rule off "
        "for this host, with the reason",
        f"cela exclurait Tuile, qui se connecte avec « {login.user} » grâce à "
        f"{_unit(params.name)}. Désactivez la "
        "règle pour cette machine, avec le motif",
    )


def _unit(name: str) -> str:
    return name if re.search(_SUFFIX, name) else f"{name}.service"


def _file_state(host: Host, unit: str) -> str:
    """Return what is-enabled says of a unit, "" where it has no file."""
    said = host.run("systemctl is-enabled %s", unit)
    state = str(said.stdout.strip())
    if state in ("", "not-found"):
        if not state and "No such file or directory" not in said.stderr:
            output_of(said)
        return ""
    return state


def _shown(host: Host, unit: str) -> Mapping[str, str]:
    """Return the properties of one unit, under its first name where it has several."""
    shown = host.run(
        "systemctl show --no-pager --property=Id,ActiveState,WantedBy,RequiredBy %s", unit
    )
    return dict(line.split("=", 1) for line in output_of(shown).splitlines() if "=" in line)


def _enabled(state: str, shown: Mapping[str, str]) -> bool:
    """Return whether a unit starts at boot.

    What cannot be enabled (static, indirect, generated) does where another unit asks for it
    (systemctl(1), is-enabled); "enabled-runtime" does not outlive a boot.
    """
    if state in _ASKED_FOR_BY_OTHERS:
        return bool(shown.get("WantedBy") or shown.get("RequiredBy"))
    return state == "enabled"


def _running(active: str) -> bool | str:
    """Return whether a unit runs, or what it is on the way to, which is neither."""
    if active in ("active", "reloading", "refreshing"):
        return True
    return False if active in ("", "inactive", "failed") else active


def _is_halted(unit: str, halted: str) -> bool:
    return any(unit in path.split("/") for path in halted.splitlines())


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _loaded(listed: str) -> Mapping[str, tuple[str, str]]:
    """Return the load state and the activity of each loaded unit, by its first name."""
    rows = (line.lstrip("●* ").split(None, 3) for line in listed.splitlines())
    # Unit, load, active
    return {row[0]: (row[1], row[2]) for row in rows if len(row) > 2}  # noqa: PLR2004
