"""What is not what it was: the fleet now, compared with what was known of it at an earlier run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tuile.jobs.history import attested
from tuile.policy.errors import never_visited
from tuile.policy.history.compare import Change, compare, never_compliant
from tuile.policy.history.drift import Drift
from tuile.policy.history.host_state import HostState, Run
from tuile.policy.model import Outcome
from tuile.store import Store


def drift(store: Store, since: datetime | None, hosts: frozenset[str] | None = None) -> Drift:
    """Return what changed on these hosts (None: on all) up to now.

    It is compared with what was known at the last run started at `since` or before, or at the first run if they are
    all later; without `since`, with what was known of each host one visit earlier.

    Raises:
        Refused: no run has visited one of `hosts`.
        StoreError: the store cannot be read.

    """
    runs = store.runs()
    if not runs:
        return Drift(None, None, 0, 0, (), (), 0)
    known = store.states()
    for host in sorted((hosts or frozenset()) - known.keys()):
        raise never_visited(host, known)
    now = _among(known, hosts)
    if since is None:
        before = _among(store.states(back=1), hosts)
        base = None
    else:
        base = max((run for run in runs if run.started <= since), key=lambda run: run.id, default=runs[0])
        before = _among(store.states(run=base.id), hosts)
    changes = _changes(store, before, now)
    return _drift(runs, before, now, base, changes)


def _drift(
    runs: Sequence[Run],
    before: Mapping[str, HostState],
    now: Mapping[str, HostState],
    base: Run | None,
    changes: list[Change],
) -> Drift:
    changed = {(change.host, change.rule) for change in changes}
    never = [change for state in now.values() for change in never_compliant(state)]
    failing = {(state.host, rule) for state in now.values() for rule in _failing(state)}
    return Drift(
        since=base or _run(runs, min((_last_visited(state) for state in before.values()), default=0)),
        until=_run(runs, max((_last_visited(state) for state in now.values()), default=0)),
        hosts=len(now),
        looked_at=sum(_looked_at(before.get(host), state) for host, state in now.items()),
        changes=tuple(sorted(changes, key=lambda change: change.order)),
        never_compliant=_sorted(change for change in never if (change.host, change.rule) not in changed),
        still_failing=len(failing - changed),
    )


def _changes(store: Store, before: Mapping[str, HostState], now: Mapping[str, HostState]) -> list[Change]:
    found: list[Change] = []
    for host, state in now.items():
        changes = compare(before.get(host), state)
        passing = {change.rule for change in changes if change.after and change.after.outcome is Outcome.passed}
        since = store.passing_since(host, passing) if passing else {}
        dated = [replace(change, since=since[change.rule]) if change.rule in since else change for change in changes]
        found += [_with_words(store, state, change) if change.human else change for change in dated]
    return found


def _with_words(store: Store, state: HostState, change: Change) -> Change:
    """Return a change of a rule that passes by a person's word with who gave it, when and on which evidence."""
    if change.after is None or change.after.outcome is not Outcome.passed or state.seen is None:
        return change
    return replace(change, note=attested(store, state.seen, change.rule))


def _among(states: Mapping[str, HostState], hosts: frozenset[str] | None) -> dict[str, HostState]:
    return {host: state for host, state in states.items() if hosts is None or host in hosts}


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.order))


def _failing(state: HostState) -> list[str]:
    return [rule for rule, found in state.findings.items() if found.outcome in (Outcome.failed, Outcome.pending)]


def _looked_at(before: HostState | None, now: HostState) -> bool:
    return not now.stale and (before is None or before.seen is None or before.seen != now.seen)


def _last_visited(state: HostState) -> int:
    """Return the run of the last visit that the state comes from, or of the first that missed the host since."""
    return max(seen.run for seen in (state.seen, state.missed) if seen is not None)


def _run(runs: Sequence[Run], number: int) -> Run | None:
    return next((run for run in runs if run.id == number), None)
