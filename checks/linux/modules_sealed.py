"""The kernel takes no more modules once the machine has started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, settings, start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import UNIT as UNIT_RESOURCE
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals, Includes
from tuile.policy.kind import Draft, NotApplicable, Resources, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks the kernel whether it still takes modules, systemd whether it will be closed at the "
        "next start, and which "
        "modules are loaded before."
    ),
    fr=(
        "Demande au noyau s’il prend encore des modules, à systemd s’il sera fermé au prochain "
        "démarrage, et quels "
        "modules sont chargés avant."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Enables a unit that closes the kernel to modules at the end of each start, once network, "
        "disks, firewall and "
        "plugged devices have theirs, and has the named ones loaded before. Nothing changes "
        "before the next start."
    ),
    fr=(
        "Active une unité qui ferme le noyau aux modules à la fin de chaque démarrage, quand "
        "réseau, disques, pare-feu "
        "et appareils branchés ont les leurs, et fait charger avant ceux que l’on nomme. Rien ne "
        "change avant le prochain "
        "démarrage."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What was loaded between the start of the machine and the sealing, other than by the"
            " files that are shown."
        ),
        fr=(
            "Ce qui a été chargé entre le démarrage et la fermeture, autrement que par les fichiers"
            " montrés."
        ),
    ),
)

KEY = "kernel.modules_disabled"
UNIT = "tuile-modules-sealed.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
PRELOADED = "/etc/modules-load.d/zz-tuile.conf"

_UNIT = f"""[Unit]
Description=Close the kernel to modules
After=multi-user.target graphical.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=-/usr/bin/udevadm settle
ExecStart=/usr/sbin/sysctl --quiet --write {KEY}=1

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    keep: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z0-9_]+$")], ...],
        Meta(
            description=(
                "Modules to load at each start for devices that are plugged in later: [usblp,"
                " cdc_acm]"
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    running: str = said("in the running kernel", "dans le noyau en marche", until_reboot=True)
    at_each_start: bool = said("closed at each start", "fermé à chaque démarrage")
    preloaded: tuple[str, ...] = said("loaded before", "chargés avant")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is asked alike
    """Return the kernel key."""
    return KEY


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- all of it is seen at once
    """Ask the kernel, and systemd for its units and files.

    Raises:
        NotApplicable: this kernel has no modules.
        Unseen: one of them cannot be asked.

    """
    running = host.run("cat /proc/sys/kernel/modules_disabled")
    unit = host.run("systemctl is-enabled tuile-modules-sealed.service && cat %s", UNIT_FILE)
    keys = output_of(host.run("systemd-analyze --no-pager cat-config sysctl.d"))
    modules = output_of(host.run("systemd-analyze --no-pager cat-config modules-load.d"))
    if running.rc != 0 and "No such file" in running.stderr:
        raise NotApplicable("this kernel has no modules", "ce noyau n’a pas de modules")
    by_key = dict(settings(keys.splitlines(), r"\s*=\s*", "#;")).get(KEY) == "1"
    by_unit = unit.rc == 0 and _without_comments(
        unit.stdout.partition("\n")[2]
    ) == _without_comments(_UNIT)
    return State(output_of(running).strip(), by_key or by_unit, tuple(_without_comments(modules)))


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return: closed now and at each start, and what is kept is loaded before."""
    kept = {"preloaded": Includes(params.keep)} if params.keep else {}
    return {"running": Equals("1"), "at_each_start": Equals(value=True), **kept}


def touches(params: Params) -> Resources:
    """Return the unit, and the list of modules to load; the running kernel is left as it is."""
    preloaded = (PRELOADED,) if params.keep else ()
    return (FILE(UNIT_FILE), *FILE.each(preloaded), UNIT_RESOURCE(UNIT))


def edit(draft: Draft, params: Params) -> str:
    """Return the unit, or the list with the modules that are kept."""
    if draft.path == UNIT_FILE:
        return (
            f"{start(Draft(draft.path, None, draft.header))}{_UNIT}"
            if _differs(draft.text)
            else draft.text or ""
        )
    text = start(draft)
    for name in params.keep:
        text = set_line(text, rf"\s*{name}\s*$", name)
    return text


def _differs(text: str | None) -> bool:
    return _without_comments(text or "") != _without_comments(_UNIT)


def _without_comments(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and line[0] not in "#;"]
