"""What is stored is what is read, and little is written."""

# ruff: noqa: S603 -- runs this Python on this repository

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.unit.store.made import FACTS, SAID, at, missed, result, verdict
from tuile.policy.errors import StoreError
from tuile.policy.history.host_state import Recorded
from tuile.policy.model import HostResult, Outcome, Plan
from tuile.store import Store, schema

PASSED, FAILED, ERROR = Outcome.passed, Outcome.failed, Outcome.error
HOST = "srv-pacs-01"
LABELS = ["linux-server 1.0.0"]


@pytest.fixture
def store() -> Iterator[Store]:
    """Give an empty store."""
    with Store(":memory:") as opened:
        yield opened


def check(store: Store, hours: float, *results: HostResult) -> int:
    """Store a whole run."""
    run = store.begin(at(hours), LABELS)
    for each in results:
        store.save(run, each, at(hours))
    store.finish(run, at(hours + 0.1))
    return run


def rows(store: Store) -> dict[str, int]:
    """Return how many rows each table has."""
    with store._reading() as connection:
        tables = schema.metadata.sorted_tables
        return {
            table.name: connection.scalars(select(func.count()).select_from(table)).one()
            for table in tables
        }


def found(store: Store, rule: str, run: int | None = None) -> Recorded:
    """Return what a rule of the host came to."""
    recorded = store.states(run)[HOST].rule(rule)
    assert recorded is not None
    return recorded


def test_every_outcome_is_read_as_it_was_stored(store: Store) -> None:
    """Outcome, subject, differences with their conditions, and reasons come back whole."""
    outcomes = {f"rule-{outcome}": outcome for outcome in Outcome}
    check(store, 0, result(HOST, outcomes))
    for rule, outcome in outcomes.items():
        recorded, stored = found(store, rule), verdict(rule, outcome)
        assert recorded.outcome is outcome
        assert (recorded.differences, recorded.reason) == (stored.differences, SAID.get(outcome))


def test_an_unchanged_run_writes_one_row_a_host(store: Store) -> None:
    """A second run that finds nothing new adds its own row and one visit a host: no plan, finding
    or evidence.
    """
    outcomes = {f"rule-{number:03}": FAILED if number % 8 == 0 else PASSED for number in range(200)}
    results = [result(f"host-{number:03}", outcomes) for number in range(20)]
    check(store, 0, *results)
    before = rows(store)
    check(store, 1, *results)
    added = {
        table: count - before[table]
        for table, count in rows(store).items()
        if count != before[table]
    }
    assert added == {"run": 1, "visit": 20}


def test_one_changed_verdict_writes_one_finding(store: Store) -> None:
    """Only the rule that changed takes a row."""
    outcomes = {f"rule-{number}": FAILED for number in range(20)} | {"good": PASSED}
    check(store, 0, result(HOST, outcomes))
    check(store, 1, result(HOST, outcomes | {"good": FAILED}))
    assert rows(store)["finding"] == 21


def test_since_and_passed_are_remembered(store: Store) -> None:
    """A failure knows the last visit that saw it good and the first that saw it fail, whatever
    differs later.
    """
    check(store, 0, result(HOST, {"a": PASSED}))
    good = check(store, 1, result(HOST, {"a": PASSED}))
    bad = check(store, 2, result(HOST, {"a": FAILED}))
    check(store, 3, result(HOST, {"a": FAILED}, observed="2"))
    now = found(store, "a")
    assert now.since is not None
    assert now.passed is not None
    assert (now.since.run, now.since.at, now.passed.run, now.passed.at) == (bad, at(2), good, at(1))
    assert now.differences[0].observed == "2"


def test_a_rule_that_never_passed_has_no_last_pass(store: Store) -> None:
    """Failing at the first visit, or as an error first, is not a regression."""
    check(store, 0, result(HOST, {"a": ERROR}))
    check(store, 1, result(HOST, {"a": FAILED}))
    assert found(store, "a").passed is None


def test_past_states_stay_readable(store: Store) -> None:
    """After each run, the state of that time is read as it was."""
    outcomes = [PASSED, FAILED, FAILED, PASSED, ERROR]
    runs = [
        check(store, hours, result(HOST, {"a": outcome})) for hours, outcome in enumerate(outcomes)
    ]
    assert [found(store, "a", run).outcome for run in runs] == outcomes


