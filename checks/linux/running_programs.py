"""What runs is what is installed: no program without a file, none of before an update, and the
newest kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
        "Asks the kernel which file each process runs, and which of its libraries are gone from "
        "the disk; compares the "
        "running kernel with those in /boot and with its package."
    ),
    fr=(
        "Demande au noyau quel fichier chaque processus exécute et lesquelles de ses "
        "bibliothèques ont disparu du "
        "disque ; compare le noyau en marche à ceux de /boot et à son paquet."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Restart the program when its users can do without it for a moment, or the machine where "
        "the kernel is older. "
        "A program whose file is gone: find out who started it before you end it."
    ),
    fr=(
        "Relancer le programme quand ses utilisateurs peuvent s’en passer un instant, ou la "
        "machine si le noyau est "
        "ancien. Un programme dont le fichier a disparu : trouver qui l’a lancé avant de "
        "l’arrêter."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Code that was put into a process while it ran, and scripts: their interpreter is seen,"
            " not their text."
        ),
        fr=(
            "Le code injecté dans un processus en cours, et les scripts : on voit leur"
            " interpréteur, pas leur texte."
        ),
    ),
    Text(
        en=(
            "A program that reads its files once and was not restarted since, where these are no"
            " libraries."
        ),
        fr=(
            "Un programme qui lit ses fichiers une seule fois et n’a pas été relancé depuis, si "
            "ce ne sont pas des "
            "bibliothèques."
        ),
    ),
)

_PROGRAMS = r"""find /proc/[0-9]*/exe -maxdepth 0 -lname '* (deleted)' -printf '%l\n' 2>/dev/null | sort -u |
while read -r path; do
    path=${path% (deleted)}
    if [ -e "$path" ]; then echo "old $path"; else echo "gone $path"; fi
done
for maps in $(grep -ls 'r-xp .* /[^ ]*\.so[^ ]* (deleted)$' /proc/[0-9]*/maps); do
    echo "old $(readlink "${maps%maps}exe")"
done"""
_KERNEL = (
    "uname -rv; ls /boot | sed -n 's/^vmlinuz-//p' | sort -V | tail -n 1;"
    " dpkg-query --show --showformat='${Version}\\n' \"linux-image-$(uname -r)\" 2>/dev/null || "
    "echo"
)
_CONTAINER = "systemd-detect-virt --container"


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'Programs that may run on without their file or in an old one: ["/opt/pacs/*"]'
            )
        ),
    ] = ("/memfd:runc_cloned*",)
    kernel: Annotated[
        bool, Meta(description="Whether the newest kernel that is installed must run")
    ] = True


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    gone: tuple[str, ...] = said("running without a file", "en cours, sans fichier")
    old: tuple[str, ...] = said(
        "from before an update", "d’avant une mise à jour", until_reboot=True
    )
    kernel: str | None = said("kernel that waits", "noyau en attente", until_reboot=True)


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "/proc"


def observe(host: Host, params: Params) -> State:
    """Ask for all processes, and for the kernels.

    Raises:
        Unseen: the kernels cannot be asked.

    """
    programs, kernels, container = together(host, (_PROGRAMS,), (_KERNEL,), (_CONTAINER,))
    lines = [
        line
        for line in output_of(programs).splitlines()
        if not _approved(line.partition(" ")[2], params)
    ]
    return State(
        gone=tuple(_named(lines, "gone")),
        old=tuple(_named(lines, "old")),
        kernel=None if container.rc == 0 else _waiting(output_of(kernels).split("\n")),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return: none of these."""
    nothing: dict[str, Condition] = {"gone": Equals(()), "old": Equals(())}
    return nothing | ({"kernel": Equals(None)} if params.kernel else {})


def _approved(path: str, params: Params) -> bool:
    return any(fnmatchcase(path, glob) for glob in params.approved)


def _named(lines: Sequence[str], word: str) -> Iterator[str]:
    found = {
        line.partition(" ")[2].removesuffix(" (deleted)")
        for line in lines
        if line.startswith(f"{word} ")
    }
    yield from sorted(found - {""})


def _waiting(lines: Sequence[str]) -> str | None:
    """Return the kernel that the next boot brings, where it is another: a newer one, or the same in
    a newer build.
    """
    running, newest, package = (*lines, "", "", "")[:3]
    release = running.split()[0]
    if newest and newest != release:
        return newest
    build = re.search(r" Debian (\S+)", running)
    return f"{release} ({package})" if build and package and build[1] != package else None
