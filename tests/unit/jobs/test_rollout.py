"""A rollout goes on from wherever its controller died, and no host is applied to twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.store.made import result
from tuile.jobs.rollout import Rolling, alone, seconds_left
from tuile.jobs.rollout_executor import MemberOutcome
from tuile.policy.errors import Refused, StoreError
from tuile.policy.model import HostResult, Outcome
from tuile.policy.rollout import state as machine
from tuile.policy.rollout.state import Impossible, Member, Pace, Phase, Rollout, Step
from tuile.policy.text import Text
from tuile.store import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ORDERED = {"baseline": "small@1.0.0", "probes": ["/probes/test_it.py"]}


class Killed(BaseException):
    """The controller died here."""


@dataclass
class World:
    """Hosts that outlive controllers: what was applied to them, and how often.

    A controller may die at any call.
    """

    poisoned: set[str] = field(default_factory=set)
    asleep: set[str] = field(default_factory=set)
    shut: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    applied: dict[str, int] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    dies_at: int = -1
    calls: int = 0
    runs: int = 0

    def perhaps_die(self) -> None:
        """Die if this is the moment."""
        self.calls += 1
        if self.calls == self.dies_at:
            raise Killed

    def hindrance(self, host: str) -> MemberOutcome | None:
        """Return whether it is outside its window."""
        return (
            MemberOutcome(host, Step.held, Text("closed", "fermé")) if host in self.shut else None
        )

    def open_run(self) -> int:
        """Count a run."""
        self.perhaps_die()
        self.runs += 1
        return self.runs

    def remediate(self, hosts: Sequence[str], run: int) -> Iterator[MemberOutcome]:
        """Apply to hosts; one that was begun and not confirmed puts itself back."""
        assert run
        for host in hosts:
            self.perhaps_die()
            if host in self.asleep:
                yield MemberOutcome(host, Step.away, Text("no answer", "pas de réponse"))
                continue
            self.begun.add(host)
            self.perhaps_die()
            if host in self.poisoned:
                yield MemberOutcome(host, Step.failed, Text("poison", "poison"))
                continue
            self.applied[host] = self.applied.get(host, 0) + 1
            self.perhaps_die()
            yield MemberOutcome(host, Step.done, None, {"known": "fail"})

    def ask(self, members: Sequence[Member]) -> Iterator[MemberOutcome]:
        """Say what became of hosts: the hosts themselves know."""
        for member in members:
            self.perhaps_die()
            if member.host in self.asleep:
                yield MemberOutcome(member.host, Step.unclear)
            else:
                yield MemberOutcome(
                    member.host, Step.done if self.applied.get(member.host) else Step.waiting
                )

    def look_again(self, hosts: Sequence[str]) -> Mapping[str, HostResult]:
        """Check hosts: those that are broken meanwhile fail."""
        self.perhaps_die()
        return {
            h: result(h, {"a": Outcome.failed if h in self.broken else Outcome.passed})
            for h in hosts
        }


def store_of(folder: Path, *rings: int, **pace: object) -> Store:
    """Return a store with rollout 1 over hosts a0, a1, … in the first ring, then b, c."""
    members = {
        f"{letter}{n}": Member(f"{letter}{n}", ring)
        for ring, (letter, count) in enumerate(zip("abc", rings, strict=False))
        for n in range(count)
    }
    store = Store(folder / "tuile.db")
    names = ("canary", "pilot", "rest")[: len(rings)]
    store.start_rollout(Rollout(0, "small 1.0.0", NOW, names, members, Pace(**pace)), ORDERED)  # type: ignore[arg-type]
    return store


def through(
    store: Store, world: World, probe: Callable[[Sequence[str]], Sequence[Text]] = lambda _hosts: ()
) -> Rollout:
    """Resume and promote until nothing goes on by itself."""
    rolling = Rolling(1, store, world, lambda: NOW)
    rolling.resume()
    rollout = rolling.work()
    while rollout.phase is Phase.soaking:
        rolling.pass_gate(probe)
        rollout = rolling.work()
    return rollout


def test_a_rollout_goes_through_its_rings(tmp_path: Path) -> None:
    """Each host once, and what was told is what was stored."""
    told: list[str] = []
    with store_of(tmp_path, 2, 3, 4, parallel=2) as store:
        world = World()
        rolling = Rolling(1, store, world, lambda: NOW, lambda end: told.append(end.host))
        assert rolling.work().phase is Phase.soaking
        assert sorted(world.applied) == ["a0", "a1"]
        assert through(store, world).phase is Phase.finished
        assert world.applied == dict.fromkeys(world.applied, 1)
        found = store.rollout()
    assert found is not None
    assert len(world.applied) == 9
    assert {member.step for member in found[0].members.values()} == {Step.done}
    assert found[1] == ORDERED
    assert told == ["a0", "a1"]


def test_a_poisoned_host_stops_its_ring(tmp_path: Path) -> None:
    """No host that was not begun with it is touched; repaired and resumed, the rollout comes to its
    end.
    """
    with store_of(tmp_path, 1, 6, 3, parallel=2) as store:
        world = World(poisoned={"b2"})
        assert through(store, world).phase is Phase.stopped
        assert sorted(world.begun) == ["a0", "b0", "b1", "b2", "b3"]
        world.poisoned.clear()
        assert through(store, world).phase is Phase.finished
        assert set(world.applied.values()) == {1}


def test_hosts_that_are_away_or_shut_are_caught_up(tmp_path: Path) -> None:
    """They fail nothing, and are applied to when they return."""
    with store_of(tmp_path, 2, 3, parallel=5) as store:
        world = World(asleep={"a1"}, shut={"b2"})
        rollout = through(store, world)
        assert rollout.phase is Phase.waiting
        assert (rollout.members["a1"].step, rollout.members["b2"].step) == (Step.away, Step.held)
        world.asleep.clear()
        world.shut.clear()
        assert through(store, world).phase is Phase.finished
        assert set(world.applied.values()) == {1}


def test_a_gate_stops_on_what_it_sees(tmp_path: Path) -> None:
    """A host that fails meanwhile, or a probe that does; the next ring is not touched."""
    with store_of(tmp_path, 2, 2) as store:
        world = World(broken={"a1"})
        rollout = through(store, world, lambda hosts: [Text(f"probe {len(hosts)}", "sonde")])
        assert rollout.phase is Phase.stopped
        assert [why.en for why in rollout.why] == ["a1: a is now fail", "probe 2"]
        assert sorted(world.applied) == ["a0", "a1"]
        world.broken.clear()
        assert through(store, world).phase is Phase.finished


def test_somebody_else_may_pause_it_in_the_middle(tmp_path: Path) -> None:
    """The hosts that were begun come to their end, and no other is."""
    with store_of(tmp_path, 4, parallel=1) as store:
        world = World()

        def told(end: MemberOutcome) -> None:
            if end.host == "a1":
                store.turn_rollout(1, machine.pause)

        assert Rolling(1, store, world, lambda: NOW, told).work().phase is Phase.paused
        assert sorted(world.applied) == ["a0", "a1"]


@pytest.mark.parametrize("seed", range(12))
def test_a_controller_that_dies_anywhere_does_nothing_twice(seed: int, tmp_path: Path) -> None:
    """Killed at random moments, again and again: in the end each host was applied to exactly once."""
    chance = random.Random(seed)  # noqa: S311 -- a test's dice
    rings = [chance.randint(0, 4) for _ in range(chance.randint(1, 3))]
    world = World(asleep={"a1"} if chance.random() < 0.3 else set())
    store_of(tmp_path, *rings, parallel=chance.randint(1, 3)).close()
    for _ in range(60):
        world.dies_at = world.calls + chance.randint(1, 12)
        with Store(
            tmp_path / "tuile.db"
        ) as store:  # a new controller knows what is stored, and nothing else
            try:
                if through(store, world).phase is Phase.finished:
                    break
            except Killed:
                continue
        if chance.random() < 0.5:
            world.asleep.clear()
    assert world.applied == {
        f"{letter}{n}": 1 for letter, count in zip("abc", rings, strict=False) for n in range(count)
    }


def test_only_one_process_works_on_a_rollout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told; other rollouts are not held up, and the lock goes with its process."""
    monkeypatch.setenv("TUILE_STORE", str(tmp_path / "tuile.db"))
    with alone(1):
        with pytest.raises(Refused, match="rollout 1 is being worked on"), alone(1):
            pass
        with alone(2):
            pass
    with alone(1):
        pass


