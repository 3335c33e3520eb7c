"""Puts the hosts of a rollout back as they were before it, apply by apply, the last one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuile.flows import undo
from tuile.flows.hands import Hands
from tuile.policy.guarded import Applied, Ending
from tuile.policy.rollout import Member
from tuile.policy.undone import HostUndo


def roll_back(members: Sequence[Member], hands: Hands) -> Iterator[HostUndo]:
    """Undo what the rollout did on these hosts and yield each undo, as a check afterwards sees it.

    What others changed since is left. A host on which one apply cannot be undone keeps the earlier ones as well.
    """
    applies = {member.host: _confirmed(member, hands) for member in members if member.host in hands.prepared.targets}
    while layer := [rows.pop() for rows in applies.values() if rows]:
        for shown in _undone(layer, hands):
            if not shown.done or shown.meanwhile:
                applies[shown.host].clear()
            yield shown


def _confirmed(member: Member, hands: Hands) -> list[Applied]:
    found = [one for run in member.runs for one in hands.store.applies(run)]
    return [one for one in found if one.host == member.host and one.ending in (Ending.confirmed, None)]


def _undone(layer: Sequence[Applied], hands: Hands) -> Iterator[HostUndo]:
    watch = hands.order.watch
    looked = list(undo.look(layer, (), hands.prepared, watch))
    todo = [one for one in looked if one.shown.calls_for(over=False)]
    yield from (one.shown for one in looked if one not in todo)
    done = list(undo.undo(todo, hands.prepared, watch, over=False))
    for one in done:
        if one.shown.done and not one.shown.meanwhile:
            hands.store.end_apply(one.applied.kept.id, Ending.undone, "", hands.clock())
    run = hands.open_run()
    for shown, result in undo.look_again(done, hands.prepared, watch):
        if result is not None:
            hands.store.save(run, result, hands.clock())
        yield shown
    hands.store.finish(run, hands.clock())
