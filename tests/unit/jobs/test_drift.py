"""Drift between runs, and the history of a host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.unit.store.made import at, missed, result
from tests.unit.store.naive import HOSTS, RUNS, Naive, Op, fill, ops
from tuile.jobs.drift import drift
from tuile.jobs.history import Interval, history
from tuile.policy.errors import Refused
from tuile.policy.history.compare import Cause, compare
from tuile.policy.history.host_state import Recorded
from tuile.policy.model import HostResult, Outcome
from tuile.store import Store

P, F = Outcome.passed, Outcome.failed
A, B = "pc-urg-03", "srv-pacs-01"


@pytest.fixture
def store() -> Iterator[Store]:
    """Give an empty store."""
    opened = Store(":memory:")
    yield opened
    opened.close()


def check(store: Store, hours: float, *results: HostResult) -> int:
    """Store a whole run."""
    run = store.begin(at(hours), [])
    for each in results:
        store.save(run, each, at(hours))
    store.finish(run, at(hours))
    return run


def test_nothing_yet(store: Store) -> None:
    """Without any run there is nothing to compare and nothing drifted."""
    empty = drift(store, None)
    assert (empty.since, empty.until, empty.hosts, empty.changes, empty.worse) == (
        None,
        None,
        0,
        (),
        False,
    )


def test_a_host_no_run_has_visited_is_refused(store: Store) -> None:
    """A mistyped host is answered with the nearest name, not with silence."""
    check(store, 0, result(A, {"x": P}))
    with pytest.raises(Refused, match=r'"pc-urg-30".*Did you mean "pc-urg-03"'):
        drift(store, None, frozenset({"pc-urg-30"}))


def test_since_the_last_visit(store: Store) -> None:
    """Without a date each host is compared with its visit before; what fails as before is counted."""
    first = check(store, 0, result(A, {"x": P, "y": F}), result(B, {"x": F}))
    last = check(store, 1, result(A, {"x": F, "y": F}), result(B, {"x": P}))
    found = drift(store, None)
    assert [(change.cause, change.host, change.rule) for change in found.changes] == [
        (Cause.regressed, A, "x"),
        (Cause.repaired, B, "x"),
    ]
    assert (found.since and found.since.id, found.until and found.until.id) == (first, last)
    assert (found.hosts, found.looked_at, found.still_failing, found.worse) == (2, 2, 1, True)
    assert [change.rule for change in found.never_compliant] == ["y"]


def test_a_repair_says_since_when(store: Store) -> None:
    """Not since the last visit, but since the first that saw it pass."""
    check(store, 0, result(A, {"x": F}))
    repaired = check(store, 1, result(A, {"x": P}))
    check(store, 2, result(A, {"x": P}))
    (change,) = drift(store, at(0)).changes
    assert (change.cause, change.since and change.since.run) == (Cause.repaired, repaired)


def test_since_a_date(store: Store) -> None:
    """The state after the last run begun by then is compared with now; what came and went between
    is no change.
    """
    for hours, outcome in enumerate([P, F, P, F, P]):
        check(store, hours, result(A, {"x": outcome}))
    assert [change.cause for change in drift(store, at(1.5)).changes] == [Cause.repaired]
    assert drift(store, at(2.5)).changes == ()
    since = drift(store, at(-100)).since
    assert since is not None
    assert since.started == at(0)


def test_hosts_that_are_not_asked_for_are_left_out(store: Store) -> None:
    """A retired host does not come up again and again."""
    check(store, 0, result(A, {"x": P}), result(B, {"x": P}))
    check(store, 1, result(A, {"x": F}), result(B, {"x": F}))
    found = drift(store, None, frozenset({A}))
    assert ({change.host for change in found.changes}, found.hosts) == ({A}, 1)


def test_a_host_that_is_not_reached_counts_as_not_looked_at(store: Store) -> None:
    """It is said once with since when; its failures of before are still counted."""
    check(store, 0, result(A, {"x": F}), result(B, {"x": P}))
    check(store, 1, missed(A), result(B, {"x": P}))
    check(store, 2, missed(A), result(B, {"x": P}))
    found = drift(store, at(0))
    (change,) = found.changes
    assert (change.cause, change.since and change.since.at) == (Cause.not_reached, at(1))
    assert (found.hosts, found.looked_at, found.still_failing) == (2, 1, 1)
    assert drift(store, None).changes == ()


def test_a_host_not_visited_since_counts_as_not_looked_at(store: Store) -> None:
    """A run over a part of the fleet says nothing about the rest."""
    check(store, 0, result(A, {"x": P}), result(B, {"x": P}))
    check(store, 1, result(A, {"x": P}))
    assert drift(store, at(0)).looked_at == 1


def test_a_new_host_and_its_failures(store: Store) -> None:
    """It is one change; what fails there has never been compliant."""
    check(store, 0, result(A, {"x": P}))
    check(store, 1, result(A, {"x": P}), result(B, {"x": F, "y": F}))
    found = drift(store, at(0))
    assert [(change.cause, change.host) for change in found.changes] == [(Cause.newly_seen, B)]
    assert [change.rule for change in found.never_compliant] == ["x", "y"]


def test_a_new_baseline(store: Store) -> None:
    """Rules that came or went are the baseline's doing, with its name and version."""
    check(store, 0, result(A, {"x": P, "old": F}))
    check(store, 1, result(A, {"x": P, "new": F}, baseline="linux-server 1.2.0"))
    said = [
        (change.cause, change.rule, change.note and change.note.en)
        for change in drift(store, None).changes
    ]
    assert said == [
        (Cause.baseline_changed, "new", "now in the plan, from linux-server 1.2.0"),
        (Cause.baseline_changed, "old", "no longer in the plan, was in linux-server 1.0.0"),
    ]


