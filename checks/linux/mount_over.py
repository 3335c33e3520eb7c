"""Nothing is mounted over what must last: logs, settings, programs and databases are those on disk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Asks the kernel what is mounted in the folders that must last, and looks for the line of "
        "fstab or the mount "
        "unit that says so; what lies in memory only is named in any case."
    ),
    fr=(
        "Demande au noyau ce qui est monté dans les dossiers qui doivent durer, et cherche la "
        "ligne de fstab ou l’unité "
        "qui le prévoit ; ce qui n’est qu’en mémoire est signalé dans tous les cas."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Find out who mounted it, save what was written since, then unmount it; or approve it in "
        "the rule with its "
        "reason."
    ),
    fr=(
        "Retrouver qui l’a monté, sauver ce qui a été écrit depuis, puis le démonter ; ou "
        "l’approuver dans la règle "
        "avec sa raison."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What lies under a mount, and mounts that only some services have (their own"
            " namespaces)."
        ),
        fr=(
            "Ce qui se trouve sous un montage, et les montages propres à certains services (leurs"
            " espaces de noms)."
        ),
    ),
)

_MEMORY = ("tmpfs", "ramfs", "rootfs")
_BELOW = re.compile(r"/(?:proc|sys|dev|run|tmp|mnt|media)(?:/|$)")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    folders: Annotated[
        tuple[str, ...], Meta(min_length=1, description="Folders that must last, with all below")
    ] = (
        "/bin",
        "/boot",
        "/etc",
        "/lib",
        "/root",
        "/sbin",
        "/usr",
        "/var/backups",
        "/var/cache/apt",
        "/var/lib/aide",
        "/var/lib/apt",
        "/var/lib/dpkg",
        "/var/lib/systemd",
        "/var/log",
        "/var/spool/cron",
        "/var/spool/rsyslog",
    )
    approved: Annotated[
        tuple[str, ...], Meta(description='Mount points that may be there: ["/usr/local/share/*"]')
    ] = (
        "/boot/efi",
        "/etc/hostname",
        "/etc/hosts",
        "/etc/resolv.conf",
        "/var/lib/systemd/linger",
    )


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    unplanned: tuple[str, ...] = said(
        "mounted, and foreseen nowhere", "monté sans être prévu nulle part"
    )
    memory: tuple[str, ...] = said("in memory only", "en mémoire seulement")


def subject(params: Params) -> str:
    """Return the folders."""
    return ", ".join(params.folders)


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, fstab and systemd, as other rules on mounts do.

    Raises:
        Unseen: the kernel or fstab cannot be asked.

    """
    questions = (
        ("cat /proc/self/mountinfo",),
        ("cat /etc/fstab",),
        ("systemctl --no-pager cat '*.mount'",),
    )
    mounted, fstab, units = together(host, *questions)
    listed = "" if "No such file" in fstab.stderr else output_of(fstab)
    planned = {
        line.split()[1]
        for line in listed.splitlines()
        if len(line.split()) > 1 and line.strip()[0] != "#"
    }
    planned |= set(re.findall(r"^Where=(.*?)\s*$", units.stdout, re.MULTILINE))
    found = [(path, kind) for path, kind in _mounts(output_of(mounted)) if _within(path, params)]
    twice = {
        path for at, (path, _) in enumerate(found) if path in {other for other, _ in found[:at]}
    }
    return State(
        unplanned=tuple(
            f"{path} ({kind})" for path, kind in found if path not in planned or path in twice
        ),
        memory=tuple(path for path, kind in found if kind in _MEMORY),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("unplanned", "memory"), Equals(()))


def _mounts(mountinfo: str) -> Iterator[tuple[str, str]]:
    for line in mountinfo.splitlines():
        mount, _, system = line.partition(" - ")
        path = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), mount.split(" ")[4])
        yield path, system.split(" ")[0]


def _within(path: str, params: Params) -> bool:
    """Return whether a mount point is one of the folders or below; the kernel's own file systems
    never are.
    """
    if _BELOW.match(path) or any(fnmatchcase(path, glob) for glob in params.approved):
        return False
    return any(path == folder or path.startswith(f"{folder}/") for folder in params.folders)
