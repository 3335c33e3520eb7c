"""What is kept of a host before an apply, so that it can be put back exactly, and how an apply of
it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuile.policy.change.fix import Fix, KindFix
from tuile.policy.change.resource import with_along
from tuile.policy.kind import Resources, is_plain
from tuile.policy.model import HostResult, Outcome, Risk
from tuile.policy.text import Text

WITHIN = 120.0
"""Seconds within which an apply is confirmed, unless told otherwise."""


class Ending(StrEnum):
    """How an apply of one host ended."""

    confirmed = "confirmed"
    put_back = "put_back"
    """Something went wrong, and all was put back as it had been."""
    put_back_itself = "put_back_itself"
    """Nobody confirmed in time: the host put all back by itself."""
    unknown = "unknown"
    """It was not heard from again: by itself it is as it was, once its time is over."""
    undone = "undone"
    """It was confirmed, and undone afterwards."""


@dataclass(frozen=True)
class PreImage:
    """What was kept on a host: under which id, the digest of what stood there, and what each rule
    may change.
    """

    id: str
    digest: str
    resources: Mapping[str, Resources]
    """What each rule may change."""


@dataclass(frozen=True)
class GuardOutcome:
    """How a host was guarded while rules were put right on it."""

    id: str
    until: datetime
    """When it would have put itself back, as foreseen when the engine started."""
    seconds: float
    """How long the engine took."""
    ending: Ending
    after: str = ""
    """The digest of what stood there when it was confirmed."""
    why: Text | None = None
    """Why it was put back, or is not known."""
    trouble: tuple[str, ...] = ()
    """Things that could not be put back."""


@dataclass(frozen=True)
class ApplyRecord:
    """One apply of one host, as the store has it."""

    run: int
    host: str
    at: datetime
    engine: str
    kept: PreImage
    after: str = ""
    """The digest of what stood there when it was confirmed."""
    ending: Ending | None = None
    """None: nobody knows; the host put itself back, unless the controller died in the moment of
    confirming.
    """


def resources_of(fix: Fix) -> Resources:
    """Return what putting a rule right may change, with what changes along; nothing is named twice.

    A name with a line end or another control character is left out: no role changes what bears it.
    """
    return tuple(one for one in with_along(fix.touches) if is_plain(one.name))


def resources_by_rule(kinds: Iterable[KindFix]) -> dict[str, Resources]:
    """Return what an apply of one host may change, by rule."""
    return {fix.planned.rule.id: resources_of(fix) for kind in kinds for fix in kind.fixes}


def failed_fixes(kinds: Iterable[KindFix], after: HostResult) -> tuple[Fix, ...]:
    """Return what was to be put right by kinds that failed, and does not hold now."""
    held = {
        verdict.rule
        for verdict in after.verdicts
        if verdict.outcome in (Outcome.passed, Outcome.pending)
    }
    return tuple(fix for kind in kinds for fix in kind.fixes if fix.planned.rule.id not in held)


def resources_only_of(fixes: Iterable[Fix], kinds: Iterable[KindFix]) -> Resources:
    """Return what these may change and no other fix of all kinds does."""
    own = {fix.planned.rule.id: resources_of(fix) for fix in fixes}
    rest = (fix for kind in kinds for fix in kind.fixes if fix.planned.rule.id not in own)
    others = {str(one) for fix in rest for one in resources_of(fix)}
    mine = (one for resources in own.values() for one in resources)
    return tuple(dict.fromkeys(one for one in mine if str(one) not in others))


def is_risky(fix: Fix) -> bool:
    """Return whether putting it right may cost the way in, or a service that others need."""
    return fix.planned.rule.risk in (Risk.access, Risk.service)
