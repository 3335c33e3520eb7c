"""Plays one point: an apply, a fault at some moment of it, and what the host is like afterwards."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.fault import FAULTS, Process, Scene, mend
from tests.chaos.work import WORKS, Work
from tests.fleet.policy import reach, write_inventory, write_policy
from tests.fleet.program import Program
from tests.lab import LabHost
from tests.lab.shell import attempt
from tests.witness import between, witness

WITHIN = 8
"""Seconds to confirm."""
UNDISTURBED = 120
"""The same where nothing goes wrong: a busy machine must not cut it short."""
PATIENCE = 30
"""Seconds beyond that within which a host must answer a new login with sudo."""
ENDS = 600
"""Seconds within which the program must have ended: one that is stuck tells where, and a busy
machine is none.
"""
PACE = {"pyinfra": 1.0, "ansible": 2.0}
"""How long an engine takes, beside the first."""
ENGINES = tuple(PACE)
_SETTLED = "! [ -L /var/lib/tuile/active ]"
_TIME = re.compile(r"( file \S+ \S+) \S+$")
_VOLATILE = ("elements = ", "random", "./machine-id", "filler", "state.", "/home/")


OnEvent = Callable[["Point", list[str]], None]


@dataclass(frozen=True)
class Point:
    """One moment of one apply at which something goes wrong."""

    number: int
    work: Work
    engine: str
    fault: str
    moment: float
    """Where in the apply: 0 its start, 1 its end, as it takes where nothing goes wrong."""
    lasts: float
    """Seconds for which a cut lasts."""

    def __str__(self) -> str:
        return f"{self.number}-{self.work.name}-{self.engine}-{self.fault}-{self.moment:.2f}"


def points(seed: int) -> Iterator[Point]:
    """Yield points without end, the same for the same seed; every work, engine and fault comes in
    turn.
    """
    chance = random.Random(seed)  # noqa: S311 -- a reproducible choice, no secret
    number = 0
    while True:
        cells = [(work, engine, fault) for work in WORKS for engine in ENGINES for fault in FAULTS]
        chance.shuffle(cells)
        for work, engine, fault in cells:
            yield Point(
                number,
                work,
                engine,
                fault,
                chance.uniform(0.0, 1.1),
                chance.uniform(1, WITHIN * 1.5),
            )
            number += 1


@dataclass
class Stage:
    """A host on which points are played, and what it is like before and after each apply that
    nothing disturbs.
    """

    host: LabHost
    folder: Path
    _known: dict[str, tuple[list[str], list[str], float]] = field(default_factory=dict)

    def play(self, point: Point) -> list[str]:
        """Play a point and return what is wrong afterwards: nothing, where all is well."""
        old, new, duration = self._undisturbed(point.work)
        program = self._set(point.work)
        process = self._start(program, point.engine)
        scene = Scene(self.host, process, lambda: self._start(program, point.engine))
        try:
            time.sleep(point.moment * duration * PACE[point.engine])
            FAULTS[point.fault](scene)
            answers = self._answers_within(
                WITHIN + PATIENCE + point.lasts, mend_at=point.lasts, scene=scene
            )
            stuck = _end(process)
        finally:
            process.kill()
            mend(scene)
        if stuck:
            return [stuck]
        if not answers:
            return ["no login with sudo in time"]
        self._settle()
        now = self._seen()
        if now in (old, new):
            return []
        return [
            f"neither old nor new: old {between(old, now)}; new {between(new, now)}; {self._told()}"
        ]

    def _undisturbed(self, work: Work) -> tuple[list[str], list[str], float]:
        """Return what the host is like before and after an apply, by either engine, and how many
        seconds that takes.
        """
        if work.name not in self._known:
            program = self._set(work)
            old, started = self._seen(), time.monotonic()
            with self._start(program, ENGINES[0], within=UNDISTURBED) as process:
                out, err = process.communicate(timeout=240)
            duration = time.monotonic() - started
            assert process.returncode == 0, (work.name, out, err)
            new = self._seen()
            assert new != old, work.name
            self._known[work.name] = (old, new, duration)
        return self._known[work.name]

    def _set(self, work: Work) -> Program:
        """Make the host fresh and return a program with a policy of this work."""
        self.host.reset()
        done = self.host.run(
            f"set -e; systemctl mask --quiet apt-daily.timer; {work.prepare}; sync"
        )
        assert done.returncode == 0, done.stderr
        folder = self.folder / f"{time.monotonic_ns()}"
        folder.mkdir(parents=True)
        write_policy(folder, *work.rules)
        write_inventory(folder, {"one": reach(self.host)})
        return Program(folder)

    def _start(self, program: Program, engine: str, within: int = WITHIN) -> Process:
        words = (
            "--unsigned",
            "--yes",
            "--json",
            "--confirm-within",
            str(within),
            "--engine",
            engine,
        )
        return program.start("apply", "-i", "inventories", *words, PYTHONFAULTHANDLER="1")

    def _answers_within(self, seconds: float, mend_at: float, scene: Scene) -> bool:
        """Return whether a new login with sudo succeeds in time; a cut is ended on the way."""
        started, mended = time.monotonic(), False
        while time.monotonic() - started < seconds:
            if not mended and time.monotonic() - started > mend_at:
                mend(scene)
                mended = True
            if lets_in(self.host):
                return True
            time.sleep(0.5)
        return False

    def _settle(self) -> None:
        for _ in range(120):
            if self.host.run(_SETTLED).returncode == 0:
                return
            time.sleep(0.5)

    def _seen(self) -> list[str]:
        found = witness(
            self.host,
            ("ssh.service", "fstrim.timer", "dpkg-db-backup.timer", "tuile-firewall.service"),
        )
        return [
            _TIME.sub(r"\1", line) for line in found if not any(word in line for word in _VOLATILE)
        ]

    def _told(self) -> str:
        """Return what the host says of its applies."""
        return self.host.run(
            "cd /var/lib/tuile; ls -l */ active; cat */trouble; journalctl -b --no-pager | tail -20"
        ).stdout


def _end(process: Process) -> str:
    """Wait for the program to end; return where it was stuck, "" where it ended."""
    try:
        process.communicate(timeout=ENDS)
    except subprocess.TimeoutExpired:
        process.send_signal(
            signal.SIGABRT
        )  # with PYTHONFAULTHANDLER it tells where its threads are
        return f"it has not ended: {process.communicate()[1][-4000:]}"
    return ""


def lets_in(host: LabHost, within: float = 30) -> bool:
    """Return whether a new login with sudo succeeds in so many seconds; a first packet that is
    dropped counts as no.
    """
    words = (
        "-o",
        "ConnectTimeout=2",
        *host.ssh_options(),
        f"{host.user}@{host.address}",
        "sudo -n true",
    )
    try:
        return attempt(["ssh", *words], within).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def play(chosen: Sequence[Point], stages: Sequence[Stage], told: OnEvent) -> dict[str, list[str]]:
    """Play points, the same work always on the same stage, and return what was wrong, by point."""
    wrong: dict[str, list[str]] = {}

    def on(number: int) -> None:
        for point in chosen:
            if WORKS.index(point.work) % len(stages) == number:
                words = stages[number].play(point)
                told(point, words)
                if words:
                    wrong[str(point)] = words

    with ThreadPoolExecutor(len(stages)) as pool:
        list(pool.map(on, range(len(stages))))
    return wrong
