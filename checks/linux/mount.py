"""A path is a file system of its own, now and at the next boot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Asks the kernel what is mounted at the path, and looks for the line of fstab or the "
        "mount unit that will mount "
        "it at boot. A part of the root file system that is mounted a second time is none of its "
        "own."
    ),
    fr=(
        "Demande au noyau ce qui est monté à cet endroit, et cherche la ligne de fstab ou l’unité "
        "qui le montera au "
        "démarrage. Une partie du système de fichiers racine montée une seconde fois n’en est pas "
        "un à part."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Move what lies there to a volume of its own while the machine is out of service, or "
        "install it again with a "
        "partition for it: no program moves data under running services."
    ),
    fr=(
        "Déplacer le contenu vers un volume dédié quand la machine est hors service, ou la "
        "réinstaller avec une "
        "partition pour lui : aucun programme ne déplace des données sous des services en marche."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What lies in the folder under the mount, and mounts that a service has to itself (its"
            " own namespace)."
        ),
        fr=(
            "Ce qui reste dans le dossier sous le montage, et les montages propres à un service"
            " (espace de noms à lui)."
        ),
    ),
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    path: Annotated[
        str, Meta(pattern=r"^/[^/\n]+(/[^/\n]+)*$", description="Mount point: /var/log")
    ]


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    running: bool = said("mounted on its own", "monté à part")
    persistent: bool = said("after a reboot mounted on its own", "monté à part après redémarrage")


def subject(params: Params) -> str:
    """Return the path."""
    return params.path


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, fstab and systemd, each once for all paths. What waits to be mounted on
    demand counts.

    Raises:
        Unseen: the kernel or fstab cannot be asked.

    """
    mounted = output_of(host.run("cat /proc/self/mountinfo"))
    fstab = host.run("cat /etc/fstab")
    units = host.run("systemctl --no-pager cat '*.mount'").stdout
    listed = "" if "No such file" in fstab.stderr else output_of(fstab)
    running = params.path in _mounted(mounted)
    return State(
        running, params.path in _at_boot(listed) or (running and params.path in _units(units))
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return that it is one, now and after a reboot."""
    yes = Equals(value=True)
    return {"running": yes, "persistent": yes}


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _mounted(mountinfo: str) -> frozenset[str]:
    """Return where something other than a part of the root file system is mounted."""
    mounts = [line.partition(" - ") for line in mountinfo.splitlines()]
    rows = [(mount.split(" "), system.split(" ")[0]) for mount, _, system in mounts]
    root = next((fields[2] for fields, _ in rows if fields[4] == "/"), "")
    return frozenset(
        _plain(fields[4])
        for fields, kind in rows
        if fields[2] != root or (kind == "btrfs" and fields[4] != "/")
    )


@lru_cache(maxsize=2)
def _at_boot(fstab: str) -> frozenset[str]:
    """Return the mount points that fstab names, without what it only mounts a second time."""
    lines = [line.split() for line in fstab.splitlines()]
    entries = [fields for fields in lines if len(fields) > 1 and not fields[0].startswith("#")]
    return frozenset(
        _plain(fields[1])
        for fields in entries
        if not {"bind", "rbind"} & set("".join(fields[3:4]).split(","))
    )


@lru_cache(maxsize=2)
def _units(shown: str) -> frozenset[str]:
    """Return where the mount units of files lead."""
    return frozenset(map(_plain, re.findall(r"^Where=(.*?)\s*$", shown, re.MULTILINE)))


def _plain(field: str) -> str:
    """Return a path that fstab or the kernel wrote, blanks as octal numbers."""
    plain = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
    return plain.rstrip("/") or "/"
