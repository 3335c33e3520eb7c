"""Units of systemd: whether they run, and what starts them at boot."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuile.platforms.linux.resources.firewall import NFTABLES
from tuile.policy.change.resource import Resource, ResourceType, Stage
from tuile.policy.text import Text

FOLDERS = ("/etc/systemd/system", "/run/systemd/system", *(f"/etc/rc{x}.d" for x in "0123456S"))
"""The folders whose links say which units start: what `systemctl enable` and `mask` change."""
_RUNS = Text("whether {} runs", "marche ou arrêt de {}")
_CUTS = Text("may cut the sessions of {}", "peut couper les sessions de {}")
_HOLDS_SESSIONS = re.compile(
    r"(display-manager|(g|l|sd|x)dm3?|lightdm|xrdp(-sesman)?|systemd-logind|dbus(-broker)?|user@.*|getty@.*"
    r"|networking|NetworkManager|systemd-networkd|wpa_supplicant)(\.service)?"
)
"""Units that people or connections hang on: desktops, consoles, the network.

sshd is none, as its sessions stay.
"""
LINK = ResourceType("link")


def _below(folder: str, other: Resource) -> bool:
    return other.type.slug == LINK.slug and other.name.startswith(f"{folder}/")


LINKS = ResourceType("links", rank=140, shared=True, of_all=True, holds=_below)


def _starts(unit: str, other: Resource) -> bool:
    """Return whether a link is what has a unit start."""
    name = re.sub(r"^[SK]\d\d", "", other.name.rpartition("/")[2])
    return other.type.slug == LINK.slug and name in (unit, unit.removesuffix(".service"))


def _along_unit(unit: str) -> Iterator[Resource]:
    yield from LINKS.each(FOLDERS)
    yield from _along_reload(unit)


def _along_reload(unit: str) -> Iterator[Resource]:
    if unit == "nftables.service":
        yield NFTABLES


def _warning(unit: str) -> Text | None:
    return _CUTS if _HOLDS_SESSIONS.fullmatch(unit) else None


UNIT = ResourceType(
    "unit",
    reported="units",
    shown=_RUNS,
    step=Text("enable, start, stop or mask {}", "activer, démarrer, arrêter ou masquer {}"),
    rank=60,
    stage=Stage.last,
    along=_along_unit,
    holds=_starts,
    warning=_warning,
)
"""A unit that is enabled, disabled, started, stopped or masked."""
RELOAD = ResourceType(
    "reload",
    reported="reloads",
    shown=_RUNS,
    step=Text("reload {}", "recharger {}"),
    rank=70,
    shared=True,
    along=_along_reload,
    warning=_warning,
)
"""A unit that is reloaded or restarted, so that it reads its files again."""
