"""What is not what it was: the fleet now, compared with what was known of it at an earlier run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tuile.jobs.history import attested
from tuile.policy.errors import never_visited
from tuile.policy.history.compare import Change, compare, never_compliant
from tuile.policy.history.drift import Drift
from tuile.policy.history.host_state import HostState, HostStatus, Recorded, Run
from tuile.policy.model import Outcome
from tuile.store import Store

_FAILING = (Outcome.failed, Outcome.pending)


def drift(
    store: Store,
    since: datetime | None,
    hosts: frozenset[str] | None = None,
    *,
    list_never_compliant: bool = True,
) -> Drift:
    """Return what changed on these hosts (None: on all) up to now.

    It is compared with what was known at the last run started at `since` or before, or at the first
    run if they are all later; without `since`, with what was known of each host one visit earlier.
    Without `list_never_compliant`, rules that have failed ever since are counted, but not named: to
    name them, what was found on every host has to be read.

    Raises:
        Refused: no run has visited one of `hosts`.
        StoreError: the store cannot be read.

    """
    runs = store.runs()
    if not runs:
        return Drift(None, None, 0, 0, (), (), 0)
    now = store.statuses()
    for host in sorted((hosts or frozenset()) - now.keys()):
        raise never_visited(host, now)
    base = None if since is None else _base(runs, since)
    before = store.statuses(back=1) if base is None else store.statuses(base.id)
    compared = _Compared(store, _among(before, hosts), _among(now, hosts))
    never = compared.never_compliant(store) if list_never_compliant else None
    return Drift(
        since=base or _run(runs, min(map(_last_visited, compared.before.values()), default=0)),
        until=_run(runs, max(map(_last_visited, compared.now.values()), default=0)),
        hosts=len(compared.now),
        looked_at=compared.looked_at,
        changes=compared.changes,
        never_compliant=never or (),
        still_failing=compared.still_failing,
        never_compliant_count=compared.never_compliant_count,
    )


class _Compared:
    """Hosts as they stand and as they stood.

    What was found is read only where it is not the same.
    """

    def __init__(
        self, store: Store, before: Mapping[str, HostStatus], now: Mapping[str, HostStatus]
    ) -> None:
        self.before, self.now = before, now
        self._apart = _apart(store, before, now)
        self.changes = _sorted(self._changes(store))

    @property
    def looked_at(self) -> int:
        """Return how many hosts were reached since."""
        return sum(_looked_at(self.before.get(host), found) for host, found in self.now.items())

    @property
    def still_failing(self) -> int:
        """Return how many findings fail, or wait for a reboot, and are no change."""
        now = sum(
            found.counts.get(outcome, 0) for found in self.now.values() for outcome in _FAILING
        )
        return now - sum(found.outcome in _FAILING for found in self._changed)

    @property
    def never_compliant_count(self) -> int:
        """Return how many rules have failed ever since they came into the plan, and are no change."""
        changed = (found for found in self._changed if found.outcome is Outcome.failed)
        now = sum(found.never_passed for found in self.now.values())
        return now - sum(found.passed is None for found in changed)

    def never_compliant(self, store: Store) -> tuple[Change, ...]:
        """Return those rules. For that, what was found on all hosts is read."""
        changed = {(change.host, change.rule) for change in self.changes}
        at = store.states_at([one.seen.visit for one in self.now.values() if one.seen is not None])
        never = (change for state in at.values() for change in never_compliant(state))
        return _sorted(change for change in never if (change.host, change.rule) not in changed)

    @property
    def _changed(self) -> list[Recorded]:
        """Return what the rules came to that changed, a rule of a host being in one change only."""
        return [change.after for change in self.changes if change.after is not None]

    def _changes(self, store: Store) -> Iterator[Change]:
        states = {host: self._states_of(status) for host, status in self.now.items()}
        changes = {host: compare(was, now) for host, (was, now) in states.items()}
        since = store.passing_since(
            [host for host, found in changes.items() if any(map(_passes, found))]
        )
        for host, found in changes.items():
            for change in found:
                dated = change
                if _passes(change) and change.rule in since[host]:
                    dated = replace(change, since=since[host][change.rule])
                yield _with_words(store, states[host][1], dated) if dated.human else dated

    def _states_of(self, now: HostStatus) -> tuple[HostState | None, HostState]:
        """Return what a host was and is, as far as that is not the same."""
        before = self.before.get(now.host)
        if before is None:
            return None, now.without_findings
        if now.host not in self._apart:
            return before.without_findings, now.without_findings
        was, state = self._apart[now.host]
        return (
            replace(was, missed=before.missed, why=before.why),
            replace(state, missed=now.missed, why=now.why),
        )


def _apart(
    store: Store, before: Mapping[str, HostStatus], now: Mapping[str, HostStatus]
) -> dict[str, tuple[HostState, HostState]]:
    """Return what was found on the hosts on which it was not the same, by host."""
    visits = {
        host: (before[host].seen, found.seen)
        for host, found in now.items()
        if host in before and before[host].found != found.found
    }
    pairs = {
        host: (was.visit, seen.visit)
        for host, (was, seen) in visits.items()
        if was is not None and seen is not None
    }
    apart = store.differing_states(pairs.values())
    return {host: apart[later] for host, (_, later) in pairs.items()}


def _passes(change: Change) -> bool:
    return change.after is not None and change.after.outcome is Outcome.passed


def _with_words(store: Store, state: HostState, change: Change) -> Change:
    """Return a change of a rule that passes by a person's word with who gave it, when and on which
    evidence.
    """
    if not _passes(change) or state.seen is None:
        return change
    return replace(change, note=attested(store, state.seen, change.rule))


def _among(states: Mapping[str, HostStatus], hosts: frozenset[str] | None) -> dict[str, HostStatus]:
    return {host: state for host, state in states.items() if hosts is None or host in hosts}


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.order))


def _looked_at(before: HostStatus | None, now: HostStatus) -> bool:
    return not now.stale and (before is None or before.seen is None or before.seen != now.seen)


def _last_visited(state: HostStatus) -> int:
    """Return the run of the last visit that the state comes from, or of the first that missed the
    host since.
    """
    return max(seen.run for seen in (state.seen, state.missed) if seen is not None)


def _base(runs: Sequence[Run], since: datetime) -> Run:
    """Return the last run that started by then, or the first of all."""
    by_then = (run for run in runs if run.started <= since)
    return max(by_then, key=lambda run: run.id, default=runs[0])


def _run(runs: Sequence[Run], number: int) -> Run | None:
    return next((run for run in runs if run.id == number), None)
