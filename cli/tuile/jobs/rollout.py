"""A rollout as it is carried out: every state is stored before it is acted on, so that it can go on
after any end.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tuile import paths
from tuile.jobs.rollout_executor import MemberOutcome
from tuile.policy.errors import Refused, Usage
from tuile.policy.model import HostResult
from tuile.policy.rollout import gate
from tuile.policy.rollout import state as machine
from tuile.policy.rollout.rings import Ring, deal
from tuile.policy.rollout.state import Impossible, Member, Pace, Phase, Rollout, Step
from tuile.policy.text import Text
from tuile.policy.traits import Safety
from tuile.store import Store
from tuile.workspace.prepare import Workspace

_CHECK_ONLY = Text("checked only: safety never", "contrôlé seulement : « safety: never »")

Probe = Callable[[Sequence[str]], Sequence[Text]]
"""Runs the user's own tests against hosts; returns what fails."""


class Executor(Protocol):
    """What is done on hosts; see `flows.hands.Hands`."""

    def hindrance(self, host: str) -> MemberOutcome | None:
        """Return why a host cannot be put right now."""

    def open_run(self) -> int:
        """Begin a run, and return its number."""

    def remediate(self, hosts: Sequence[str], run: int) -> Iterator[MemberOutcome]:
        """Put hosts right, and yield what each came to."""

    def ask(self, members: Sequence[Member]) -> Iterator[MemberOutcome]:
        """Yield what became of hosts that were begun when the controller died."""

    def look_again(self, hosts: Sequence[str]) -> Mapping[str, HostResult]:
        """Check hosts once more."""


def planned(
    workspace: Workspace, baseline: str, rings: Sequence[Ring], pace: Pace, at: datetime
) -> Rollout:
    """Return a new rollout over all hosts that have a plan; those that are only checked are left
    out.

    Raises:
        Usage: there is no such host, or one is in a ring that is not among `rings`.

    """
    if not workspace.plans:
        raise Usage("no host of the inventory is to be brought to this baseline.")
    named = {
        host: plan.traits.ring or str(workspace.targets[host].variables.get("tuile_ring", ""))
        for host, plan in workspace.plans.items()
    }
    members = {host: Member(host, ring) for host, ring in deal(named, rings).items()}
    new = Rollout(0, baseline, at, tuple(ring.name for ring in rings), members, pace)
    never = [host for host, plan in workspace.plans.items() if plan.traits.safety is Safety.never]
    for host in never:
        new = machine.end(new, host, Step.left_out, _CHECK_ONLY)
    if len(never) == len(members):
        raise Usage(
            "all of these hosts are checked only (safety: never): there is nothing to bring to"
            " them."
        )
    return new


@contextmanager
def alone(number: int) -> Iterator[None]:
    """Be the only one on this machine that works on a rollout; the kernel ends this with the
    process, however it ends.

    Raises:
        Refused: somebody else is working on it.

    """
    path = Path(f"{paths.store()}.rollout-{number}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"rollout {number} is being worked on by another process. Wait for it, or: tuile"
                " rollout pause",
                f"un autre processus travaille au déploiement {number}. Attendez qu’il finisse, "
                f"ou lancez : "
                "tuile rollout pause",
            ) from None
        yield


class Rolling:
    """One rollout being worked on, by one process at a time (see `alone`)."""

    def __init__(
        self,
        number: int,
        store: Store,
        doing: Executor,
        clock: Callable[[], datetime],
        told: Callable[[MemberOutcome], None] = lambda _end: None,
    ) -> None:
        self._number, self._store, self._doing, self._clock, self._told = (
            number,
            store,
            doing,
            clock,
            told,
        )

    def settle(self) -> Rollout:
        """Ask the hosts of which nobody knows what became of them."""
        rollout = self._turn(lambda found: found)
        for end in self._doing.ask(
            [rollout.members[host] for host in rollout.hosts(Step.applying, Step.unclear)]
        ):
            self._note(end)
        return self._turn(lambda found: found)

    def resume(self) -> Rollout:
        """Settle what is not known, and make the rollout go on.

        Raises:
            Impossible: it is over.

        """
        self.settle()
        return self._turn(lambda found: machine.resume(found, self._clock()))

    def work(self) -> Rollout:
        """Put right what is due, batch by batch, until nothing is or somebody else pauses or aborts
        it.
        """
        while True:
            rollout = self._turn(lambda found: machine.turn(found, self._clock()))
            due = machine.due(rollout)
            if not due:
                return rollout
            hindered = [end for host in due if (end := self._doing.hindrance(host)) is not None]
            for end in hindered:
                self._note(end)
            if not hindered:
                self._batch(due)

    def pass_gate(self, probe: Probe, *, early: bool = False) -> Rollout:
        """Look at the ring again and open the next one, or stop with the reasons.

        Raises:
            Impossible: no gate is to be passed now.

        """
        rollout = self._turn(lambda found: found)
        machine.gate(rollout, self._clock(), (), early=early)  # before anybody is looked at in vain
        members = rollout.of_ring(rollout.ring)
        hosts = [member.host for member in members if member.step is Step.done]
        against = list(gate.reasons(members, self._doing.look_again(hosts)))
        against += probe(hosts)
        return self._turn(lambda found: machine.gate(found, self._clock(), against, early=early))

    def _batch(self, due: Sequence[str]) -> None:
        run = self._doing.open_run()
        try:
            self._turn(lambda found: machine.begin(found, due, run))
        except Impossible:  # somebody paused or aborted it meanwhile
            return
        for end in self._doing.remediate(due, run):
            self._note(end)

    def _note(self, end: MemberOutcome) -> None:
        self._turn(lambda found: machine.end(found, end.host, end.step, end.why, end.open))
        self._told(end)

    def _turn(self, turned: Callable[[Rollout], Rollout]) -> Rollout:
        return self._store.turn_rollout(self._number, turned)


def seconds_left(rollout: Rollout, now: datetime) -> float:
    """Return the seconds until the ring has soaked, 0 where it has."""
    if rollout.phase is not Phase.soaking or rollout.until is None:
        return 0.0
    return max(0.0, (rollout.until - now).total_seconds())
