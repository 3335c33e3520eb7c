"""chrony keeps the clock of this machine alone: it serves and obeys nobody else, and follows
servers, not itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import text_found, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads all of chrony’s files for who may ask it, who may command it, whether it takes its "
        "own clock for a "
        "reference, and what it reads besides; and with which file and options it is started."
    ),
    fr=(
        "Cherche dans tous les fichiers de chrony qui peut l’interroger, qui peut le commander, "
        "s’il prend sa propre "
        "horloge pour référence, et ce qu’il lit d’autre ; et avec quel fichier et quelles "
        "options il est lancé."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the directives away and restart chrony; on the group’s own time servers, approve "
        "the networks that they "
        "serve."
    ),
    fr=(
        "Retirer les directives puis relancer chrony ; sur les serveurs de temps du groupement, "
        "approuver les réseaux "
        "qu’ils servent."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="What was changed in the running chronyd with chronyc and is in no file.",
        fr=(
            "Ce qui a été changé dans le chronyd en cours avec chronyc, sans figurer dans un"
            " fichier."
        ),
    ),
)

_LISTED = (
    "grep -aHn '' /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources"
)
_STARTED = "grep -aHs '' /etc/default/chrony; pgrep -ax chronyd"
_DEFAULTS = "/etc/default/chrony"
_IDLE = re.compile(r"[\s\"'=]-[46dlmnPRrsU]*(?:[xQq](?=[\s\"']|$)|t\s*\d)")
"""Options with which it leaves the clock as it is, or ends by itself."""
_BARE = re.compile(r"[\s\"'=]-(?:u\s*root\b|F\s*0\b)")
"""Options with which it keeps root's rights, or no filter of system calls."""
_SERVES = ("allow", "cmdallow", "local", "bindcmdaddress", "manual", "broadcast", "bindacqaddress")
_USUAL = (
    "/etc/chrony/conf.d",
    "/etc/chrony/sources.d",
    "/run/chrony-dhcp",
    "/etc/chrony/chrony.keys",
)
_INSIDE = ("127.", "::1", "/", "localhost")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(description='Directives that may be there: ["allow 192.0.2.0/24"] on a time server'),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    serves: tuple[str, ...] = said("opened to others", "ouvert à d’autres")
    elsewhere: tuple[str, ...] = said("settings from elsewhere", "réglages venus d’ailleurs")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "chrony"


def observe(host: Host, params: Params) -> State:
    """Read the files and ask for the process.

    Raises:
        Unseen: a file cannot be read.

    """
    listed, started = together(host, (_LISTED,), (_STARTED,))
    lines = re.findall(r"^(/[^:\n]+:\d+):\s*([^#!%;\s].*?)\s*$", text_found(listed), re.MULTILINE)
    return State(
        serves=_others(_serves(lines), params),
        elsewhere=_others([*_included(lines), *_arguments(started)], params),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("serves", "elsewhere"), Equals(()))


def _serves(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    for place, line in lines:
        name, *rest = line.lower().split()
        if name in _SERVES and not (rest and rest[0].startswith(_INSIDE)):
            yield f"{place} {line}"


def _included(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    for place, line in lines:
        name, *rest = line.split()
        if name.lower() in ("include", "confdir", "sourcedir", "keyfile", "mailonchange") and rest:
            yield from (f"{place} {name} {path}" for path in rest if path.rstrip("/") not in _USUAL)


def _arguments(started: CommandResult) -> Iterator[str]:
    """Yield the options, of the next start and of the process, that name another file or other
    directives.
    """
    for line in started.stdout.splitlines():
        path, _, text = line.partition(":")
        text = text if path == _DEFAULTS else line
        if text.lstrip().startswith("#"):
            continue
        directed = re.search(r"\s-f\s|\s'?(?:allow|cmdallow|local)\b|-f\s*/", text)
        # in a container the starter adds -x by itself, so that the process says nothing of it
        idle = path == _DEFAULTS and _IDLE.search(text)
        if directed or idle or _BARE.search(text):
            yield line.strip()


def _others(found: Sequence[str] | Iterator[str], params: Params) -> tuple[str, ...]:
    return tuple(
        one for one in found if not any(fnmatchcase(one, f"* {glob}") for glob in params.approved)
    )