def test_a_rollout_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its number."""
    with Store(tmp_path / "tuile.db") as store:
        assert store.rollout() is None
        with pytest.raises(StoreError, match="no rollout 7"):
            store.turn_rollout(7, machine.pause)


def test_the_one_that_goes_on_is_meant_where_none_is_named(tmp_path: Path) -> None:
    """Else the last one."""
    with store_of(tmp_path, 1) as store:
        second = store.start_rollout(Rollout(0, "small 1.1.0", NOW, ("all",), {}), ORDERED)
        store.turn_rollout(second, machine.abort)
        going_on = store.rollout()
        store.turn_rollout(1, machine.abort)
        last = store.rollout()
    assert going_on is not None
    assert last is not None
    assert (going_on[0].id, last[0].id) == (1, second)


def test_a_soak_is_waited_for(tmp_path: Path) -> None:
    """So many seconds, and none in any other phase."""
    with store_of(tmp_path, 1, 1, soak=timedelta(hours=1)) as store:
        rolling = Rolling(1, store, World(), lambda: NOW)
        rollout = rolling.work()
        with pytest.raises(Impossible, match="soaks"):
            rolling.pass_gate(lambda _hosts: ())
    assert seconds_left(rollout, NOW) == 3600
    assert seconds_left(rollout, NOW + timedelta(hours=2)) == 0
    assert seconds_left(machine.pause(rollout), NOW) == 0
