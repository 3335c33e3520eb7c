"""What is said about kernel modules outside of packages only keeps modules out, or is approved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
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
        "Reads the lines of modprobe.d and modules-load.d, in all their folders, that stand in "
        "files of no package, and "
        "/etc/modules."
    ),
    fr=(
        "Lit les lignes de modprobe.d et modules-load.d, dans tous leurs dossiers, qui se "
        "trouvent dans des fichiers "
        "hors paquet, ainsi que /etc/modules."
    ),
)
PUT_RIGHT = Text(
    en="Take the line out, or approve it as it stands.",
    fr="Retirer la ligne, ou l’approuver telle quelle.",
)
DOES_NOT_SEE = (
    Text(
        en="A line added to a file of a package, and a module loaded by hand that no rule names.",
        fr=(
            "Une ligne ajoutée au fichier d’un paquet, et un module chargé à la main qu’aucune"
            " règle ne nomme."
        ),
    ),
)

_READ = r"""owned=$(cat /var/lib/dpkg/info/*.list | sed -n '/modprobe\.d\|modules-load\.d/{s|^/lib/|/usr/lib/|;p}')
for folder in /etc /run /usr/local/lib /usr/lib; do
    for file in $folder/modprobe.d/*.conf $folder/modules-load.d/*.conf; do
        [ -e "$file" ] || continue
        printf '%s\n' "$owned" | grep -qxF -e "$file" || grep -aHE '^[[:space:]]*[^#;[:space:]]' "$file" /dev/null
    done
done
[ ! -e /etc/modules ] || grep -aHE '^[[:space:]]*[^#;[:space:]]' /etc/modules || :
"""
_KEEPS_OUT = re.compile(
    r"\s*(?:blacklist\s+\S+|install\s+\S+\s+(?:/usr)?/bin/(?:true|false))\s*(?:#.*)?"
)
_OWN = ("/etc/modules-load.d/zz-tuile.conf", "/etc/modprobe.d/00-tuile.conf")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[Annotated[str, Meta(min_length=1)], ...],
        Meta(
            description=(
                'Lines that are right, as "file: line", * for anything: ["*: options'
                ' snd_hda_intel *"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("", "")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is called alike
    """Return what it is about."""
    return "modprobe.d, modules-load.d"


def observe(host: Host, params: Params) -> State:
    """Read the files, once.

    Raises:
        Unseen: they cannot be read.

    """
    lines = output_of(host.run(_READ)).splitlines()
    found = dict.fromkeys(
        f"{path}: {text.strip()}" for path, text in map(_parted, lines) if _lets_in(path, text)
    )
    return State(
        tuple(
            line for line in found if not any(fnmatchcase(line, good) for good in params.approved)
        )
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return: no such line."""
    return {"offenders": Equals(())}


def _parted(line: str) -> tuple[str, str]:
    path, _, text = line.partition(":")
    return path, text


def _lets_in(path: str, text: str) -> bool:
    return path not in _OWN and not _KEEPS_OUT.fullmatch(text)
