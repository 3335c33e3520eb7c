"""Rollouts under fire: a poisoned host, a controller killed at random moments; sixty hosts by `make
rollout-chaos`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen

from tests.fleet.policy import CONF, RULES, SETTING, reach, write_inventory, write_policy
from tests.fleet.program import Done, Program
from tests.lab import Lab, LabHost

WITHIN = "15"
"""Seconds within which an apply is confirmed here: enough that a busy machine says in time that it
is there. A host
that nobody confirms is back a little later."""
_USUAL = 1.0
"""Seconds that a command which reads the store takes on a quiet machine."""
SIXTY = {"canary": 6, "pilot": 18, "rest": 36}
_SLOWLY = 2
"""How many of sixty are changed at a time: on a quick machine too, it is not over before the last
kill.
"""
RESUME = ("rollout", "resume", "--auto", "--json")
FINISHED = ("finished", "aborted")


def write_rings(program: Program, hosts: Mapping[str, LabHost]) -> None:
    """Write a policy of one rule, and an inventory with the ring of each host: its name up to the
    hyphen.
    """
    write_policy(
        program.folder, *({**one, "risk": "service"} for one in RULES if one["id"] == SETTING)
    )
    variables = {name: reach(host, tuile_ring=name.split("-")[0]) for name, host in hosts.items()}
    write_inventory(program.folder, variables)


def named(hosts: list[LabHost], rings: Mapping[str, int]) -> dict[str, LabHost]:
    """Return the hosts by names that say their ring."""
    names = [f"{ring}-{number}" for ring, count in rings.items() for number in range(count)]
    return dict(zip(names, hosts, strict=True))


def start_words(rings: Mapping[str, int], parallel: int = 4) -> tuple[str, ...]:
    """Return the command that starts a rollout of the small baseline over these rings."""
    pace = (
        "--parallel",
        str(parallel),
        "--confirm-within",
        WITHIN,
        "--rings",
        ",".join(rings),
        "--auto",
        "--yes",
    )
    return (
        "rollout",
        "start",
        "small@0.1.0",
        "--to",
        "all",
        "-i",
        "inventories",
        "--unsigned",
        "--json",
        *pace,
    )


def poison(host: LabHost) -> None:
    """Make it impossible to put a file in its place."""
    host.run(f"touch {CONF} && mount --bind {CONF} {CONF}")


def cure(host: LabHost) -> None:
    """Take the poison away."""
    host.run(f"umount {CONF}")


def confirmed(host: LabHost) -> int:
    """Return how many applies a host has confirmed: the host itself is asked, not the store."""
    return int(host.run("ls -d /var/lib/tuile/*/state.confirmed 2>/dev/null | wc -l").stdout)


def steps(done: Done) -> dict[str, str]:
    """Return how far each host is, by a report of a rollout."""
    assert done.out, done.err
    return {host["host"]: host["step"] for ring in done.report["rings"] for host in ring["hosts"]}


def killed(program: Program, words: tuple[str, ...], seconds: float, *, alone: bool) -> bool:
    """Run a command and kill it after so long, with its engine or `alone`; return whether it was
    still running.
    """
    process = program.start(*words)
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    running = process.poll() is None
    _kill(process, alone=alone)
    with process:
        process.communicate(timeout=60)
    return running


def _kill(process: Popen[str], *, alone: bool) -> None:
    if process.poll() is None:
        (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)


def slowness(program: Program) -> float:
    """Return how many times slower this machine is now than one with nothing else to do."""
    began = time.monotonic()
    program.run("rollout", "status")
    return max(1.0, (time.monotonic() - began) / _USUAL)


def under_fire(
    program: Program, rings: Mapping[str, int], seed: int, kills: int, within: float = 9
) -> int:
    """Start a rollout, kill its controller so many times, each time `within` so many seconds, and
    let it end.

    Return how many kills there were: fewer where it ended before.
    """
    chance = random.Random(seed)  # noqa: S311 -- a test's dice
    done = 0
    while done < kills:
        seconds = chance.uniform(0.2, within) * slowness(program)
        if not killed(program, _words(program, rings), seconds, alone=chance.random() < 0.5):
            break
        done += 1
    for _ in range(10):
        program.run(*_words(program, rings))
        if program.run("rollout", "status", "--json").report["phase"] in FINISHED:
            break
    return done


def _words(program: Program, rings: Mapping[str, int]) -> tuple[str, ...]:
    """Return the command that begins the rollout, or goes on with it where it was begun."""
    return start_words(rings) if program.run("rollout", "status").code == 2 else RESUME


def main() -> int:
    """Roll out to sixty hosts in three rings: past a poisoned one, then with twenty kills; say what
    was seen.
    """
    seed = int(sys.argv[1]) if sys.argv[1:] else 1
    with Lab() as lab, tempfile.TemporaryDirectory() as folder:
        hosts = named(lab.start_light([f"sixty-{n}" for n in range(60)]), SIXTY)
        program = Program(Path(folder))
        write_rings(program, hosts)
        well = _past_poison(program, hosts)
        kills = under_fire(program, SIXTY, seed, kills=20, within=5)
        phase = program.run("rollout", "status", "--json").report["phase"]
        once = sum(confirmed(host) == 1 for host in hosts.values())
        print(
            f"{kills} kills (seed {seed}): {phase}; {once} of {len(hosts)} hosts applied to exactly"
            " once"
        )
        return 0 if well and once == len(hosts) and phase == "finished" and kills == 20 else 1


def _past_poison(program: Program, hosts: Mapping[str, LabHost]) -> bool:
    """Roll out until a poisoned host stops its ring, say what was touched, and cure it."""
    poison(hosts["pilot-7"])
    began = time.monotonic()
    stopped = program.run(*start_words(SIXTY, parallel=_SLOWLY))
    changed = [name for name, host in hosts.items() if confirmed(host)]
    failed = [name for name, step in steps(stopped).items() if step == "failed"]
    print(
        f"poisoned host: {stopped.report['phase']} after {time.monotonic() - began:.0f} s, failed:"
        f" {failed}"
    )
    rest = [name for name in changed if name.startswith("rest")]
    print(f"{len(changed)} hosts changed by then, {len(rest)} of them in the last ring")
    cure(hosts["pilot-7"])
    return failed == ["pilot-7"] and not rest


if __name__ == "__main__":
    sys.exit(main())
