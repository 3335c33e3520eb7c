"""What an undo puts back on a host, what it leaves because somebody else changed it since, and how that ended."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tuile.policy.change.pre_image import ACCOUNT_BACKUPS, APT_MARKS, ApplyRecord
from tuile.policy.text import Text

_SHOWN: Mapping[str, Text] = {
    "file": Text("{}", "{}"),
    "link": Text("{}", "{}"),
    "attributes": Text("mode and owner of {}", "droits et propriétaire de {}"),
    "unit": Text("whether {} runs", "marche ou arrêt de {}"),
    "reload": Text("whether {} runs", "marche ou arrêt de {}"),
    "sysctl": Text("{} in the kernel", "{} dans le noyau"),
    "module": Text("kernel module {}", "module noyau {}"),
    "mount": Text("options of {}", "options de {}"),
    "package": Text("package {}", "paquet {}"),
    "account": Text("account {}", "compte {}"),
    "table": Text("table {} of the firewall", "table {} du pare-feu"),
    "audit": Text("audit rules in the kernel", "règles d’audit du noyau"),
}


_OF_ALL = (
    *("links=", "packages=", "removes=", "accounts=", "came=", f"file={APT_MARKS}"),
    *(f"file={path}" for path in ACCOUNT_BACKUPS),
)
"""What changes along with anything of its sort: one rule alone cannot have it back where others changed it too."""


@dataclass(frozen=True)
class ChangedResource:
    """One thing that an apply changed on a host."""

    sort: str
    name: str

    @property
    def text(self) -> Text:
        """Return it in words."""
        words = _SHOWN.get(self.sort, Text("{}", "{}"))
        return Text(words.en.format(self.name), words.fr.format(self.name))


@dataclass(frozen=True)
class ChangedSince:
    """One thing that somebody else changed after the apply: as it was before it, as it was left, and as it is now."""

    thing: ChangedResource
    was: str
    left: str
    now: str


@dataclass(frozen=True)
class HostUndo:
    """What an undo comes to on one host."""

    host: str
    run: int
    at: datetime
    """When the apply was."""
    back: tuple[ChangedResource, ...] = ()
    meanwhile: tuple[ChangedSince, ...] = ()
    why_not: Text | None = None
    """Why nothing is undone here."""
    already: bool = False
    """Whether nothing had to go back: all is as it was before the apply."""
    done: bool = False
    trouble: tuple[str, ...] = ()
    """What could not be put back."""
    failing: tuple[str, ...] | None = None
    """The rules of that apply that fail now, as seen by the check afterwards; None: nobody looked."""

    def calls_for(self, *, over: bool) -> bool:
        """Return whether there is something to put back."""
        return self.why_not is None and bool(self.back or (over and self.meanwhile))


@dataclass(frozen=True)
class UndoReport:
    """One undo of some hosts; `run` is the number of the check that followed it."""

    hosts: tuple[HostUndo, ...]
    over: bool = False
    """Whether what others changed since is put back as well."""
    run: int | None = None


def things_for(applied: ApplyRecord, rules: Iterable[str]) -> tuple[str, ...] | Text:
    """Return what must go back for these rules to be undone (none: all, as ()), or why they cannot be alone."""
    chosen = set(rules)
    if not chosen or chosen >= applied.kept.things.keys():
        return ()
    unknown = sorted(chosen - applied.kept.things.keys())
    if unknown:
        names = ", ".join(unknown)
        return Text(f"that apply did not put right {names}", f"cette application n’a pas corrigé {names}")
    wanted = {thing for rule in chosen for thing in applied.kept.things[rule]}
    rest = {rule: set(things) for rule, things in applied.kept.things.items() if rule not in chosen}
    others = sorted(rule for rule, things in rest.items() if _own(things) & _own(wanted))
    if others:
        names = " ".join(f"--rule {rule}" for rule in others)
        return Text(
            f"it shares files with others of that apply; undo them together: add {names}",
            f"elle partage des fichiers avec d’autres de cette application ; annulez-les ensemble : ajoutez {names}",
        )
    shared = {thing for things in rest.values() for thing in things if thing.startswith(_OF_ALL)}
    return tuple(sorted(wanted - shared))


def meant(things: Collection[str], sort: str, name: str) -> bool:
    """Return whether a thing that changed is one of these, or came with one of them; no things: all."""
    if not things or f"{sort}={name}" in things:
        return True
    match sort:
        case "package":
            return "packages=all" in things or f"removes={name.partition(':')[0]}" in things
        case "account":
            return "accounts=all" in things or "account=*" in things
        case "table":
            return "firewall=nftables" in things
        case "link":
            return any(_holds(thing, name) for thing in things)
    return False


def _holds(thing: str, link: str) -> bool:
    """Return whether a thing is the folder of a link, or a unit that the link has start."""
    sort, _, name = thing.partition("=")
    if sort == "links":
        return link.startswith(f"{name}/")
    return sort == "unit" and re.sub(r"^[SK]\d\d", "", link.rpartition("/")[2]) in (name, name.removesuffix(".service"))


def _own(things: Iterable[str]) -> set[str]:
    """Return what two rules cannot share: a program that both reload, or the folders of all units, are no bond."""
    return {thing for thing in things if not thing.startswith(("reload=", "audit=", *_OF_ALL))}
