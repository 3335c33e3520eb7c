"""The store against the model that keeps everything."""

from __future__ import annotations

from dataclasses import astuple

from hypothesis import given, settings

from tests.unit.store.naive import HOSTS, RUNS, Naive, Op, fill, ops
from tuile.policy.history.host_state import HostState, Seen


def times(state: HostState) -> list[tuple[object, ...]]:
    """Return the visits that a state names with their runs and times, which its equality leaves
    out.
    """
    named = [
        state.seen,
        state.missed,
        *(s for f in state.findings.values() for s in (f.since, f.passed)),
    ]
    return sorted((seen.visit, seen.run, seen.at) for seen in named if isinstance(seen, Seen))


@settings(deadline=None)
@given(ops)
def test_any_past_is_read_as_if_everything_were_kept(visits: list[Op]) -> None:
    """For any sequence of runs, the state at every visit and after every run is the one of the
    model.
    """
    naive, store = Naive(visits), fill(visits)
    for number in range(1, len(visits) + 1):
        state = store.states_at([number])[number]
        assert state == naive.state_at(number)
        assert times(state) == times(naive.state_at(number))
    for run in (None, *range(1, RUNS + 1)):
        assert store.states(run) == naive.states(run)
        assert {
            status.host: (
                status.seen,
                status.missed,
                status.why,
                status.counts,
                status.never_passed,
            )
            for status in store.statuses(run).values()
        } == naive.figures(run)
    assert store.states(back=1) == naive.before_last()
    store.close()


@settings(deadline=None)
@given(ops)
def test_a_timeline_holds_every_visit_and_every_finding(visits: list[Op]) -> None:
    """At each visit that reached the host, the findings that held then are those of the model."""
    naive, store = Naive(visits), fill(visits)
    for host in HOSTS:
        timeline = store.timeline(host)
        mine = [number for number, op in enumerate(visits, 1) if op.host == host]
        assert [visit.seen.visit for visit in (timeline.visits if timeline else ())] == mine
        for visit in timeline.visits if timeline else ():
            if visit.plan is None:
                continue
            held = {
                found.recorded.rule: astuple(found.recorded)
                for found in timeline.findings
                if found.first <= visit.seen.visit
                and (found.until is None or visit.seen.visit < found.until)
            }
            state = naive.state_at(visit.seen.visit)
            assert held == {rule: astuple(found) for rule, found in state.findings.items()}
            assert timeline.plans[visit.plan] == state.rules
    store.close()
