"""Who needs a reboot, from what the store knows of each host; no host is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tuile.policy.errors import never_visited
from tuile.policy.history.host_state import HostState, HostStatus
from tuile.policy.history.reboots import HostReboot, Reboots, reboot_of
from tuile.policy.model import Outcome
from tuile.store import Store


def reboots(store: Store, hosts: Collection[str] = ()) -> Reboots:
    """Return what is known of these hosts, or of all.

    Raises:
        Refused: no run has visited one of them.
        StoreError: the store cannot be read.

    """
    statuses = store.statuses()
    for host in hosts:
        if host not in statuses:
            raise never_visited(host, statuses)
    chosen = [statuses[host] for host in sorted(hosts or statuses)]
    pending = _visits(status for status in chosen if status.counts.get(Outcome.pending))
    states, facts = store.states_at(pending), store.facts(_visits(chosen))
    return Reboots(tuple(_of(status, states, facts) for status in chosen))


def _visits(statuses: Iterable[HostStatus]) -> list[int]:
    return [status.seen.visit for status in statuses if status.seen is not None]


def _of(
    status: HostStatus,
    states: Mapping[int, HostState],
    facts: Mapping[int, Mapping[str, Any]],
) -> HostReboot:
    if status.seen is None:
        return reboot_of(status, (), None)
    state = states.get(status.seen.visit)
    found = state.findings.values() if state is not None else ()
    pending = [one for one in found if one.outcome is Outcome.pending]
    return reboot_of(status, pending, facts.get(status.seen.visit, {}).get("reboot"))