def test_a_host_that_is_not_reached_keeps_its_last_state(store: Store) -> None:
    """What was known stays, marked stale, with since when and why."""
    check(store, 0, result(HOST, {"a": FAILED}))
    check(store, 1, missed(HOST, "host key changed"))
    check(store, 2, missed(HOST))
    state = store.states()[HOST]
    assert state.stale
    assert state.missed is not None
    assert state.why is not None
    assert (state.missed.at, state.why.en) == (at(1), "no answer for 8 s")
    assert state.rule("a") == Recorded(
        "a", FAILED, "a", verdict("a", FAILED).differences, None, state.seen
    )


def test_a_host_never_reached_is_known_without_state(store: Store) -> None:
    """No visit saw it: no rules, no findings, and never a pass."""
    check(store, 0, missed(HOST))
    state = store.states()[HOST]
    assert (state.seen, state.all(), state.stale) == (None, (), True)


def test_silence_is_not_a_pass(store: Store) -> None:
    """A rule of the plan for which no verdict came is an error."""
    whole = result(HOST, {"a": PASSED, "b": PASSED})
    check(store, 0, HostResult(HOST, whole.plan, FACTS, whole.verdicts[:1]))
    assert found(store, "b").outcome is ERROR


def test_evidence_is_kept_when_it_changes(store: Store) -> None:
    """The same observations are kept once; others beside them; each is read by its visit."""
    for hours, observed in enumerate(["1", "1", "2"]):
        check(store, hours, result(HOST, {"a": FAILED}, observed=observed))
    timeline = store.timeline(HOST)
    assert timeline is not None
    seen = [store.evidence(visit.seen.visit) for visit in timeline.visits]
    assert [data["observations"]["a"]["state"]["running"] for data in seen if data] == [
        "1",
        "1",
        "2",
    ]
    assert rows(store)["evidence"] == 2
    assert seen[0] is not None
    assert seen[0]["facts"]["hostname"] == FACTS.hostname


def test_text_from_hosts_survives(store: Store) -> None:
    """Bytes that are no UTF-8, NUL and accents come back as they were seen."""
    strange = "é\x00\udcff\n\u2028"
    check(store, 0, result(HOST, {"a": FAILED}, observed=strange))
    assert found(store, "a").differences[0].observed == strange


def test_runs_are_listed_with_their_times(store: Store) -> None:
    """A run that did not finish has no end; the last run before a time is found."""
    first = check(store, 0)
    second = store.begin(at(2), LABELS)
    listed = store.runs()
    assert [(run.id, run.finished) for run in listed] == [(first, at(0.1)), (second, None)]
    last = store.last_run(at(1))
    assert last is not None
    assert (last.id, last.started, last.baselines) == (first, at(0), tuple(LABELS))


def test_a_time_without_zone_is_refused(store: Store) -> None:
    """Local time by mistake would shift history by an hour twice a year."""
    with pytest.raises(Exception, match="no time zone"):
        store.begin(datetime(2026, 11, 16, 6, 0), LABELS)  # noqa: DTZ001 -- the mistake under test


def test_a_result_of_an_unknown_run_is_refused(store: Store) -> None:
    """Nothing is stored for a run that was never begun."""
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.save(99, result(HOST, {"a": PASSED}), at(0))
    assert rows(store)["host"] == 0


def test_an_empty_plan_passes_nothing(store: Store) -> None:
    """A host without rules is seen, and nothing is claimed of it."""
    check(store, 0, HostResult(HOST, Plan(HOST, (), (), "0" * 64), FACTS))
    assert store.states()[HOST].all() == ()


def test_many_hosts_are_read_in_pieces(store: Store) -> None:
    """More hosts than fit one IN list are all read."""
    check(store, 0, *(result(f"host-{number}", {"a": FAILED}) for number in range(450)))
    states = store.states()
    assert len(states) == 450
    assert all(state.findings for state in states.values())


def test_importing_the_store_imports_no_database() -> None:
    """A command that opens no store does not pay for SQLAlchemy; one that opens a current store not
    for alembic.
    """
    code = (
        "import sys, tuile.store as s; assert 'sqlalchemy' not in sys.modules;"
        "s.Store(':memory:'); assert 'sqlalchemy' in sys.modules and 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    """The folders made are 0700, the files 0600, those of the write-ahead log too."""
    path = tmp_path / "state" / "tuile" / "tuile.db"
    store = Store(path)
    check(store, 0)
    assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}
    assert {oct(folder.stat().st_mode & 0o777) for folder in (path.parent, path.parent.parent)} == {
        "0o700"
    }
    store.close()
