"""What an undo puts back on a host, what it leaves because somebody else changed it since, and how
that ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tuile.policy.change.pre_image import ApplyRecord
from tuile.policy.change.resource import Resource
from tuile.policy.kind import Resources
from tuile.policy.text import Text


@dataclass(frozen=True)
class ChangedSince:
    """One thing that somebody else changed after the apply: as it was before it, as it was left,
    and as it is now.
    """

    resource: Resource
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
    back: tuple[Resource, ...] = ()
    meanwhile: tuple[ChangedSince, ...] = ()
    why_not: Text | None = None
    """Why nothing is undone here."""
    already: bool = False
    """Whether nothing had to go back: all is as it was before the apply."""
    done: bool = False
    trouble: tuple[str, ...] = ()
    """What could not be put back."""
    failing: tuple[str, ...] | None = None
    """The rules of that apply that fail now, as seen by the check afterwards; None: nobody looked.
    """

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


def resources_for(applied: ApplyRecord, rules: Iterable[str]) -> Resources | Text:
    """Return what must go back for these rules to be undone, or why they cannot be undone alone.

    None are named, or all that were put right: all of it, as ().
    """
    chosen, by_rule = set(rules), applied.kept.resources
    if not chosen or chosen >= by_rule.keys():
        return ()
    unknown = sorted(chosen - by_rule.keys())
    if unknown:
        names = ", ".join(unknown)
        return Text(
            f"that apply did not put right {names}", f"cette application n’a pas corrigé {names}"
        )
    wanted = {str(one): one for rule in chosen for one in by_rule[rule]}
    rest = {rule: resources for rule, resources in by_rule.items() if rule not in chosen}
    bound = _not_shared(wanted.values())
    others = sorted(rule for rule, resources in rest.items() if _not_shared(resources) & bound)
    if others:
        return _together(others)
    elsewhere = {str(one) for resources in rest.values() for one in resources}
    names_of_own = sorted(
        name for name, one in wanted.items() if not (one.type.of_all and name in elsewhere)
    )
    return tuple(wanted[name] for name in names_of_own)


def meant(resources: Resources, changed: Resource) -> bool:
    """Return whether what changed is one of these, or came with one of them; none: all is meant."""
    return not resources or any(one.holds(changed) for one in resources)


def _together(others: Iterable[str]) -> Text:
    names = " ".join(f"--rule {rule}" for rule in others)
    return Text(
        f"it shares files with others of that apply; undo them together: add {names}",
        "elle partage des fichiers avec d’autres de cette application ; annulez-les ensemble :"
        f" ajoutez {names}",
    )


def _not_shared(resources: Iterable[Resource]) -> set[str]:
    """Return what two rules cannot both have and be undone one without the other."""
    return {str(one) for one in resources if not one.type.shared}
