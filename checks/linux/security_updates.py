"""Security updates are offered to this host, and win over what the ordinary archive has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import AtLeast, Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Asks apt which archives it would install from, and with which priority each (apt-cache "
        "policy): pins, the "
        "default release and lists that were never fetched count as apt itself counts them."
    ),
    fr=(
        "Demande à apt de quelles archives il installerait, et avec quelle priorité (apt-cache "
        "policy) : épinglages, "
        "version par défaut et listes jamais récupérées comptent comme apt les compte lui-même."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Name Debian’s security archive, or the group’s mirror of it, in apt’s sources and run "
        "apt-get update; take "
        "away the pin or the default release that puts another archive before it."
    ),
    fr=(
        "Nommer l’archive de sécurité de Debian, ou son miroir interne, dans les sources d’apt "
        "puis lancer apt-get "
        "update ; retirer l’épinglage ou la version par défaut qui fait passer une autre archive "
        "devant elle."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="A mirror that no longer follows Debian’s, while its signed lists are still valid.",
        fr=(
            "Un miroir qui ne suit plus celui de Debian, tant que ses listes signées restent"
            " valables."
        ),
    ),
)

_ENOUGH = 500
"""The priority that apt gives to every archive; below it an update is not taken by itself
(apt_preferences(5)).
"""
_INDEX = re.compile(r"^ *(-?\d+) (?!/)(\S+).*\n +release ([^\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    labels: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description=(
                'Labels that security archives carry: ["Debian-Security"], or those of a mirror'
            ),
        ),
    ] = ("Debian-Security",)


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offered: tuple[str, ...] = said("security archives", "archives de sécurité")
    priority: int | None = said(
        "priority of the security archive", "priorité de l’archive de sécurité"
    )
    ahead: tuple[str, ...] = said("archives put before it", "archives placées devant elle")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return the program."""
    return "apt"


def observe(host: Host, params: Params) -> State:
    """Ask apt for its archives.

    Raises:
        Unseen: there is no apt, or it refuses its settings.

    """
    policy = output_of(host.run("apt-cache policy"))
    found = [(int(rank), uri, _release(words)) for rank, uri, words in _INDEX.findall(policy)]
    security = [(rank, uri) for rank, uri, release in found if release.get("l") in params.labels]
    priority = min((rank for rank, _ in security), default=None)
    ahead = {
        f"{uri} ({rank})"
        for rank, uri, release in found
        if priority is not None and rank > priority and release.get("l") == "Debian"
    }
    return State(tuple(sorted({uri for _, uri in security})), priority, tuple(sorted(ahead)))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- the labels were looked for
    """Return: there is one, taken by itself, and none of Debian's archives before it."""
    return {"priority": AtLeast(_ENOUGH), "ahead": Equals(())}


def _release(words: str) -> Mapping[str, str]:
    return dict(word.split("=", 1) for word in words.split(",") if "=" in word)
