"""Carries an apply out so that no host is locked out or left half done: armed, put right, looked
at, confirmed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from tuile.engines.interface import Engine, EngineResult
from tuile.jobs.apply import applied, apply
from tuile.jobs.apply_ending import PlannedEnding
from tuile.jobs.armed_hosts import ArmedHosts
from tuile.jobs.check import CheckContext, check
from tuile.jobs.diff import HostDiff
from tuile.platforms.linux import guard
from tuile.policy.change.outcome import HostApplied
from tuile.policy.change.pre_image import (
    WITHIN,
    Ending,
    GuardOutcome,
    PreImage,
)
from tuile.policy.model import HostResult
from tuile.policy.text import Text
from tuile.workspace.prepare import Workspace

PATIENCE = 30.0
"""Seconds beyond that for a host to put itself back and to answer again."""
_PAUSE = 2.0


class HostPhase(StrEnum):
    """What is going on with one host."""

    armed = "armed"
    applied = "applied"
    away = "away"
    confirmed = "confirmed"
    put_back = "put_back"
    taking_back = "taking_back"
    """Interrupted: it is told to put all back now."""
    taken_back = "taken_back"
    """Interrupted, and all of it was put back."""
    in_part = "in_part"
    """Interrupted, and not all of it could be put back."""
    left = "left"
    """Interrupted, and it could not be told: it puts itself back once its time is over."""


class Ledger(Protocol):
    """Where it is noted what hosts keep of an apply; made before anything is changed."""

    def saved(self, host: str, kept: PreImage, engine: str) -> None:
        """Note what a host keeps."""

    def ended(self, host: str, guarded: GuardOutcome) -> None:
        """Note how it ended."""


@dataclass(frozen=True)
class ApplyOptions:
    """How an apply is carried out."""

    engine: Engine
    logs: Path
    check_context: CheckContext
    confirm_within: float = WITHIN
    irreversible: bool = False
    """Whether what cannot be undone is done all the same."""
    ledger: Ledger | None = None


@dataclass(frozen=True)
class GuardedResult:
    """What an apply came to on one host, and what the last look at it saw: None where nobody looked
    again.
    """

    applied: HostApplied
    after: HostResult | None


OnEvent = Callable[[str, HostPhase], None]


def _untold(_host: str, _phase: HostPhase) -> None:
    pass


def guarded_apply(
    diffs: Sequence[HostDiff], workspace: Workspace, order: ApplyOptions, told: OnEvent = _untold
) -> Generator[GuardedResult]:
    """Put right what `diffs` say and yield each host as its end is known; hosts without work come
    first.

    What goes wrong on a host is in its result. An interruption, or an iterator that is given up,
    has the engine ended and every host that is armed put back at once; where even that is
    interrupted, hosts put themselves back in time.

    Raises:
        EngineError: the engine could not be started.

    """
    for diff in diffs:
        if not diff.todo.kinds:
            yield GuardedResult(applied(diff, None, diff.result), None)
    todo = [diff for diff in diffs if diff.todo.kinds]
    if not todo:
        return
    with ArmedHosts(workspace, order.check_context, order.confirm_within) as guards:
        carrying = _GuardedApply(workspace, order, guards, told)
        try:
            yield from carrying.through(todo)
        except BaseException:
            carrying.roll_all_back()
            raise


class _GuardedApply:
    """One apply under way."""

    def __init__(
        self, workspace: Workspace, order: ApplyOptions, guards: ArmedHosts, told: OnEvent
    ) -> None:
        self._prepared, self._order, self._guards, self._told = workspace, order, guards, told
        self._kept: dict[str, PreImage] = {}

    def through(self, todo: Sequence[HostDiff]) -> Iterator[GuardedResult]:
        """Arm, put right, look again, and end each host."""
        for host, answer in self._guards.arm(todo, irreversible=self._order.irreversible):
            if isinstance(answer, Text):
                yield GuardedResult(HostApplied(host, refused=answer), None)
            else:
                self._kept[host] = answer
                self._told(host, HostPhase.armed)
                if self._order.ledger:
                    self._order.ledger.saved(host, answer, self._order.engine.name)
        armed = [diff for diff in todo if diff.result.host in self._kept]
        until, started = self._guards.until(), time.monotonic()
        fences = {host: f"{guard.HOME}/{kept.id}/state.armed" for host, kept in self._kept.items()}
        outcomes = apply(armed, self._prepared, self._order.engine, self._order.logs, fences)
        seconds = time.monotonic() - started
        for diff in armed:
            self._told(diff.result.host, HostPhase.applied)
        yield from self._ends({diff.result.host: diff for diff in armed}, outcomes, until, seconds)

    def roll_all_back(self) -> None:
        """Have what is still armed put back now."""
        waiting = self._guards.waiting()
        try:
            for host in waiting:
                self._told(host, HostPhase.taking_back)
            for host, standing in self._guards.roll_all_back():
                waiting.remove(host)
                self._told(host, _taken_back(standing))
        except KeyboardInterrupt:
            for host in waiting:
                self._told(host, HostPhase.left)
            raise

    def _ends(
        self,
        diffs: Mapping[str, HostDiff],
        outcomes: Mapping[str, EngineResult],
        until: datetime,
        seconds: float,
    ) -> Iterator[GuardedResult]:
        """Look again over new connections, decide, and yield each host; those put back are looked
        at once more.
        """
        seen = self._check_until_reached(diffs)
        ends = {
            host: PlannedEnding.of(diffs[host], outcomes.get(host), after)
            for host, after in seen.items()
            if after.reached
        }
        again: dict[str, GuardOutcome] = {}
        blank = GuardOutcome("", until, seconds, Ending.unknown)
        for host, guarded in self._end(ends, blank):
            if guarded.ending is Ending.confirmed and not ends[host].resources:
                yield self._carried(diffs[host], outcomes.get(host), seen[host], guarded)
            else:
                again[host] = guarded
        for host in seen.keys() - ends.keys():
            again[host] = replace(blank, id=self._kept[host].id, why=seen[host].not_reached)
        back = [
            host
            for host, one in again.items()
            if one.ending in (Ending.put_back, Ending.put_back_itself)
        ]
        for _ in self._guards.ask(
            {host: partial(guard.sweep, kept=self._kept[host].id) for host in back}
        ):
            pass
        rechecked = {result.host: result for result in self._check(again)}
        for host, guarded in again.items():
            yield self._carried(diffs[host], outcomes.get(host), rechecked[host], guarded)

    def _carried(
        self, diff: HostDiff, outcome: EngineResult | None, after: HostResult, guarded: GuardOutcome
    ) -> GuardedResult:
        host = diff.result.host
        self._told(
            host, HostPhase.confirmed if guarded.ending is Ending.confirmed else HostPhase.put_back
        )
        if self._order.ledger:
            self._order.ledger.ended(host, guarded)
        return GuardedResult(replace(applied(diff, outcome, after), guarded=guarded), after)

    def _check_until_reached(self, hosts: Iterable[str]) -> dict[str, HostResult]:
        """Check hosts; those that do not answer are tried again until they have put themselves
        back.
        """
        seen = {result.host: result for result in self._check(hosts)}
        end = time.monotonic() + self._guards.within + PATIENCE
        while (
            away := [host for host, after in seen.items() if not after.reached]
        ) and time.monotonic() < end:
            for host in away:
                self._guards.release(host)
                self._told(host, HostPhase.away)
            time.sleep(_PAUSE)
            seen |= {result.host: result for result in self._check(away)}
        return seen

    def _check(self, hosts: Iterable[str]) -> Iterator[HostResult]:
        plans = {host: self._prepared.plans[host] for host in hosts}
        return (
            check(replace(self._prepared, plans=plans), self._order.check_context)
            if plans
            else iter(())
        )

    def _end(
        self, ways: Mapping[str, PlannedEnding], blank: GuardOutcome
    ) -> Iterator[tuple[str, GuardOutcome]]:
        """Have each host confirm or put back over one more new connection, and yield how it ended."""
        doubtful = {}
        waiting = {
            host: replace(blank, id=self._kept[host].id, why=way.why) for host, way in ways.items()
        }
        looks = {host: partial(way.go, waiting=waiting[host]) for host, way in ways.items()}
        for host, answer in self._guards.ask(looks):
            self._guards.release(host)
            if isinstance(answer, Text):
                doubtful[host] = replace(waiting[host], why=answer)
            else:
                yield host, answer
        yield from self._settled(doubtful)

    def _settled(self, doubtful: dict[str, GuardOutcome]) -> Iterator[tuple[str, GuardOutcome]]:
        """Yield how hosts ended that gave no answer: they are asked until they say so, or their
        time is over.
        """
        end = time.monotonic() + self._guards.within + PATIENCE
        while doubtful and time.monotonic() < end:
            looks = {host: partial(guard.status, kept=one.id) for host, one in doubtful.items()}
            for host, standing in self._guards.ask(looks):
                ending = None if isinstance(standing, Text) else _ENDINGS.get(standing.state)
                if ending is not None:
                    yield host, replace(doubtful.pop(host), ending=ending, trouble=standing.trouble)
            time.sleep(_PAUSE if doubtful else 0)
        yield from doubtful.items()


def _taken_back(standing: guard.GuardState | Text) -> HostPhase:
    if isinstance(standing, Text) or standing.state != "restored":
        return HostPhase.left
    return HostPhase.in_part if standing.trouble else HostPhase.taken_back


_ENDINGS = {"confirmed": Ending.confirmed, "restored": Ending.put_back_itself}
