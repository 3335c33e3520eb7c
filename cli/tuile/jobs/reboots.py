"""Who needs a reboot, from what the store knows of each host; no host is asked."""

from __future__ import annotations

from collections.abc import Collection

from tuile.policy.errors import never_visited
from tuile.policy.history.host_state import HostState
from tuile.policy.history.reboots import HostReboot, Reboots, reboot_of
from tuile.policy.model import Outcome
from tuile.store import Store


def reboots(store: Store, hosts: Collection[str] = ()) -> Reboots:
    """Return what is known of these hosts, or of all.

    Raises:
        Refused: no run has visited one of them.
        StoreError: the store cannot be read.

    """
    states = store.states()
    for host in hosts:
        if host not in states:
            raise never_visited(host, states)
    chosen = sorted(hosts or states)
    return Reboots(tuple(_of(store, states[host]) for host in chosen))


def _of(store: Store, state: HostState) -> HostReboot:
    pending = [found for found in state.findings.values() if found.outcome is Outcome.pending]
    seen = None if state.seen is None else store.evidence(state.seen.visit)
    facts = (seen or {}).get("facts") or {}
    return reboot_of(state, pending, facts.get("reboot"))
