"""What is reported, and how it is wanted: the values that every format renders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from tuile.policy.change.preview import HostPreview
from tuile.policy.model import HostResult


@dataclass(frozen=True)
class CheckReport:
    """One check of some hosts.

    `run` is its number in the store, None where it was not stored; times are aware.
    """

    run: int | None
    started: datetime
    finished: datetime
    results: tuple[HostResult, ...]
    options: str = ""
    """The options, without the limit, that lead to these hosts again: "-i inventories/ght-artois";
    for the hints.
    """


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
    """Columns of the terminal; None: no wrapping, so that each finding stays one line for `grep`.
    """
    verbose: bool = False
    """List everything: rules that do not apply, each error of a common cause, the title of each
    rule.
    """
    zone: tzinfo = UTC
    """Where the reader is; JSON has UTC whatever this says."""
