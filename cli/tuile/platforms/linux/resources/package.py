"""Packages, and what their scripts and apt write besides."""

from __future__ import annotations

from collections.abc import Iterator

from tuile.platforms.linux.resources.account import ACCOUNTS, BACKUPS
from tuile.platforms.linux.resources.unit import FOLDERS, LINKS
from tuile.policy.change.resource import Resource, ResourceType, Stage
from tuile.policy.text import Text

_STATES = "/var/lib/apt/extended_states"
MARKS = ResourceType("file", rank=120, names=frozenset({_STATES}), shared=True, of_all=True)
"""Which packages came along with others (apt-mark(8)): written with each that comes or goes."""
STATE = ResourceType("package", shown=Text("package {}", "paquet {}"))
"""One package as the host has it, its architecture in the name: cups:amd64."""


def _is_package(_name: str, other: Resource) -> bool:
    return other.type.slug == STATE.slug


def _is_this_package(name: str, other: Resource) -> bool:
    return other.type.slug == STATE.slug and other.name.partition(":")[0] == name


PACKAGES = ResourceType("packages", rank=100, shared=True, of_all=True, holds=_is_package)
"""All packages: what comes along with one is not known beforehand."""


def _along(_name: str) -> Iterator[Resource]:
    yield PACKAGES("all")
    yield ACCOUNTS("all")
    yield MARKS(_STATES)
    yield from BACKUPS
    yield from LINKS.each(FOLDERS)


PACKAGE = ResourceType(
    "removes",
    reported="packages",
    step=Text("install or remove {}", "installer ou retirer {}"),
    rank=50,
    stage=Stage.first,
    shared=True,
    of_all=True,
    along=_along,
    holds=_is_this_package,
)
"""A package that is installed or removed: what is kept of it is its file, to bring it back."""
TRACE = ResourceType("came", shared=True, of_all=True)
"""A mark that a script of a package left in a folder of marks."""
