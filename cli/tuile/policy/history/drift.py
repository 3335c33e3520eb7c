"""What became of hosts over time: the values of a drift and of a history."""

from __future__ import annotations

from dataclasses import dataclass

from tuile.policy.history.compare import Change
from tuile.policy.history.host_state import InPlan, Recorded, Run, Seen
from tuile.policy.text import Text


@dataclass(frozen=True)
class Drift:
    """What changed on the hosts between two runs."""

    since: Run | None
    """The run compared with, the earliest where hosts differ; None: nothing to compare with."""
    until: Run | None
    """The last run that visited one of the hosts; None: none ever did."""
    hosts: int
    """How many hosts are known to the store, of those asked for."""
    looked_at: int
    """How many of them were reached since, at their last visit."""
    changes: tuple[Change, ...] = ()
    """The most pressing cause first, then by rule and host."""
    never_compliant: tuple[Change, ...] = ()
    """Rules that have failed ever since they came into the plan; those among the changes are not
    repeated.

    Empty where a list was not asked for."""
    still_failing: int = 0
    """How many findings fail and are not among the changes, those never compliant included."""
    never_compliant_count: int = 0
    """How many are never compliant, listed or not."""

    @property
    def worse(self) -> bool:
        """Return whether a change is for the worse."""
        return any(change.worse for change in self.changes)


@dataclass(frozen=True)
class Interval:
    """An unbroken row of visits at which a rule came to the same."""

    found: Recorded
    planned: InPlan | None
    """The rule as the plan had it at the first of them."""
    first: Seen
    last: Seen
    now: bool
    """Whether it holds still, as far as is known."""


@dataclass(frozen=True)
class Gap:
    """An unbroken row of visits that did not reach the host; nothing is known of what it was then."""

    first: Seen
    last: Seen
    why: Text
    """In the words of the last one."""


@dataclass(frozen=True)
class History:
    """One host over time."""

    host: str
    first: Seen
    last: Seen
    visits: int
    intervals: tuple[Interval, ...]
    """By rule, then in the order of time.

    Without a rule asked for, those of rules that always passed are left out.
    """
    gaps: tuple[Gap, ...]
