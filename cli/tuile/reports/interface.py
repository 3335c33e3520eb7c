"""What is reported, and how it is wanted: the values that every format renders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from tuile.policy.compare import Change
from tuile.policy.model import HostResult
from tuile.policy.preview import HostPreview
from tuile.policy.recorded import InPlan, Recorded, Run, Seen
from tuile.policy.text import Text


@dataclass(frozen=True)
class CheckReport:
    """One check of some hosts. `run` is its number in the store, None where it was not stored; times are aware."""

    run: int | None
    started: datetime
    finished: datetime
    results: tuple[HostResult, ...]
    options: str = ""
    """The options, without the limit, that lead to these hosts again: "-i inventories/ght-artois"; for the hints."""


@dataclass(frozen=True)
class DiffReport:
    """What an apply would change on some hosts; `options` as in a check's report."""

    hosts: tuple[HostPreview, ...]
    options: str = ""
    hint: bool = True
    """Whether to say how to go on; not where an apply does go on."""


@dataclass(frozen=True)
class Style:
    """How a text for people is set; the other formats take no notice of it."""

    colour: bool = False
    width: int | None = None
    """Columns of the terminal; None: no wrapping, so that each finding stays one line for `grep`."""
    verbose: bool = False
    """List everything: rules that do not apply, each error of a common cause, the title of each rule."""
    zone: tzinfo = UTC
    """Where the reader is; JSON has UTC whatever this says."""


class DriftReport(Protocol):
    """What changed between two runs: any value with these parts, such as the flow's own."""

    @property
    def since(self) -> Run | None:
        """Return the run compared with; None: there is none."""

    @property
    def until(self) -> Run | None:
        """Return the last run; None: no run ever visited these hosts."""

    @property
    def hosts(self) -> int:
        """Return how many hosts are known."""

    @property
    def looked_at(self) -> int:
        """Return how many of them were reached since."""

    @property
    def changes(self) -> Sequence[Change]:
        """Return the changes, the most pressing first."""

    @property
    def never_compliant(self) -> Sequence[Change]:
        """Return what has failed ever since it came into the plan, and is not among the changes."""

    @property
    def still_failing(self) -> int:
        """Return how many findings fail and are not among the changes, those never compliant included."""


class Interval(Protocol):
    """An unbroken row of visits at which a rule came to the same."""

    @property
    def found(self) -> Recorded:
        """Return what it came to."""

    @property
    def planned(self) -> InPlan | None:
        """Return the rule as the plan had it."""

    @property
    def first(self) -> Seen:
        """Return the first visit."""

    @property
    def last(self) -> Seen:
        """Return the last visit."""

    @property
    def now(self) -> bool:
        """Return whether it holds still, as far as is known."""


class Gap(Protocol):
    """An unbroken row of visits that did not reach the host."""

    @property
    def first(self) -> Seen:
        """Return the first visit."""

    @property
    def last(self) -> Seen:
        """Return the last visit."""

    @property
    def why(self) -> Text:
        """Return why the last one did not."""


class HistoryReport(Protocol):
    """One host over time: any value with these parts, such as the flow's own."""

    @property
    def host(self) -> str:
        """Return the name of the host."""

    @property
    def first(self) -> Seen:
        """Return the first visit."""

    @property
    def last(self) -> Seen:
        """Return the last visit."""

    @property
    def visits(self) -> int:
        """Return how many visits there were."""

    @property
    def intervals(self) -> Sequence[Interval]:
        """Return the intervals by rule, then in the order of time."""

    @property
    def gaps(self) -> Sequence[Gap]:
        """Return the times in which the host was not reached."""