@settings(max_examples=60)
@given(ops)
def test_drift_between_any_two_runs(visits: list[Op]) -> None:
    """For any sequence of runs it is what the model that keeps everything gives."""
    naive, store = Naive(visits), fill(visits)
    for run in range(1, RUNS + 1):
        expected = {
            (change.host, change.cause, change.rule, change.until)
            for host, after in naive.states().items()
            for change in compare(naive.states(run).get(host), after)
        }
        found = drift(store, at(run)).changes
        assert {
            (change.host, change.cause, change.rule, change.until) for change in found
        } == expected
        for later in range(run, RUNS + 1):
            before, after = store.states(run), store.states(later)
            assert {host: compare(before.get(host), state) for host, state in after.items()} == {
                host: compare(naive.states(run).get(host), state)
                for host, state in naive.states(later).items()
            }
    store.close()


@settings(max_examples=60)
@given(ops)
def test_what_is_counted_is_what_would_be_named(visits: list[Op]) -> None:
    """Failures that are no change, and those of rules that never passed, are counted without
    reading each.
    """
    naive, store = Naive(visits), fill(visits)
    for run in range(1, RUNS + 1):
        named, counted = drift(store, at(run)), drift(store, at(run), list_never_compliant=False)
        assert counted == replace(named, never_compliant=())
        assert named.never_compliant_count == len(named.never_compliant)
        changed = {(change.host, change.rule) for change in named.changes}
        failing = {
            (host, rule)
            for host, state in naive.states().items()
            for rule, found in state.findings.items()
            if found.outcome in (Outcome.failed, Outcome.pending)
        }
        assert named.still_failing == len(failing - changed)
    store.close()


def spans(intervals: tuple[Interval, ...]) -> list[tuple[Outcome, int, int, bool]]:
    """Return the outcome of each interval with its first and last run, and whether it holds still."""
    return [(each.found.outcome, each.first.run, each.last.run, each.now) for each in intervals]


def test_history_of_a_rule(store: Store) -> None:
    """Passes and failures follow one another; a gap of coverage does not end an interval and is
    shown.
    """
    for hours, outcome in enumerate([P, P, F, None, F, P], 1):
        check(store, hours, missed(A) if outcome is None else result(A, {"x": outcome, "y": P}))
    found = history(store, A, "x")
    assert spans(found.intervals) == [(P, 1, 2, False), (F, 3, 5, False), (P, 6, 6, True)]
    assert [(gap.first.run, gap.last.run, gap.why.en) for gap in found.gaps] == [
        (4, 4, "no answer for 8 s")
    ]
    assert (found.first.at, found.last.at, found.visits) == (at(1), at(6), 6)


def test_history_of_a_host(store: Store) -> None:
    """Without a rule, those that were ever anything but a pass are shown."""
    check(store, 0, result(A, {"x": F, "y": P, "z": P}))
    check(store, 1, result(A, {"x": F, "y": P, "z": F}, observed="2"))
    found = history(store, A)
    assert [each.found.rule for each in found.intervals] == ["x", "x", "z", "z"]
    assert [str(each.found.differences[0].observed) for each in found.intervals[:2]] == ["1", "2"]


def test_history_of_a_rule_that_left_and_came_back(store: Store) -> None:
    """While it was not in the plan there is no interval."""
    check(store, 1, result(A, {"x": P}))
    check(store, 2, result(A, {"y": P}))
    check(store, 3, result(A, {"x": P}))
    assert spans(history(store, A, "x").intervals) == [(P, 1, 1, False), (P, 3, 3, True)]


def test_an_unknown_host_or_rule_is_refused_with_a_suggestion(store: Store) -> None:
    """The nearest known word is named."""
    check(store, 0, result(A, {"forwarding-disabled": P}))
    with pytest.raises(Refused, match=r'called "pc-urg-04"\. Did you mean "pc-urg-03"'):
        history(store, "pc-urg-04")
    with pytest.raises(
        Refused, match=r'"forwarding-disable" was never in the plan of pc-urg-03\. Did you mean'
    ):
        history(store, A, "forwarding-disable")


@settings(max_examples=60)
@given(ops)
def test_history_of_anything(visits: list[Op]) -> None:
    """For any sequence of runs, the intervals cover exactly the visits that the model knows, with
    what it knows.
    """
    naive, store = Naive(visits), fill(visits)
    for host in {op.host for op in visits} & set(HOSTS):
        for rule in {rule for op in visits if op.host == host for rule in op.rules or {}}:
            assert covered(history(store, host, rule).intervals, naive, host) == kept(
                naive, host, rule
            )
    store.close()


def kept(naive: Naive, host: str, rule: str) -> Mapping[int, Recorded | None]:
    """Return what the rule came to at each visit that reached the host."""
    mine = [
        number
        for number, op in enumerate(naive.visits, 1)
        if op.host == host and op.rules is not None
    ]
    return {number: naive.state_at(number).rule(rule) for number in mine}


def covered(
    intervals: tuple[Interval, ...], naive: Naive, host: str
) -> Mapping[int, Recorded | None]:
    """Return the same by the intervals, none of which may overlap."""
    found: dict[int, Recorded | None] = dict.fromkeys(kept(naive, host, ""))
    for each in intervals:
        mine = [number for number in found if each.first.visit <= number <= each.last.visit]
        assert all(found[number] is None for number in mine)
        found |= dict.fromkeys(mine, each.found)
    return found
