"""A model of the store that keeps everything of every visit and computes each answer the long way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.unit.store.made import at, missed, plan, verdict
from tuile.policy.history.host_state import HostState, InPlan, Recorded, Seen
from tuile.policy.model import HostResult, Outcome
from tuile.store import Store

HOSTS = ("srv-pacs-01", "srv-ris-01", "pc-urg-03")
RUNS = 4


@dataclass(frozen=True)
class Op:
    """One visit: in which run, of which host, and what came of it (None: not reached)."""

    run: int
    host: str
    rules: Mapping[str, tuple[Outcome, str, str]] | None
    """By rule: the outcome, the observed value, the wanted value, which is a parameter."""
    baseline: str = "linux-server 1.0.0"

    def result(self) -> HostResult:
        """Return what the program would save."""
        if self.rules is None:
            return missed(self.host)
        made = plan(
            self.host, {rule: wanted for rule, (_, _, wanted) in self.rules.items()}, self.baseline
        )
        verdicts = tuple(verdict(rule, *found) for rule, found in self.rules.items())
        return HostResult(self.host, made, verdicts=verdicts)


_FOUND = st.tuples(st.sampled_from(Outcome), st.sampled_from("12"), st.sampled_from("00005"))
_RULES = st.dictionaries(st.sampled_from("abcd"), _FOUND)
_BASELINE = st.sampled_from(["linux-server 1.0.0", "linux-server 1.0.0", "linux-server 1.1.0"])
ops = st.lists(
    st.builds(
        Op, st.integers(1, RUNS), st.sampled_from(HOSTS), st.none() | _RULES | _RULES, _BASELINE
    ),
    max_size=14,
)
"""Visits of any hosts in any order; runs overlap, plans change, hosts are visited twice in a run.
"""


def fill(visits: list[Op]) -> Store:
    """Return a store with these visits; run n started at hour n, visit n was at hour 10 + n."""
    store = Store(":memory:")
    for number in range(1, RUNS + 1):
        assert store.begin(at(number), []) == number
    for number, op in enumerate(visits, 1):
        store.save(op.run, op.result(), at(10 + number))
    return store


@dataclass(frozen=True)
class Naive:
    """The same visits, all kept."""

    visits: list[Op]

    def states(self, run: int | None = None) -> dict[str, HostState]:
        """Return what was known of each host after a run."""
        last = {
            op.host: number
            for number, op in enumerate(self.visits, 1)
            if run is None or op.run <= run
        }
        return {host: self.state_at(number) for host, number in last.items()}

    def figures(self, run: int | None = None) -> dict[str, tuple[object, ...]]:
        """Return who is known after a run, and how many rules came to what there, but for passes."""
        return {host: figures_of(state) for host, state in self.states(run).items()}

    def before_last(self) -> dict[str, HostState]:
        """Return what was known of each host one visit before its last."""
        of_hosts = {
            host: [n for n, op in enumerate(self.visits, 1) if op.host == host] for host in HOSTS
        }
        return {
            host: self.state_at(numbers[-2])
            for host, numbers in of_hosts.items()
            if len(numbers) > 1
        }

    def state_at(self, visit: int) -> HostState:
        """Return what was known at a visit."""
        host = self.visits[visit - 1].host
        mine = [number for number in range(1, visit + 1) if self.visits[number - 1].host == host]
        reached = [number for number in mine if self.visits[number - 1].rules is not None]
        since = [number for number in mine if not reached or number > reached[-1]]
        words = missed(host).not_reached if since else None
        seen = self.seen(reached[-1]) if reached else None
        gone = self.seen(since[0]) if since else None
        return HostState(host, seen, self._plan(reached), self._findings(reached), gone, words)

    def seen(self, visit: int) -> Seen:
        """Return a visit as the store gives it."""
        return Seen(visit, self.visits[visit - 1].run, at(10 + visit))

    def found(self, visit: int, rule: str) -> tuple[Outcome, str, str] | None:
        """Return what a rule came to at a visit, None where it was not in the plan."""
        return (self.visits[visit - 1].rules or {}).get(rule)

    def _plan(self, reached: list[int]) -> dict[str, InPlan]:
        if not reached:
            return {}
        op = self.visits[reached[-1] - 1]
        wanted = {rule: value for rule, (_, _, value) in (op.rules or {}).items()}
        return {
            rule: InPlan(rule, "sysctl", {"key": rule, "value": v}, op.baseline)
            for rule, v in wanted.items()
        }

    def _findings(self, reached: list[int]) -> dict[str, Recorded]:
        rules = self.visits[reached[-1] - 1].rules or {} if reached else {}
        return {
            rule: self._finding(reached, rule)
            for rule, found in rules.items()
            if found[0] is not Outcome.passed
        }

    def _finding(self, reached: list[int], rule: str) -> Recorded:
        known = self.found(reached[-1], rule)
        assert known is not None
        since, passed, unbroken = reached[-1], None, True
        for number in reversed(reached):
            earlier = self.found(number, rule)
            if earlier is None:
                break
            if earlier[0] is Outcome.passed:
                passed = self.seen(number)
                break
            unbroken = unbroken and earlier[0] is known[0]
            since = number if unbroken else since
        made = verdict(rule, *known)
        return Recorded(
            rule, made.outcome, rule, made.differences, made.reason, self.seen(since), passed
        )


def figures_of(state: HostState) -> tuple[object, ...]:
    """Return what a status says of a state: its visits, counts of outcomes, and of those never
    right.
    """
    counts = Counter(found.outcome for found in state.findings.values())
    failed = (found for found in state.findings.values() if found.outcome is Outcome.failed)
    never = sum(found.passed is None for found in failed)
    return state.seen, state.missed, state.why, dict(counts), never
