"""One host over time: what its rules came to, from when to when, and where nobody could look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from tuile.policy.attestation import told
from tuile.policy.errors import Refused, did_you_mean, never_visited
from tuile.policy.history.drift import Gap, History, Interval
from tuile.policy.history.host_state import Finding, InPlan, Recorded, Seen, Timeline, Visit
from tuile.policy.model import Outcome
from tuile.policy.text import Text
from tuile.store import Store


def history(store: Store, host: str, rule: str | None = None) -> History:
    """Return what one rule of a host, or all that did not always pass, came to over time.

    Raises:
        Refused: the store does not know the host, or the rule was never in its plan.
        StoreError: the store cannot be read.

    """
    timeline = store.timeline(host)
    if timeline is None or not timeline.visits:
        raise never_visited(host, store.statuses())
    known = {name for rules in timeline.plans.values() for name in rules} | {
        f.recorded.rule for f in timeline.findings
    }
    if rule is not None and rule not in known:
        raise Refused(
            f'the rule "{rule}" was never in the plan of {host}. {did_you_mean(rule, known)}'.rstrip()
        )
    wanted = (
        [rule] if rule is not None else sorted({found.recorded.rule for found in timeline.findings})
    )
    intervals = tuple(
        _with_words(store, interval) for name in wanted for interval in _intervals(timeline, name)
    )
    first, last = timeline.visits[0].seen, timeline.visits[-1].seen
    return History(
        host, first, last, len(timeline.visits), intervals, tuple(_gaps(timeline.visits))
    )


def attested(store: Store, seen: Seen, rule: str) -> Text:
    """Return who answered for a rule at a visit, when, until when and on which evidence."""
    evidence = store.evidence(seen.visit) or {}
    return told(evidence.get("observations", {}).get(rule, {}).get("state"))


def _with_words(store: Store, interval: Interval) -> Interval:
    """Return an interval at which a rule passed by a person's word with that word, as it was last."""
    human = interval.planned is not None and interval.planned.human
    if not human or interval.found.outcome is not Outcome.passed:
        return interval
    words = attested(store, interval.last, interval.found.rule)
    return replace(interval, found=replace(interval.found, reason=words))


def _intervals(timeline: Timeline, rule: str) -> Iterator[Interval]:
    """Yield the intervals of a rule; visits that missed the host do not end one, a plan without the
    rule does.
    """
    findings = [found for found in timeline.findings if found.recorded.rule == rule]
    reached = [visit for visit in timeline.visits if visit.plan is not None]
    rows = [
        (visit, _planned(timeline, visit, rule), _found(findings, visit, timeline, rule))
        for visit in reached
    ]
    for found, group in groupby(rows, key=lambda row: row[2]):
        row = list(group)
        if found is not None:
            yield Interval(
                found, row[0][1], row[0][0].seen, row[-1][0].seen, row[-1][0] is reached[-1]
            )


def _found(
    findings: Sequence[Finding], visit: Visit, timeline: Timeline, rule: str
) -> Recorded | None:
    for found in findings:
        if found.first <= visit.seen.visit and (
            found.until is None or visit.seen.visit < found.until
        ):
            return found.recorded
    return Recorded(rule, Outcome.passed) if _planned(timeline, visit, rule) else None


def _planned(timeline: Timeline, visit: Visit, rule: str) -> InPlan | None:
    return timeline.plans.get(visit.plan or "", {}).get(rule)


def _gaps(visits: Sequence[Visit]) -> Iterator[Gap]:
    for reached, group in groupby(visits, key=lambda visit: visit.not_reached is None):
        row = list(group)
        if not reached:
            yield Gap(row[0].seen, row[-1].seen, row[-1].not_reached or Text("", ""))
