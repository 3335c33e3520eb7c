"""What a rollout has done on hosts: put right in batches, asked after a crash, looked at again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from tuile.gather import run_probes
from tuile.jobs import apply as refusals
from tuile.jobs.check import check
from tuile.jobs.diff import HostDiff, diff
from tuile.jobs.guarded_apply import PATIENCE, ApplyOptions, guarded_apply
from tuile.platforms.linux import guard
from tuile.policy.change import safety
from tuile.policy.change.pre_image import ApplyRecord, Ending, GuardOutcome, PreImage
from tuile.policy.errors import Unseen
from tuile.policy.model import HostResult
from tuile.policy.rollout.gate import open_of, settled, step_of
from tuile.policy.rollout.state import Member, Step
from tuile.policy.text import Text
from tuile.store import Store
from tuile.workspace.prepare import Workspace

if TYPE_CHECKING:
    from testinfra.host import Host

_PAUSE = 2.0
_GONE = Text(
    "it is no longer in the inventory, or has no plan",
    "il n’est plus dans l’inventaire, ou n’a pas de plan",
)


@dataclass(frozen=True)
class MemberOutcome:
    """What one host came to; `open`: what does not pass there, by rule."""

    host: str
    step: Step
    why: Text | None = None
    open: Mapping[str, str] = field(default_factory=dict)


@dataclass
class RolloutExecutor:
    """The hosts of a rollout, and how they are put right.

    All that is seen and done is stored as it happens.
    """

    workspace: Workspace
    order: ApplyOptions
    store: Store
    clock: Callable[[], datetime]
    this_machine: str | None = None
    _cut_short: set[str] = field(default_factory=set)
    """Hosts on which an apply may have begun that this store does not know by its id."""

    def hindrance(self, host: str) -> MemberOutcome | None:
        """Return why a host cannot be put right now; None where it can."""
        plan = self.workspace.plans.get(host)
        if plan is None:
            return MemberOutcome(host, Step.left_out, _GONE)
        why = safety.refusal(plan.traits, self.clock())
        return None if why is None else MemberOutcome(host, Step.held, why)

    def open_run(self) -> int:
        """Begin a run of the store, and return its number."""
        return self.store.begin(
            self.clock(), sorted({b for p in self.workspace.plans.values() for b in p.baselines})
        )

    def remediate(self, hosts: Sequence[str], run: int) -> Iterator[MemberOutcome]:
        """Put hosts right at the same time and yield what each came to.

        A host that an apply of a dead controller still holds is tried again until that one has been
        put back.
        """
        left, late = list(hosts), time.monotonic() + self.order.confirm_within + PATIENCE
        while left:
            again: list[str] = []
            for found, refused in self._once(left, run):
                if refused and found.host in self._cut_short and time.monotonic() < late:
                    again.append(found.host)
                else:
                    yield found
            left = again
            time.sleep(_PAUSE if left else 0)
        self.store.finish(run, self.clock())

    def ask(self, members: Sequence[Member]) -> Iterator[MemberOutcome]:
        """Yield what became of hosts that were begun when the controller died, in their own words.

        What is still armed there is put back: nobody has looked at what it was armed for.
        """
        here = [member for member in members if member.host in self.workspace.plans]
        yield from (
            MemberOutcome(member.host, Step.unclear, _GONE)
            for member in members
            if member not in here
        )
        kept = {member.host: self._kept(member) for member in here}
        known = {host: one for host, one in kept.items() if one is not None}
        self._cut_short |= kept.keys() - known.keys()
        yield from (MemberOutcome(host, Step.waiting) for host in kept.keys() - known.keys())
        confirmed: list[str] = []
        for host, state in self._endings(known):
            if isinstance(state, Text):
                yield MemberOutcome(host, Step.unclear, state)
                continue
            self.store.end_apply(known[host].kept.id, state, "", self.clock())
            if state is Ending.confirmed:
                confirmed.append(host)
            else:
                yield MemberOutcome(host, Step.waiting)
        runs = {member.host: member.runs[-1] for member in here if member.runs}
        for result in self._check(confirmed):
            self.store.save(runs[result.host], result, self.clock())
            yield MemberOutcome(
                result.host, *settled(result, known[result.host].kept.resources), open_of(result)
            )

    def look_again(self, hosts: Sequence[str]) -> dict[str, HostResult]:
        """Check hosts once more, as a run of its own, and return what was seen."""
        run, seen = self.open_run(), {}
        for result in self._check(hosts):
            self.store.save(run, result, self.clock())
            seen[result.host] = result
        self.store.finish(run, self.clock())
        return seen

    def _once(self, hosts: Sequence[str], run: int) -> Iterator[tuple[MemberOutcome, bool]]:
        """Yield what hosts came to, and whether the host itself refused."""
        part, todo, own = self._of(hosts), [], refusals.own_machine_id()
        for found in diff(part, self.order.check_context):
            self.store.save(run, found.result, self.clock())
            end = self._without_work(found, own)
            if end is None:
                todo.append(found)
            else:
                yield end, False
        order = replace(self.order, ledger=_Ledger(self.store, run, self.clock))
        with closing(
            guarded_apply(todo, part, order)
        ) as carrying:  # whatever stops it here, hosts are put back at once
            for carried in carrying:
                if carried.after is not None:
                    self.store.save(run, carried.after, self.clock())
                host, refused = carried.applied.host, carried.applied.refused is not None
                yield (
                    MemberOutcome(
                        host,
                        *step_of(carried.applied),
                        open_of(carried.after) if carried.after else {},
                    ),
                    refused,
                )

    def _without_work(self, found: HostDiff, own: str) -> MemberOutcome | None:
        """Return the end of a host on which nothing is to be done, or may be done; None where there
        is work.
        """
        result = found.result
        if not result.reached:
            return MemberOutcome(result.host, Step.away, result.not_reached)
        if not found.todo.kinds:
            return MemberOutcome(result.host, Step.done, None, open_of(result))
        why = refusals.refusal(found, self.workspace, self.this_machine, own)
        return None if why is None else MemberOutcome(result.host, Step.failed, why)

    def _kept(self, member: Member) -> ApplyRecord | None:
        applies = self.store.applies(member.runs[-1]) if member.runs else ()
        return next((one for one in reversed(applies) if one.host == member.host), None)

    def _endings(self, known: Mapping[str, ApplyRecord]) -> Iterator[tuple[str, Ending | Text]]:
        """Yield how applies ended; a host that is putting itself back is waited for."""
        left, late = dict(known), time.monotonic() + PATIENCE
        while left:
            jobs = [
                (self.workspace.targets[h], {"": partial(_ending, kept=one.kept.id)})
                for h, one in left.items()
            ]
            for sight in run_probes(jobs, self.order.check_context.limits):
                answer = sight.not_reached or sight.seen.get("")
                if isinstance(answer, Unseen):
                    answer = answer.text
                if answer is not None or time.monotonic() > late:
                    del left[sight.host]
                    yield sight.host, answer or Text("it is putting itself back", "il se rétablit")
            time.sleep(_PAUSE if left else 0)

    def _check(self, hosts: Sequence[str]) -> Iterator[HostResult]:
        return check(self._of(hosts), self.order.check_context) if hosts else iter(())

    def _of(self, hosts: Sequence[str]) -> Workspace:
        plans = {host: self.workspace.plans[host] for host in hosts if host in self.workspace.plans}
        return replace(self.workspace, plans=plans)


@dataclass(frozen=True)
class _Ledger:
    """Notes in the store what hosts keep; a store that fails stops the apply, which then is put
    back.
    """

    store: Store
    run: int
    clock: Callable[[], datetime]

    def saved(self, host: str, kept: PreImage, engine: str) -> None:
        self.store.save_apply(self.run, host, kept, engine, self.clock())

    def ended(self, host: str, guarded: GuardOutcome) -> None:
        del host
        self.store.end_apply(guarded.id, guarded.ending, guarded.after, self.clock())


def _ending(host: Host, kept: str) -> Ending | None:
    """Return how an apply ended, as its host says; what is armed is put back.

    None: it is being put back.
    """
    standing = guard.status(host, kept)
    if standing.state == "armed":
        guard.roll_back(host, kept)
        return Ending.put_back
    if standing.state == "confirmed":
        return Ending.confirmed
    return None if standing.state in ("restoring", "undoing") else Ending.put_back_itself
