"""Puts the hosts of a rollout back as they were before it, apply by apply, the last one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuile.jobs import undo
from tuile.jobs.rollout_executor import RolloutExecutor
from tuile.policy.change.pre_image import ApplyRecord, Ending
from tuile.policy.change.undo import HostUndo
from tuile.policy.rollout.state import Member


def roll_back(members: Sequence[Member], executor: RolloutExecutor) -> Iterator[HostUndo]:
    """Undo what the rollout did on these hosts and yield each undo, as a check afterwards sees it.

    What others changed since is left. A host on which one apply cannot be undone keeps the earlier
    ones as well.
    """
    applies = {
        member.host: _confirmed(member, executor)
        for member in members
        if member.host in executor.workspace.targets
    }
    while layer := [rows.pop() for rows in applies.values() if rows]:
        for shown in _undone(layer, executor):
            if not shown.done or shown.meanwhile:
                applies[shown.host].clear()
            yield shown


def _confirmed(member: Member, executor: RolloutExecutor) -> list[ApplyRecord]:
    found = [one for run in member.runs for one in executor.store.applies(run)]
    return [
        one for one in found if one.host == member.host and one.ending in (Ending.confirmed, None)
    ]


def _undone(layer: Sequence[ApplyRecord], executor: RolloutExecutor) -> Iterator[HostUndo]:
    check_context = executor.order.check_context
    looked = list(undo.look(layer, (), executor.workspace, check_context))
    todo = [one for one in looked if one.shown.calls_for(over=False)]
    yield from (one.shown for one in looked if one not in todo)
    done = list(undo.undo(todo, executor.workspace, check_context, over=False))
    for one in done:
        if one.shown.done and not one.shown.meanwhile:
            executor.store.end_apply(one.applied.kept.id, Ending.undone, "", executor.clock())
    run = executor.open_run()
    for shown, result in undo.look_again(done, executor.workspace, check_context):
        if result is not None:
            executor.store.save(run, result, executor.clock())
        yield shown
    executor.store.finish(run, executor.clock())
