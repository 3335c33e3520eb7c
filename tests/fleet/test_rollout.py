"""A rollout over real hosts: rings, a poisoned host, a controller that is killed, hosts that
return, probes.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.fleet.policy import CONF
from tests.fleet.program import Program
from tests.fleet.ring_chaos import (
    confirmed,
    cure,
    named,
    poison,
    start_words,
    steps,
    under_fire,
    write_rings,
)
from tests.lab import Lab, LabHost

pytestmark = pytest.mark.lab
RINGS = {"canary": 1, "pilot": 3, "rest": 4}
ONCE = {f"{ring}-{number}": 1 for ring, count in RINGS.items() for number in range(count)}


@pytest.fixture(scope="session")
def light(lab: Lab) -> list[LabHost]:
    """Return light hosts that stay for the whole session."""
    return lab.start_light([f"ring-{number}" for number in range(sum(RINGS.values()))])


@pytest.fixture
def hosts(light: list[LabHost], program: Program) -> Mapping[str, LabHost]:
    """Return fresh hosts in three rings, by name, and a policy with something to put right on each."""
    for host in light:
        host.reset()
    found = named(light, RINGS)
    write_rings(program, found)
    return found


def applied(hosts: Mapping[str, LabHost]) -> dict[str, int]:
    """Return how many applies each host has confirmed."""
    return {name: confirmed(host) for name, host in hosts.items()}


def test_a_poisoned_host_stops_its_ring(hosts: Mapping[str, LabHost], program: Program) -> None:
    """Hosts that were not begun with it are as they were; once it is cured the rollout goes on,
    each host once.
    """
    poison(hosts["pilot-1"])
    stopped = program.run(*start_words(RINGS, parallel=2))
    assert (stopped.code, stopped.report["phase"]) == (1, "stopped"), stopped.err
    ended = {"canary-0": "done", "pilot-0": "done", "pilot-1": "failed"}
    assert steps(stopped) == dict.fromkeys(ONCE, "waiting") | ended
    assert [name for name, times in applied(hosts).items() if times] == ["canary-0", "pilot-0"]
    assert hosts["pilot-1"].run(f"cat {CONF}").stdout == ""
    cure(hosts["pilot-1"])
    resumed = program.run("rollout", "resume", "--auto", "--json")
    assert (resumed.code, resumed.report["phase"]) == (0, "finished"), resumed.err
    assert applied(hosts) == ONCE


def test_a_controller_killed_at_random_applies_once(
    hosts: Mapping[str, LabHost], program: Program
) -> None:
    """Whether its engine dies with it or not, it goes on where it was, and each host confirms one
    apply.
    """
    assert under_fire(program, RINGS, seed=20261124, kills=4, within=4) > 1
    done = program.run("rollout", "status", "--json")
    assert (done.code, done.report["phase"]) == (0, "finished")
    assert applied(hosts) == ONCE
    assert {
        host.run("ls /var/lib/tuile/active 2>&1 | wc -l").stdout for host in hosts.values()
    } == {"1\n"}


def test_a_host_that_sleeps_is_caught_up(hosts: Mapping[str, LabHost], program: Program) -> None:
    """It holds nobody up, is said to be away, and is put right when it returns."""
    hosts["canary-0"].cut()
    alone = program.run(*start_words(RINGS))
    assert (alone.code, alone.report["phase"]) == (3, "waiting")
    hosts["canary-0"].restore()
    hosts["rest-2"].cut()
    most = program.run("rollout", "resume", "--auto", "--json")
    assert (most.code, most.report["phase"]) == (3, "waiting")
    assert {name for name, step in steps(most).items() if step != "done"} == {"rest-2"}
    hosts["rest-2"].restore()
    assert program.run("rollout", "resume", "--json").report["phase"] == "finished"
    assert applied(hosts) == ONCE


def test_an_abort_can_take_all_back(hosts: Mapping[str, LabHost], program: Program) -> None:
    """The hosts that were reached are as they were; the others were never touched, and nothing goes
    on.
    """
    program.run(*(word for word in start_words(RINGS) if word != "--auto"))
    assert [name for name, times in applied(hosts).items() if times] == ["canary-0"]
    assert hosts["canary-0"].run(f"grep retries {CONF}").stdout == "retries = 3\n"
    aborted = program.run("rollout", "abort", "--undo", "--yes", "--json")
    assert aborted.code == 0, aborted.out + aborted.err
    assert hosts["canary-0"].run(f"ls {CONF}").returncode == 2
    again = program.run("rollout", "resume")
    assert (again.code, "the rollout is aborted" in again.err) == (2, True)


def test_who_needs_a_reboot_is_listed(hosts: Mapping[str, LabHost], program: Program) -> None:
    """A host that asks for a reboot is named with the packages that made it, once it was checked;
    no other is.
    """
    hosts["pilot-0"].run(
        "touch /run/reboot-required && echo linux-image-amd64 > /run/reboot-required.pkgs"
    )
    program.run("check", "-i", "inventories")
    done = program.run("reboots", "--json")
    assert {h["host"]: h["packages"] for h in done.report["hosts"] if h["needed"]} == {
        "pilot-0": ["linux-image-amd64"]
    }
    assert done.code == 1


def test_probes_hold_a_gate(hosts: Mapping[str, LabHost], program: Program) -> None:
    """A testinfra test of the user's own that fails on a host of the ring keeps the next ring
    closed.
    """
    probe = program.folder / "probes" / "test_service.py"
    probe.parent.mkdir()
    probe.write_text("def test_it_serves(host):\n    assert host.file('/etc/serves').exists\n")
    program.run("trust", ".")
    words = [*start_words(RINGS), "--probe", "probes/test_service.py"]
    stopped = program.run(*words)
    assert stopped.report["phase"] == "stopped", stopped.err
    assert "probe test_it_serves (canary-0): " in stopped.report["why"][0]["en"]
    for host in hosts.values():
        host.run("touch /etc/serves")
    assert program.run("rollout", "resume", "--auto", "--json").report["phase"] == "finished"
