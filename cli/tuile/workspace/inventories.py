"""Whose inventory it is that is read, and what of it may start a program on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tuile import catalog, paths
from tuile.policy.errors import Refused
from tuile.workspace import inventory, release, repository
from tuile.workspace.inventory import Inventory, Program, Reading, Vault

_SHOWN = 8
"""Programs that are named of those that would be started."""


@dataclass(frozen=True)
class Doubted:
    """A policy repository of which nothing may start, and why not."""

    home: Path
    signed: bool
    """Whether a signature is what is missing; else its user's trust."""

    def refuse(self, what: Iterable[str]) -> Refused:
        """Return the refusal of what would be started."""
        named = [*dict.fromkeys(what)]
        more = [f"and {len(named) - _SHOWN} more"] if len(named) > _SHOWN else []
        lines = "\n  ".join(["", *named[:_SHOWN], *more])
        told = (
            "to read or follow this inventory, programs of the policy repository would start"
            f" here:{lines}"
        )
        dit = (
            "lire ou suivre cet inventaire lancerait ici des programmes du dépôt de politique"
            f" :{lines}"
        )
        if self.signed:
            return Refused(
                f"{self.home}: {told}\nwhich no signature covers. Sign the inventories too (tuile "
                f"baseline sign "
                "--inventories), keep this one outside of the repository, or say --unsigned.",
                f"{self.home} : {dit}\nqu’aucune signature ne couvre. Signez aussi les "
                f"inventaires "
                "(tuile baseline sign --inventories), gardez celui-ci hors du dépôt, ou ajoutez "
                "--unsigned.",
            )
        return Refused(
            f"{self.home}: {told}\nand you have not trusted it as it is now. Read it, then run: "
            f"tuile trust {self.home}",
            f"{self.home} : {dit}\net vous ne lui avez pas fait confiance tel qu’il est. "
            f"Lisez-le, puis lancez : tuile "
            f"trust {self.home}",
        )


@dataclass(frozen=True)
class Asked:
    """An inventory, and what it is read with."""

    source: str
    home: Path | None
    """The policy repository at hand."""
    vault: Vault


def load(asked: Asked, verified: Path | None, *, signed: bool) -> tuple[Inventory, Doubted | None]:
    """Return an inventory, and the repository that it belongs to where nothing of that may start a
    program.

    `signed`: nothing of the policy repository at hand may start but what its signatures cover;
    `verified` is the copy of the inventories where they do.

    Raises:
        Refused: to read it, a program would start that may not.

    """
    source, memory = asked.source, paths.cache() / "inventory"
    if verified is not None and Path(source).is_relative_to(verified):
        return inventory.load(source, memory, Reading(settings=False, vault=asked.vault)), None
    found = inventory.programs(source)
    doubted = _doubted(source, found, asked.home if signed else None)
    for one in doubted.values():
        own = [
            str(program)
            for program in found
            if one.home in (owner(program.path), *_around(program.path))
        ]
        if own:
            raise one.refuse(own)
    its = doubted.get(owner(_beside(source)) or Path())
    vault = replace(asked.vault, settings=tuple(_settings(doubted)))
    reading = Reading(programs=its is None, settings=not doubted, vault=vault)
    return inventory.load(source, memory, reading), its


def refuse_programs(
    hosts: Iterable[str], programs: Mapping[str, tuple[str, ...]], doubted: Doubted | None
) -> None:
    """Refuse the hosts for which a program of a doubted repository would have to start.

    Raises:
        Refused: with the hosts and the words of their inventory.

    """
    told = (
        [f"{host}: {what}" for host in hosts for what in programs.get(host, ())] if doubted else []
    )
    if doubted and told:
        raise doubted.refuse(told)


def owner(path: Path) -> Path | None:
    """Return the policy repository that a file lies in, links on the way followed or not; None: it
    is its user's own.

    A folder with policy.yaml, and what git keeps together with it, is one too. What ships is part
    of the program.
    """
    for start in (Path(os.path.abspath(path)), path.resolve()):  # noqa: PTH100 -- links are kept
        for folder in (start, *start.parents):
            if repository.is_home(folder):
                return None if folder.resolve() == catalog.shipped().resolve() else folder
        found = next(
            (folder for folder in start.parents if (folder / "policy.yaml").exists()), None
        )
        if found is not None:
            return next(
                (folder for folder in (found, *found.parents) if (folder / ".git").exists()), found
            )
    return None


def _around(path: Path) -> tuple[Path, ...]:
    """Return the folders that a file lies in, links on the way followed and not."""
    return (
        *Path(os.path.abspath(path)).parents,  # noqa: PTH100 -- links are kept
        *path.resolve().parents,
    )


def _doubted(source: str, found: Iterable[Program], signed: Path | None) -> dict[Path, Doubted]:
    """Return the repositories that take part in how an inventory is read, and may start nothing."""
    settings = inventory.settings_in_force()
    paths = [program.path for program in found] + ([settings] if settings else [])
    paths.append(_beside(source))
    owners = {home for path in paths if (home := owner(path)) is not None}
    covered = {home: signed is not None and home.resolve() == signed.resolve() for home in owners}
    return {
        home: Doubted(home, signed=covered[home])
        for home in owners
        if covered[home] or not release.may_start(home)
    }


def _beside(source: str) -> Path:
    """Return a path in the folder of an inventory; one without a folder is its user's own."""
    given = Path(source)
    if "," in source:
        return Path("/")
    return given / "policy.yaml" if given.is_dir() else given


def _settings(doubted: Mapping[Path, Doubted]) -> Iterator[Path]:
    """Yield the ansible.cfg that may say where vault passwords are."""
    for path in (
        inventory.settings_in_force(),
        Path.home() / ".ansible.cfg",
        Path("/etc/ansible/ansible.cfg"),
    ):
        if path is not None and path.is_file() and owner(path) not in doubted:
            yield path
            return
