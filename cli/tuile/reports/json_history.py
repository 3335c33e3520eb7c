"""What happened over time as JSON: changes, states that were recorded, runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuile.policy.digest import plain
from tuile.policy.history.compare import Change
from tuile.policy.history.host_state import Recorded, Run, Seen
from tuile.policy.model import (
    Difference,
)
from tuile.policy.shareable import shareable
from tuile.reports.json_form import said, time


def as_differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return what was found and what was required, field by field."""
    return [
        {
            "label": said(item.label),
            "observed": shareable(plain(item.observed)),
            "wanted": plain(item.wanted),
        }
        for item in found
    ]


def as_change(change: Change) -> dict[str, Any]:
    """Return one change of a rule on a host."""
    return {
        "host": change.host,
        "cause": change.cause.value,
        "rule": change.rule or None,
        "human": change.human,
        "before": None if change.before is None else as_recorded(change.before),
        "after": None if change.after is None else as_recorded(change.after),
        "since": as_seen(change.since),
        "until": as_seen(change.until),
        "note": said(change.note),
    }


def as_recorded(found: Recorded) -> dict[str, Any]:
    """Return what a rule came to, as it was recorded."""
    return {
        "rule": found.rule,
        "outcome": found.outcome.value,
        "subject": found.subject,
        "differences": as_differences(found.differences),
        "reason": said(found.reason),
    }


def as_seen(seen: Seen | None) -> dict[str, Any] | None:
    """Return the visit at which something was seen, None where there was none."""
    return None if seen is None else {"run": seen.run, "at": time(seen.at)}


def as_run(run: Run | None) -> dict[str, Any] | None:
    """Return a run, None where there is none."""
    if run is None:
        return None
    finished = None if run.finished is None else time(run.finished)
    return {
        "run": run.id,
        "started": time(run.started),
        "finished": finished,
        "baselines": list(run.baselines),
    }
