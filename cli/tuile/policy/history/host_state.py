"""What the store gives back: the values of runs that are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tuile.policy.model import Difference, Outcome
from tuile.policy.text import Text


@dataclass(frozen=True)
class Run:
    """One check of some hosts; a run that never finished was stopped, or goes on still."""

    id: int
    started: datetime
    finished: datetime | None
    baselines: tuple[str, ...]
    version: str
    """The version of Tuile that made it."""


@dataclass(frozen=True, order=True)
class Seen:
    """One visit of one host: which, in which run, when.

    Visits are numbered in the order in which they were stored.
    """

    visit: int
    run: int = field(compare=False)
    at: datetime = field(compare=False)


@dataclass(frozen=True)
class Recorded:
    """What one rule came to on one host, as it was stored."""

    rule: str
    outcome: Outcome
    subject: str = ""
    differences: tuple[Difference, ...] = ()
    reason: Text | None = None
    since: Seen | None = None
    """The first visit of the unbroken row of visits with this outcome; not kept for a pass."""
    passed: Seen | None = None
    """The last visit before this outcome at which the rule passed; None: never since it came into
    the plan.
    """

    @property
    def said(self) -> tuple[Any, ...]:
        """Return what was found, without the times."""
        return (self.rule, self.outcome, self.subject, self.differences, self.reason)


@dataclass(frozen=True)
class InPlan:
    """A rule as a former plan had it."""

    rule: str
    kind: str
    params: Mapping[str, Any]
    baseline: str
    """The baseline and its version: "linux-server 1.2.0"."""
    human: bool = False
    """A person answered for it."""


Rules = Mapping[str, InPlan]
"""The rules of a plan by id."""


@dataclass(frozen=True)
class HostState:
    """What was known of a host at some visit.

    Of a host that was not reached it is the last known state, stale.
    """

    host: str
    seen: Seen | None
    """The visit that saw this; None: the host was never reached."""
    rules: Rules = field(default_factory=dict)
    findings: Mapping[str, Recorded] = field(default_factory=dict)
    """What was not a pass, by rule."""
    missed: Seen | None = None
    """The first of the visits that have not reached the host since; None: it was reached."""
    why: Text | None = None
    """Why the last of them did not."""

    @property
    def stale(self) -> bool:
        """Return whether the host was not reached and this is what was known before."""
        return self.missed is not None

    def rule(self, rule: str) -> Recorded | None:
        """Return what a rule came to: a rule of the plan without finding passed; None: not in the
        plan.
        """
        if rule in self.findings:
            return self.findings[rule]
        return Recorded(rule, Outcome.passed) if rule in self.rules else None

    def all(self) -> tuple[Recorded, ...]:
        """Return what every rule of the plan came to, sorted by rule."""
        found = (self.rule(rule) for rule in sorted({*self.rules, *self.findings}))
        return tuple(recorded for recorded in found if recorded is not None)


@dataclass(frozen=True)
class HostStatus:
    """How a host stood at some visit, in figures: what a `HostState` says without what was found."""

    host: str
    seen: Seen | None
    """The visit that saw this; None: the host was never reached."""
    found: tuple[str, bytes] = ("", b"")
    """Stands for the plan and all that was not a pass: equal where nothing changed."""
    counts: Mapping[Outcome, int] = field(default_factory=dict)
    """How many rules came to each outcome but pass."""
    never_passed: int = 0
    """How many of those that fail have never passed since they came into the plan."""
    missed: Seen | None = None
    """The first of the visits that have not reached the host since; None: it was reached."""
    why: Text | None = None
    """Why the last of them did not."""

    @property
    def stale(self) -> bool:
        """Return whether the host was not reached and this is what was known before."""
        return self.missed is not None

    @property
    def without_findings(self) -> HostState:
        """Return the state of the host as if it had no plan: enough to compare what became of the
        host itself.
        """
        return HostState(self.host, self.seen, missed=self.missed, why=self.why)


@dataclass(frozen=True)
class Visit:
    """One row of a host's history: its plan if it was reached, why not if it was not."""

    seen: Seen
    plan: str | None
    """The digest of the plan."""
    not_reached: Text | None = None


@dataclass(frozen=True)
class Finding:
    """A finding and when it held: from the visit `first`, until before the visit `until` (None: it
    holds still).
    """

    recorded: Recorded
    first: int
    until: int | None


@dataclass(frozen=True)
class Timeline:
    """All that is known of one host, in the order of the visits."""

    host: str
    visits: tuple[Visit, ...]
    plans: Mapping[str, Rules]
    """The plans of the visits, by digest."""
    findings: tuple[Finding, ...]
