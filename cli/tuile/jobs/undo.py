"""Puts hosts back as they were before an apply, around what others changed since, and looks again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tuile.gather import run_probes
from tuile.jobs.check import CheckContext, check
from tuile.platforms.interface import Probe
from tuile.platforms.linux import guard
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import LINK
from tuile.policy.change.pre_image import ApplyRecord, Ending
from tuile.policy.change.undo import ChangedSince, HostUndo, meant, resources_for
from tuile.policy.errors import Refused, Unseen
from tuile.policy.kind import Resources
from tuile.policy.model import HostResult, Outcome
from tuile.policy.text import Text
from tuile.store import Store
from tuile.workspace.prepare import Workspace

if TYPE_CHECKING:
    from testinfra.host import Host

_SILENCE = 300.0


@dataclass(frozen=True)
class HostUndoPlan:
    """One host of an undo: what is shown of it, and what the host is asked to put back (nothing
    named: all).
    """

    applied: ApplyRecord
    shown: HostUndo
    resources: Resources = ()

    @property
    def host(self) -> str:
        """Return the name of the host."""
        return self.applied.host


def applies(store: Store, run: int | None, hosts: Iterable[str]) -> list[ApplyRecord]:
    """Return the applies of these hosts in a run, or the last of each (None), that can be undone.

    Raises:
        Refused: there is none.
        StoreError: the store cannot be read.

    """
    known = set(hosts)
    found = [
        one
        for one in store.applies(run)
        if one.host in known and one.ending in (Ending.confirmed, None)
    ]
    if not found:
        where, there = ("", "") if run is None else (f" in run {run}", f" du relevé {run}")
        raise Refused(
            f"there is no apply of these hosts{where} that could be undone. tuile history HOST"
            " shows what was.",
            f"aucune application{there} sur ces machines ne peut être annulée. tuile history "
            f"MACHINE montre "
            "ce qui a eu lieu.",
        )
    return found


def look(
    found: Sequence[ApplyRecord],
    rules: Iterable[str],
    workspace: Workspace,
    check_context: CheckContext,
) -> Iterator[HostUndoPlan]:
    """Yield what an undo of these applies would put back, and what somebody else has changed since."""
    chosen = {one.host: resources_for(one, rules) for one in found}
    looks = {one.host: partial(_compare, kept=one.kept.id) for one in found}
    by_host = {one.host: one for one in found}
    for host, answer in _ask(looks, workspace, check_context):
        one, resources = by_host[host], chosen[host]
        blank = HostUndo(host, one.run, one.at)
        if isinstance(answer, Text):
            yield HostUndoPlan(one, replace(blank, why_not=answer))
        elif isinstance(resources, Text):
            yield HostUndoPlan(one, replace(blank, why_not=resources))
        else:
            comparison, texts = answer
            yield _undoing(one, blank, comparison, texts, resources)


def undo(
    undoings: Sequence[HostUndoPlan],
    workspace: Workspace,
    check_context: CheckContext,
    *,
    over: bool,
) -> Iterator[HostUndoPlan]:
    """Put back what `look` found, and yield each host as it is done; `over`: what others changed
    since as well.
    """
    todo = {one.applied.host: one for one in undoings}
    looks = {
        host: partial(_put_back, kept=one.applied.kept.id, resources=one.resources, over=over)
        for host, one in todo.items()
    }
    for host, answer in _ask(looks, workspace, check_context):
        shown = todo[host].shown
        failed = isinstance(answer, Text)
        shown = (
            replace(shown, why_not=answer) if failed else replace(shown, done=True, trouble=answer)
        )
        yield replace(todo[host], shown=shown)


def look_again(
    undone: Sequence[HostUndoPlan], workspace: Workspace, check_context: CheckContext
) -> Iterator[tuple[HostUndo, HostResult | None]]:
    """Yield what each host came to, with what a check over a new connection sees."""
    shown = {one.applied.host: one.shown for one in undone}
    plans = {
        host: workspace.plans[host]
        for host, one in shown.items()
        if one.done and host in workspace.plans
    }
    for host in shown.keys() - plans.keys():
        yield shown[host], None
    rules = {one.applied.host: one.applied.kept.resources.keys() for one in undone}
    for result in check(replace(workspace, plans=plans), check_context) if plans else ():
        failed = (verdict.rule for verdict in result.verdicts if verdict.outcome is Outcome.failed)
        failing = tuple(rule for rule in failed if rule in rules[result.host])
        yield replace(shown[result.host], failing=failing if result.reached else None), result


def _undoing(
    one: ApplyRecord,
    blank: HostUndo,
    comparison: guard.Comparison,
    texts: Mapping[str, str],
    resources: Resources,
) -> HostUndoPlan:
    mine = [change for change in comparison.changes if meant(resources, change.resource)]
    theirs = [change for change in mine if change.changed_since]
    back = [change for change in mine if not change.changed_since and change.now != change.was]
    meanwhile = tuple(
        ChangedSince(
            change.resource,
            *(
                texts.get(f"{which} {change.resource.name}", getattr(change, which))
                for which in ("was", "left", "now")
            ),
        )
        for change in theirs
    )
    shown = replace(
        blank,
        back=tuple(change.resource for change in back),
        meanwhile=meanwhile,
    )
    if not back and not theirs:
        shown = replace(shown, already=True)
    links = tuple(change.resource for change in mine if change.resource.type is LINK)
    return HostUndoPlan(one, shown, (*resources, *links) if resources else ())


def _put_back(host: Host, kept: str, resources: Resources, *, over: bool) -> tuple[str, ...]:
    """Put resources back, and return what could not be."""
    guard.undo(host, kept, resources, over=over)
    return guard.status(host, kept).trouble


def _compare(host: Host, kept: str) -> tuple[guard.Comparison, dict[str, str]]:
    """Return the comparison, and the three texts of each file that was changed since."""
    found = guard.compare(host, kept)
    texts = {}
    for change in found.changes:
        if change.changed_since and change.resource.type is FILE:
            for which, where in (("was", "files"), ("left", "left"), ("now", "now")):
                with suppress(
                    Unseen
                ):  # a file of a user, of hashes or of bytes that are no text: shown as what it is
                    texts[f"{which} {change.resource.name}"] = guard.text(
                        host, kept, where, change.resource.name
                    )
    return found, texts


def _ask(
    looks: Mapping[str, Probe], workspace: Workspace, check_context: CheckContext
) -> Iterator[tuple[str, Any]]:
    jobs = [(workspace.targets[host], {"": look}) for host, look in looks.items()]
    for sight in run_probes(
        jobs, replace(check_context.limits, silence=_SILENCE), check_context.progress
    ):
        answer = sight.not_reached or sight.seen[""]
        yield sight.host, answer.text if isinstance(answer, Unseen) else answer
