"""Plays tampers and harmless changes, as many at the same time as can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.tamper.later import MOMENTS
from tests.tamper.stage import Stage
from tests.tamper.tamper import Tamper, batches

AT_ONCE = 12
Said = Mapping[str, str]
"""By name, what was not as it must be; "" where all was."""


def tampers(
    stage: Stage, chosen: Sequence[Tamper], most: int, tell: Callable[[Said], None]
) -> Said:
    """Return why each was not seen, and tell it batch by batch."""
    found = {one.name: "" for one in chosen}
    for batch in batches([one for one in chosen if one.seen_by], most):
        found |= together(stage, batch)
        tell({one.name: found[one.name] for one in batch})
    return found


def together(stage: Stage, batch: Sequence[Tamper]) -> Said:
    """Play one batch; return why each was not seen, by name.

    Who was not seen among others has a host to himself before that counts.
    """
    stage.host.reset()
    why = stage.unseen(batch)
    for one in [one for one in batch if one.name in why and len(batch) > 1]:
        stage.host.reset()
        del why[one.name]
        why |= stage.unseen([one])
    return why


def harmless(stage: Stage, chosen: Sequence[Tamper]) -> Said:
    """Return what each sets off: all are done on one host, and halves of them where that is not
    quiet.
    """
    if not chosen:
        return {}
    said = _set_off(stage, chosen)
    if not said or len(chosen) == 1:
        return {one.name: said for one in chosen}
    middle = len(chosen) // 2
    found = {**harmless(stage, chosen[:middle]), **harmless(stage, chosen[middle:])}
    if not any(found.values()):
        found[chosen[-1].name] = f"together with the others: {said}"
    return found


def moments(stage: Stage) -> Said:
    """Return what sets a rule off of all that comes by itself, each over a host that nobody
    touched.
    """
    return {name: _moment(stage, come) for name, come in MOMENTS.items()}


def _set_off(stage: Stage, chosen: Sequence[Tamper]) -> str:
    stage.host.reset()
    failed = {one.name: words for one in chosen if (words := stage.run(one.script))}
    return _words(failed or stage.alarms())


def _moment(stage: Stage, come: Callable[[Stage], str]) -> str:
    stage.host.reset()
    return come(stage) or _words(stage.alarms())


def _words(said: Said) -> str:
    return ", ".join(f"{name}: {words}" for name, words in said.items())
