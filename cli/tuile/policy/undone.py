"""What an undo puts back on a host, what it leaves because somebody else changed it since, and how that ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tuile.policy.guarded import Applied
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


@dataclass(frozen=True)
class Thing:
    """One thing that an apply changed on a host."""

    sort: str
    name: str

    @property
    def text(self) -> Text:
        """Return it in words."""
        words = _SHOWN.get(self.sort, Text("{}", "{}"))
        return Text(words.en.format(self.name), words.fr.format(self.name))


@dataclass(frozen=True)
class Meanwhile:
    """One thing that somebody else changed after the apply: as it was before it, as it was left, and as it is now."""

    thing: Thing
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
    back: tuple[Thing, ...] = ()
    meanwhile: tuple[Meanwhile, ...] = ()
    why_not: Text | None = None
    """Why nothing is undone here."""
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


def things_for(applied: Applied, rules: Iterable[str]) -> tuple[str, ...] | Text:
    """Return what must go back for these rules to be undone (none: all, as ()), or why they cannot be alone."""
    chosen = set(rules)
    if not chosen or chosen >= applied.kept.things.keys():
        return ()
    unknown = sorted(chosen - applied.kept.things.keys())
    if unknown:
        names = ", ".join(unknown)
        return Text(f"that apply did not put right {names}", f"cette application n’a pas corrigé {names}")
    wanted = {thing for rule in chosen for thing in applied.kept.things[rule]}
    others = sorted(
        rule for rule, things in applied.kept.things.items() if rule not in chosen and _own(things) & _own(wanted)
    )
    if others:
        names = " ".join(f"--rule {rule}" for rule in others)
        return Text(
            f"it shares files with others of that apply; undo them together: add {names}",
            f"elle partage des fichiers avec d’autres de cette application ; annulez-les ensemble : ajoutez {names}",
        )
    return tuple(sorted(wanted))


def _own(things: Iterable[str]) -> set[str]:
    """Return what two rules cannot share: a program that both reload, or the folders of all units, are no bond."""
    return {thing for thing in things if not thing.startswith(("reload=", "links=", "packages=", "removes=", "audit="))}
