"""A rollout as a state: which hosts may be started now, what each end means, and when the next ring
opens.

Every function takes a rollout and returns the next one; what is not possible in a state raises
`Impossible`. Flows store each state before they act on it, so that a rollout goes on from wherever
its controller died.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tuile.policy.text import Text


class Impossible(ValueError):
    """What was asked for makes no sense in this state of a rollout."""


class Phase(StrEnum):
    """What a rollout as a whole is doing."""

    working = "working"
    """Hosts of the current ring are being put right."""
    soaking = "soaking"
    """The ring is done; the next one opens once its time is over and its gate holds."""
    waiting = "waiting"
    """Nothing is left to do but for hosts that were away or outside their window."""
    stopped = "stopped"
    """Too many hosts failed, or a gate did not hold."""
    paused = "paused"
    finished = "finished"
    aborted = "aborted"


class Step(StrEnum):
    """How far one host is."""

    waiting = "waiting"
    applying = "applying"
    """Begun. After a crash: nobody knows, until the host is asked."""
    done = "done"
    failed = "failed"
    away = "away"
    """It did not answer; it is caught up when it returns."""
    held = "held"
    """It is outside its window; it is caught up within it."""
    unclear = "unclear"
    """It was begun when the controller died, and has not answered since: it is asked before
    anything is done.
    """
    left_out = "left_out"
    """It is not part of the rollout: check only, or without a plan."""


OVER = (Phase.finished, Phase.aborted)
LATER = (Step.away, Step.held, Step.unclear)
"""Hosts that wait for a better moment: they do not fail a ring, nor do they vouch for it."""


@dataclass(frozen=True)
class Pace:
    """How fast a rollout may go."""

    parallel: int = 5
    """Hosts at the same time."""
    max_fail: int = 0
    """Hosts of a ring that may fail before the rollout stops."""
    soak: timedelta = timedelta()
    """Between the end of a ring and its gate."""


@dataclass(frozen=True)
class Member:
    """One host of a rollout."""

    host: str
    ring: int
    step: Step = Step.waiting
    why: Text | None = None
    runs: tuple[int, ...] = ()
    """The runs in which it was begun, one for each try."""
    open: Mapping[str, str] = field(default_factory=dict)
    """What did not pass right after the apply: the outcome by rule.

    The gate looks for more than this.
    """


@dataclass(frozen=True)
class Rollout:
    """One version of a baseline on its way to some hosts."""

    id: int
    baseline: str
    """The name and version: "linux-server 1.2.0"."""
    started: datetime
    rings: tuple[str, ...]
    members: Mapping[str, Member]
    pace: Pace = Pace()
    phase: Phase = Phase.working
    ring: int = 0
    """The ring at work, as an index of `rings`."""
    until: datetime | None = None
    """The end of the soak, once the ring is done."""
    why: tuple[Text, ...] = ()
    """Why it is stopped."""

    def of_ring(self, ring: int) -> tuple[Member, ...]:
        """Return the hosts of a ring, sorted."""
        return tuple(member for _, member in sorted(self.members.items()) if member.ring == ring)

    def count(self, ring: int, *steps: Step) -> int:
        """Return how many hosts of a ring are at one of these steps."""
        return sum(member.step in steps for member in self.of_ring(ring))

    def hosts(self, *steps: Step) -> tuple[str, ...]:
        """Return the hosts at one of these steps, of the rings that are open, the first ring first."""
        found = [m for m in self.members.values() if m.step in steps and m.ring <= self.ring]
        return tuple(
            member.host for member in sorted(found, key=lambda member: (member.ring, member.host))
        )


def due(rollout: Rollout) -> tuple[str, ...]:
    """Return the hosts to start now, in one batch; none while others are being put right, or once
    too many failed.
    """
    if (
        rollout.phase is not Phase.working
        or rollout.hosts(Step.applying)
        or _too_many(rollout) is not None
    ):
        return ()
    return rollout.hosts(Step.waiting)[: rollout.pace.parallel]


def begin(rollout: Rollout, hosts: Iterable[str], run: int) -> Rollout:
    """Note that hosts are being put right, in a run, before anything is done on them.

    Raises:
        Impossible: they are not due.

    """
    chosen, may = list(hosts), due(rollout)
    if not set(chosen) <= set(may):
        raise Impossible(f"not due: {', '.join(sorted(set(chosen) - set(may)))}")
    return _with(rollout, (_begun(rollout.members[host], run) for host in chosen))


def end(
    rollout: Rollout,
    host: str,
    step: Step,
    why: Text | None = None,
    left: Mapping[str, str] | None = None,
) -> Rollout:
    """Note what a host came to. `left` is what does not pass on a host that is done, by rule.

    Raises:
        Impossible: it was not begun, or this is no end of what was begun.

    """
    member = rollout.members[host]
    if step not in _ENDS.get(member.step, ()):
        raise Impossible(f"{host} is {member.step}, which does not become {step}")
    return _with(rollout, [replace(member, step=step, why=why, open=dict(left or {}))])


def turn(rollout: Rollout, now: datetime) -> Rollout:
    """Return the rollout in the phase that the steps of its hosts call for; only one that is at
    work turns.
    """
    if rollout.phase is not Phase.working or rollout.hosts(Step.applying):
        return rollout
    if (ring := _too_many(rollout)) is not None:
        names = ", ".join(
            member.host for member in rollout.of_ring(ring) if member.step is Step.failed
        )
        words = Text(
            f"failed in the ring {rollout.rings[ring]}: {names}",
            f"échec dans l’anneau {rollout.rings[ring]} : {names}",
        )
        return replace(rollout, phase=Phase.stopped, why=(words,))
    return rollout if rollout.hosts(Step.waiting) else _ring_done(rollout, now)


def gate(
    rollout: Rollout, now: datetime, reasons: Iterable[Text], *, early: bool = False
) -> Rollout:
    """Open the next ring where there is no reason against it, else stop; `early`: before the soak
    is over.

    Raises:
        Impossible: the ring is not done, or has not soaked for long enough.

    """
    if rollout.phase is not Phase.soaking or rollout.until is None:
        raise Impossible(f"the rollout is {rollout.phase}, so no gate is to be passed")
    if now < rollout.until and not early:
        raise Impossible(f"the ring soaks until {rollout.until:%Y-%m-%d %H:%M} UTC")
    against = tuple(reasons)
    if against:
        return replace(rollout, phase=Phase.stopped, why=against)
    opened = replace(rollout, phase=Phase.working, ring=rollout.ring + 1, until=None, why=())
    return turn(opened, now)


def pause(rollout: Rollout) -> Rollout:
    """Start no further host until it is resumed; what was begun comes to its end.

    Raises:
        Impossible: it is over.

    """
    if rollout.phase in OVER:
        raise Impossible(f"the rollout is {rollout.phase}")
    return replace(rollout, phase=Phase.paused)


def resume(rollout: Rollout, now: datetime) -> Rollout:
    """Go on: hosts that failed, were away or outside their window are tried again.

    Raises:
        Impossible: it is over, or hosts that were begun have not been asked yet how that ended.

    """
    if rollout.phase in OVER or rollout.hosts(Step.applying):
        raise Impossible(f"the rollout is {rollout.phase}")
    again = [m for m in rollout.members.values() if m.ring <= rollout.ring and m.step in _AGAIN]
    opened = _with(rollout, (replace(member, step=Step.waiting, why=None) for member in again))
    return turn(replace(opened, phase=Phase.working, why=()), now)


def abort(rollout: Rollout) -> Rollout:
    """End it; hosts that were not begun are left as they are.

    Raises:
        Impossible: it is over.

    """
    if rollout.phase in OVER:
        raise Impossible(f"the rollout is {rollout.phase}")
    return replace(rollout, phase=Phase.aborted, until=None)


def _begun(member: Member, run: int) -> Member:
    return replace(member, step=Step.applying, runs=(*member.runs, run), why=None)


def _ring_done(rollout: Rollout, now: datetime) -> Rollout:
    """Return what follows on a ring of which no host is left to be started."""
    ring, last = rollout.ring, len(rollout.rings) - 1
    if ring < last and rollout.count(ring, Step.left_out) == len(rollout.of_ring(ring)):
        return turn(replace(rollout, ring=ring + 1), now)  # nobody is there to vouch for anything
    later = rollout.hosts(*LATER) if ring == last else rollout.count(ring, *LATER)
    if ring == last and not later:
        return replace(rollout, phase=Phase.finished)
    if later and (ring == last or not rollout.count(ring, Step.done)):
        return replace(rollout, phase=Phase.waiting)
    return replace(rollout, phase=Phase.soaking, until=rollout.until or now + rollout.pace.soak)


def _too_many(rollout: Rollout) -> int | None:
    """Return the first ring of which more hosts failed than may, or None."""
    rings = range(rollout.ring + 1)
    return next(
        (ring for ring in rings if rollout.count(ring, Step.failed) > rollout.pace.max_fail), None
    )


def _with(rollout: Rollout, members: Iterable[Member]) -> Rollout:
    return replace(
        rollout, members={**rollout.members, **{member.host: member for member in members}}
    )


_AGAIN = (Step.failed, Step.away, Step.held)
"""Hosts that are tried again when a rollout is resumed."""
_ENDS = {
    Step.waiting: (Step.held, Step.left_out, Step.away),
    Step.applying: (Step.done, Step.failed, Step.away, Step.held, Step.waiting, Step.unclear),
    Step.unclear: (Step.done, Step.failed, Step.waiting, Step.unclear),
}
"""What may become of a host: one that is done is never begun again."""
