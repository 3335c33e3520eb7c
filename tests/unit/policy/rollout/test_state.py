"""A rollout as a state machine: no path through it starts a host twice, or one that may not be
started.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuile.policy.rollout import state as machine
from tuile.policy.rollout.state import LATER, OVER, Impossible, Member, Pace, Phase, Rollout, Step
from tuile.policy.text import Text

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BAD = (Text("a probe fails", "une sonde échoue"),)


def made(*rings: int, phase: Phase = Phase.working, **pace: object) -> Rollout:
    """Return a rollout with this many hosts in each ring: c0, c1, … in the first, then p, r, s."""
    members = {
        f"{letter}{n}": Member(f"{letter}{n}", ring)
        for ring, (letter, count) in enumerate(zip("cprs", rings, strict=False))
        for n in range(count)
    }
    names = ("canary", "pilot", "rest", "last")[: len(rings)]
    return Rollout(1, "linux-server 1.0.0", NOW, names, members, Pace(**pace), phase)  # type: ignore[arg-type]


def ended(rollout: Rollout, *hosts: str, step: Step = Step.done) -> Rollout:
    """Begin and end hosts, and turn."""
    rollout = machine.begin(rollout, hosts, run=7)
    for host in hosts:
        rollout = machine.end(rollout, host, step)
    return machine.turn(rollout, NOW)


def test_hosts_of_the_first_ring_are_due_first() -> None:
    """So many at the same time as may be, and no more while they are being put right."""
    rollout = made(3, 2, parallel=2)

    assert machine.due(rollout) == ("c0", "c1")
    rollout = machine.begin(rollout, ["c0", "c1"], run=7)
    assert machine.due(rollout) == ()
    assert rollout.members["c0"].runs == (7,)
    for host in ("c0", "c1"):
        rollout = machine.end(rollout, host, Step.done)
    assert machine.due(machine.turn(rollout, NOW)) == ("c2",)


def test_a_ring_that_is_done_soaks_before_its_gate() -> None:
    """No gate before the time is over, unless it is meant; then the next ring is due."""
    rollout = ended(made(1, 1, soak=HOUR), "c0")

    assert (rollout.phase, rollout.until) == (Phase.soaking, NOW + HOUR)
    assert machine.due(rollout) == ()
    with pytest.raises(Impossible, match="soaks until 2026-11-24 10:00 UTC"):
        machine.gate(rollout, NOW, ())
    assert machine.due(machine.gate(rollout, NOW, (), early=True)) == ("p0",)
    assert machine.due(machine.gate(rollout, NOW + HOUR, ())) == ("p0",)


def test_a_gate_that_does_not_hold_stops_the_rollout() -> None:
    """With its reasons; resumed, it is asked again without another soak."""
    rollout = machine.gate(ended(made(1, 1, soak=HOUR), "c0"), NOW + HOUR, BAD)

    assert (rollout.phase, rollout.why, rollout.ring) == (Phase.stopped, BAD, 0)
    again = machine.resume(rollout, NOW + HOUR)
    assert (again.phase, again.until, again.why) == (Phase.soaking, NOW + HOUR, ())
    assert machine.gate(again, NOW + HOUR, ()).ring == 1


def test_a_failed_host_stops_its_ring() -> None:
    """No further host is due; resumed, the failed one is tried again and the others go on."""
    rollout = ended(made(4, 1, parallel=2), "c0")
    rollout = ended(rollout, "c1", step=Step.failed)

    assert (rollout.phase, machine.due(rollout)) == (Phase.stopped, ())
    assert rollout.why == (
        Text("failed in the ring canary: c1", "échec dans l’anneau canary : c1"),
    )
    assert machine.due(machine.resume(rollout, NOW)) == ("c1", "c2")


def test_a_failure_stops_even_before_it_turns() -> None:
    """Between the end of a host and the turn nothing is due either."""
    rollout = machine.begin(made(3, parallel=1), ["c0"], run=1)

    assert machine.due(machine.end(rollout, "c0", Step.failed)) == ()


def test_as_many_may_fail_as_the_pace_says() -> None:
    """One failure of one allowed goes on; the second stops; each ring counts its own."""
    rollout = ended(made(2, 2, max_fail=1), "c0", step=Step.failed)
    assert rollout.phase is Phase.working
    rollout = machine.gate(ended(rollout, "c1"), NOW, ())
    rollout = ended(rollout, "p0", step=Step.failed)
    assert rollout.phase is Phase.working
    assert ended(rollout, "p1", step=Step.failed).phase is Phase.stopped


def test_hosts_that_are_away_neither_fail_nor_vouch() -> None:
    """A ring goes on without them, but one of which nobody was seen opens nothing."""
    rollout = ended(made(2, 1), "c0")
    assert ended(rollout, "c1", step=Step.away).phase is Phase.soaking
    nobody = ended(made(2, 1), "c0", "c1", step=Step.away)
    assert nobody.phase is Phase.waiting
    assert machine.due(machine.resume(nobody, NOW)) == ("c0", "c1")


def test_hosts_that_return_are_caught_up() -> None:
    """In whatever ring the rollout is by then; it is finished only when none is left."""
    rollout = ended(ended(made(2, 1), "c0"), "c1", step=Step.held)
    rollout = ended(machine.gate(rollout, NOW, ()), "p0")
    assert rollout.phase is Phase.waiting
    rollout = machine.resume(rollout, NOW)
    assert machine.due(rollout) == ("c1",)
    assert ended(rollout, "c1").phase is Phase.finished


def test_a_ring_without_hosts_is_passed_over() -> None:
    """There is nothing to soak and nobody to look at."""
    rollout = machine.turn(made(0, 0, 1), NOW)
    assert machine.due(rollout) == ("r0",)
    left_out = machine.end(made(1, 1), "c0", Step.left_out)
    assert machine.due(machine.turn(left_out, NOW)) == ("p0",)


def test_the_last_ring_ends_the_rollout() -> None:
    """Without another gate: there is nothing behind it."""
    assert ended(made(1), "c0").phase is Phase.finished
    assert machine.turn(machine.end(made(1), "c0", Step.left_out), NOW).phase is Phase.finished


def test_a_paused_rollout_starts_nothing() -> None:
    """What was begun comes to its end; resumed, the rest goes on."""
    rollout = machine.pause(machine.begin(made(2, parallel=1), ["c0"], run=1))
    rollout = machine.turn(machine.end(rollout, "c0", Step.done), NOW)
    assert (rollout.phase, machine.due(rollout)) == (Phase.paused, ())
    assert machine.due(machine.resume(rollout, NOW)) == ("c1",)


def test_a_pause_does_not_lengthen_a_soak() -> None:
    """The time goes on meanwhile."""
    rollout = ended(made(1, 1, soak=HOUR), "c0")

    assert machine.resume(machine.pause(rollout), NOW + HOUR).until == NOW + HOUR


def test_hosts_in_doubt_must_be_asked_first() -> None:
    """After a crash nobody resumes over hosts of which it is not known what became of them."""
    rollout = machine.begin(made(1), ["c0"], run=1)

    with pytest.raises(Impossible):
        machine.resume(rollout, NOW)
    assert machine.due(machine.end(rollout, "c0", Step.waiting)) == ("c0",)


def test_a_host_that_does_not_answer_after_a_crash_is_asked_later() -> None:
    """It holds nobody up, and resuming does not begin it again before it has said how its apply
    ended.
    """
    rollout = machine.turn(
        machine.end(machine.begin(made(2), ["c0"], run=1), "c0", Step.unclear), NOW
    )
    rollout = machine.resume(ended(rollout, "c1"), NOW)
    assert rollout.phase is Phase.waiting
    assert rollout.members["c0"].step is Step.unclear
    assert machine.end(rollout, "c0", Step.done).members["c0"].step is Step.done


def test_what_is_done_stays_done() -> None:
    """A host that was applied to is not begun again, by no path."""
    rollout = ended(made(2), "c0")

    with pytest.raises(Impossible, match="not due: c0"):
        machine.begin(rollout, ["c0"], run=2)
    with pytest.raises(Impossible, match="c0 is done"):
        machine.end(rollout, "c0", Step.failed)


@pytest.mark.parametrize("phase", OVER)
@pytest.mark.parametrize("act", [machine.pause, machine.abort, lambda r: machine.resume(r, NOW)])
def test_what_is_over_stays_over(phase: Phase, act: Callable[[Rollout], Rollout]) -> None:
    """A finished or aborted rollout is neither paused nor resumed nor aborted again."""
    with pytest.raises(Impossible, match=str(phase)):
        act(made(1, phase=phase))


def test_an_aborted_rollout_starts_nothing() -> None:
    """Hosts that were not begun are left as they are."""
    rollout = machine.abort(ended(made(2), "c0"))
    assert (rollout.phase, machine.due(rollout)) == (Phase.aborted, ())


MOVES = (
    "begin",
    "done",
    "failed",
    "away",
    "unclear",
    "waiting",
    "held",
    "turn",
    "gate",
    "bad gate",
    "pause",
    "resume",
    "abort",
)


def moved(rollout: Rollout, move: str, at: int) -> Rollout:
    """Return the rollout after a move, or unchanged where that is impossible."""
    due, begun = machine.due(rollout), rollout.hosts(Step.applying)
    calls: dict[str, Callable[[], Rollout]] = {
        "begin": lambda: machine.begin(rollout, due[: at + 1], run=at),
        "turn": lambda: machine.turn(rollout, NOW),
        "gate": lambda: machine.gate(rollout, NOW, ()),
        "bad gate": lambda: machine.gate(rollout, NOW, BAD),
        "pause": lambda: machine.pause(rollout),
        "resume": lambda: machine.resume(rollout, NOW),
        "abort": lambda: machine.abort(rollout),
        "held": lambda: machine.end(rollout, due[at % len(due)], Step.held) if due else rollout,
    }
    # One of many
    other = lambda: machine.end(rollout, begun[at % len(begun)], Step(move)) if begun else rollout  # noqa: E731
    try:
        return calls.get(move, other)()
    except Impossible:
        return rollout


@settings(max_examples=300)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.integers(1, 3),
    st.integers(0, 1),
    st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 5)), max_size=60),
)
def test_no_path_breaks_the_promises(
    rings: list[int], parallel: int, max_fail: int, moves: list[tuple[str, int]]
) -> None:
    """Done is for ever, rings open in order, failures stop, and no more hosts are begun than may
    be.
    """
    rollout = machine.turn(made(*rings, parallel=parallel, max_fail=max_fail), NOW)
    for move, at in moves:
        before, rollout = rollout, moved(rollout, move, at)
        begun = [h for h, m in rollout.members.items() if m.step is Step.applying]
        assert all(
            rollout.members[h].step is Step.done
            for h, m in before.members.items()
            if m.step is Step.done
        )
        assert all(rollout.members[host].ring <= rollout.ring for host in begun)
        assert len(begun) <= parallel
        newly = [host for host in begun if before.members[host].step is not Step.applying]
        if newly:
            assert before.phase is Phase.working
            assert all(
                before.count(ring, Step.failed) <= max_fail for ring in range(before.ring + 1)
            )
        if rollout.phase is Phase.finished:
            assert not rollout.hosts(Step.waiting, Step.applying, *LATER)
        assert rollout.ring >= before.ring


def test_every_rollout_comes_to_its_end() -> None:
    """Where all goes well, hosts, gates and turns lead to the end whatever the rings."""
    for rings in ((1,), (0, 2), (3, 0, 4), (1, 1, 1, 1)):
        rollout = machine.turn(made(*rings, parallel=2), NOW)
        for _ in range(30):
            if due := machine.due(rollout):
                rollout = ended(rollout, *due)
            elif rollout.phase is Phase.soaking:
                rollout = machine.gate(rollout, NOW, ())
        assert rollout.phase is Phase.finished, rings
        assert all(member.step is Step.done for member in replace(rollout, ring=9).members.values())
