"""What did not change costs nothing: it is neither taken apart nor written, and what is like is
kept once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.store.made import FACTS, at, missed, plan, result, verdict
from tests.unit.store.test_store import rows
from tuile.policy.model import HostResult, Outcome, Plan, Verdict
from tuile.store import Store
from tuile.store.contents import Digests
from tuile.store.varint import pack, unpack

P, F = Outcome.passed, Outcome.failed
HOST = "srv-pacs-01"
RULES = {"a": F, "b": P}


class Untouched(tuple[Verdict, ...]):
    """Verdicts at which nobody looks."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Verdict]:
        raise AssertionError("a result that was judged from the same was taken apart")


@pytest.fixture
def store() -> Iterator[Store]:
    """Give an empty store."""
    with Store(":memory:") as opened:
        yield opened


def judged(basis: str, outcomes: dict[str, Outcome] | None = None, host: str = HOST) -> HostResult:
    """Return a result that says what it was judged from."""
    return replace(result(host, outcomes or RULES), basis=basis)


def untouched(found: HostResult) -> HostResult:
    """Return a result of which nothing but its plan and basis may be looked at."""
    return replace(found, verdicts=Untouched(), facts=None)


def check(store: Store, hours: float, *results: HostResult) -> dict[str, int]:
    """Store a run in one transaction; return by how many rows each table grew."""
    before = rows(store)
    store.save_all(store.begin(at(hours), []), [(found, at(hours)) for found in results])
    return {
        name: count - before[name] for name, count in rows(store).items() if count != before[name]
    }


def test_the_same_plan_and_basis_is_one_row_and_is_not_taken_apart(store: Store) -> None:
    """The visit is all that is written, no verdict is looked at, and the state is that of before."""
    check(store, 0, judged("x"))
    assert check(store, 1, untouched(judged("x"))) == {"run": 1, "visit": 1}
    state = store.states()[HOST]
    assert (state.seen and state.seen.at, state.findings.keys()) == (at(1), {"a"})
    timeline = store.timeline(HOST)
    assert timeline is not None
    first, last = (store.evidence(visit.seen.visit) for visit in timeline.visits)
    assert first == last
    assert first is not None
    assert first["facts"]["packages"] == sorted(FACTS.packages)


def test_another_basis_that_comes_to_the_same_is_noted(store: Store) -> None:
    """The contents are compared once; from then on the newer basis spares that."""
    check(store, 0, judged("x"))
    assert check(store, 1, judged("y")) == {"run": 1, "visit": 1}
    check(store, 2, untouched(judged("y")))


def test_a_result_without_basis_is_compared_and_forgets_none(store: Store) -> None:
    """Whoever does not know what was judged from makes nothing dearer for those who do."""
    check(store, 0, judged("x"))
    assert check(store, 1, judged("")) == {"run": 1, "visit": 1}
    check(store, 2, untouched(judged("x")))
    assert check(store, 3, judged("", {"a": P, "b": P})) == {"run": 1, "visit": 1, "state": 1}
    assert store.states()[HOST].findings == {}


def test_another_plan_is_looked_at_whatever_the_basis(store: Store) -> None:
    """The basis says nothing of the plan."""
    check(store, 0, judged("x"))
    newer = plan(HOST, dict.fromkeys(RULES, "0"), "linux-server 1.1.0")
    assert check(store, 1, replace(judged("x"), plan=newer)) == {
        "run": 1,
        "visit": 1,
        "state": 1,
        "plan": 1,
    }
    assert store.states()[HOST].rules["a"].baseline == "linux-server 1.1.0"


def test_a_host_that_was_away_is_compared_with_the_last_visit_that_reached_it(store: Store) -> None:
    """Being away does not make a host new."""
    check(store, 0, judged("x"))
    check(store, 1, missed(HOST))
    check(store, 2, untouched(judged("x")))
    assert not store.states()[HOST].stale


def test_alike_hosts_share_what_was_found_and_seen(store: Store) -> None:
    """Twenty hosts that differ in nothing but their name take no text of their own but that."""
    check(store, 0, judged("", host="srv-00"))
    others = [
        replace(
            judged("", host=f"srv-{number:02}"), facts=replace(FACTS, hostname=f"srv-{number:02}")
        )
        for number in range(1, 21)
    ]
    assert check(store, 1, *others) == {
        "run": 1,
        "host": 20,
        "visit": 20,
        "state": 20,
        "evidence": 20,
        "finding": 20,
        "content": 20,
    }


def test_a_host_that_comes_twice_at_once_has_both_visits(store: Store) -> None:
    """Before and after an apply, in one transaction: in the order in which they came."""
    check(store, 0, judged("x", {"a": F, "b": P}), judged("y", {"a": P, "b": F}))
    assert store.states(back=1)[HOST].findings.keys() == {"a"}
    now = store.states()[HOST].findings["b"]
    assert now.passed is not None
    assert (now.since and now.since.visit, now.passed.visit) == (2, 1)


def test_more_hosts_than_a_statement_takes_are_stored(store: Store) -> None:
    """A thousand results at once, reached and missed, are one transaction like any other."""
    found = [judged("x", host=f"srv-{number}") for number in range(900)]
    check(store, 0, *found, *(missed(f"pc-{number}") for number in range(100)))
    states = store.states()
    assert (len(states), sum(state.stale for state in states.values())) == (1000, 100)


def test_what_was_rolled_back_is_written_again(store: Store) -> None:
    """After a transaction that failed in its middle, nothing is taken to be stored that is not."""
    whole = judged("x")
    broken = Plan(HOST, (replace(whole.plan.rules[0], baseline=object()),), (), "other")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        check(store, 0, whole, judged("x", host="other"), replace(judged("z"), plan=broken))
    check(store, 1, whole, judged("x", host="other"))
    assert store.states().keys() == {HOST, "other"}
    with store._reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@given(st.sets(st.integers(0, 2**40)))
def test_packed_ids_are_the_ids(ids: set[int]) -> None:
    """Whatever the ids, they come back, in order; those that are near each other take a byte each."""
    assert unpack(pack(ids)) == sorted(ids)
    assert len(pack(range(len(ids)))) <= max(len(ids), 1)


SEEN = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["1", "", "é"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner),
    max_leaves=4,
)


@given(SEEN, SEEN)
def test_only_equal_verdicts_have_one_digest(one: object, other: object) -> None:
    """1, True and "1" are three things, for verdicts that were met before too."""
    digests = Digests()
    said = [result(HOST, RULES) for _ in range(2)]
    pair = [
        replace(found, verdicts=(replace(verdict("a", F), observed={"n": value}),))
        for found, value in zip(said, (one, other), strict=True)
    ]
    first, second = (digests.contents(found).evidence_digest for found in pair)
    assert (first == second) == same_json(one, other)


def same_json(one: object, other: object) -> bool:
    """Return whether two values are the same in JSON, where keys have no order."""
    if isinstance(one, dict) and isinstance(other, dict):
        alike = one.keys() == other.keys()
        return alike and all(same_json(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return type(one) is type(other) and one == other
