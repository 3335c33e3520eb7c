"""Asks a lab host's guard over a connection, as an apply does."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.lab import LabHost, Machine
from tuile.gather import run_probes
from tuile.platforms.interface import Limits, ProbeResult
from tuile.platforms.linux import guard
from tuile.platforms.linux.resources.unit import FOLDERS
from tuile.platforms.resources import read
from tuile.policy.errors import Unseen
from tuile.workspace.inventory.variables import target

THINGS = (
    "file=/etc/lab/plain.conf",
    "file=/etc/lab/new/deep.conf",
    "file=/etc/lab/link",
    "file=/etc/lab/gone",
    "file=/srv/data/other-disk",
    "attributes=/etc/issue",
    "attributes=/etc/lab/kept-content",
    "sysctl=net.ipv4.ip_forward",
    "mount=/tmp",
    "account=ops",
    "unit=fstrim.timer",
    *(f"links={folder}" for folder in FOLDERS),
    *(f"file=/etc/{name}-" for name in ("passwd", "shadow", "group", "gshadow")),
    "reload=ssh.service",
)
_NUMBER = itertools.count(1)


@dataclass
class Asked:
    """One apply of one host."""

    host: LabHost | Machine
    kept: str = field(default_factory=lambda: f"20260101T000000Z-{next(_NUMBER):04d}")
    sights: list[ProbeResult] = field(default_factory=list)

    # An answer
    def prepare(self, *resources: str, seconds: float = 60, irreversible: bool = False) -> Any:  # noqa: ANN401
        """Keep these resources and arm the host."""
        return self._ask(
            guard.prepare,
            seconds=seconds,
            resources=[read(one) for one in resources],
            irreversible=irreversible,
        )

    def confirm(self) -> Any:  # noqa: ANN401 -- the same
        """Let the new state stand."""
        return self._ask(guard.confirm)

    def renew(self, seconds: float) -> Any:  # noqa: ANN401 -- the same
        """Have it wait for as long again."""
        return self._ask(guard.renew, seconds=seconds)

    def roll_back(self, *resources: str) -> Any:  # noqa: ANN401 -- the same
        """Put back now."""
        return self._ask(guard.roll_back, resources=[read(one) for one in resources])

    def undo(self, *resources: str, over: bool = False) -> Any:  # noqa: ANN401 -- the same
        """Put back what was confirmed."""
        return self._ask(guard.undo, resources=[read(one) for one in resources], over=over)

    def compare(self) -> guard.Comparison:
        """Return the three surveys."""
        found: guard.Comparison = self._ask(guard.compare)
        return found

    def run_out(self) -> None:
        """Have its time be over: said inside the host, so that no slow connection is cut before it
        has its answer.
        """
        self.host.run(f"echo 0 >/run/tuile/{self.kept}.deadline")

    def state(self) -> str:
        """Return the state, seen from inside the host."""
        return self.host.run(f"ls /var/lib/tuile/{self.kept} | sed -n s/^state.//p").stdout.strip()

    def wait_for(self, state: str, seconds: float = 40) -> bool:
        """Return whether the host comes to a state in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.state() == state:
                return True
            time.sleep(0.3)
        return False

    # Any look and its answer
    def _ask(self, look: Callable[..., Any], **words: Any) -> Any:  # noqa: ANN401
        there = target(self.host.name, {**self.host.inventory_vars(), "ansible_become": True}, ())
        (sight,) = run_probes(
            [(there, {"": partial(look, kept=self.kept, **words)})], Limits(silence=120)
        )
        assert sight.not_reached is None, sight.not_reached
        self.sights.append(sight)
        return sight.seen[""]


def refused(answer: object, words: str) -> bool:
    """Return whether an answer is a refusal in these words."""
    return isinstance(answer, Unseen) and words in str(answer)
