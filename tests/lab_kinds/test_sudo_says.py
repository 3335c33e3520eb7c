"""What the kinds read out of sudoers is never better than what sudo itself says of its policy."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from shlex import quote

import pytest

from tests.batch import WATCH
from tests.lab import LabHost
from tuile.catalog import Kinds
from tuile.jobs.check import check
from tuile.policy.model import Level, Outcome, Plan, PlannedRule, Rule, Severity
from tuile.policy.text import both
from tuile.workspace.inventory.variables import target
from tuile.workspace.prepare import Workspace

pytestmark = pytest.mark.lab
ROUNDS = 60
USERS = ("alice", "bob", "carol")
"""Alice is in the group staff as well; nothing speaks of Carol by name."""
PEOPLE = "User_Alias PEOPLE = alice, carol"
MINUTES = 15
LINES = (
    *("Defaults use_pty", "Defaults !use_pty", "Defaults:alice !use_pty", "Defaults:alice use_pty"),
    *(
        "Defaults:%staff !use_pty",
        "Defaults:PEOPLE !use_pty",
        "Defaults:ALL, !bob !use_pty",
        "Defaults@ALL use_pty",
    ),
    *(
        "Defaults timestamp_timeout=5, use_pty",
        "Defaults timestamp_timeout=-1",
        "Defaults:bob timestamp_timeout = 60",
    ),
    *(
        "Defaults timestamp_timeout=\\\n  90",
        "Defaults !timestamp_timeout",
        "Defaults env_reset,!use_pty # kept",
    ),
    *(
        "Defaults use_pty timestamp_timeout",
        "@include /etc/sudoers.more",
        "alice ALL=(ALL) ALL",
        "staff ALL=ALL, !",
    ),
)
"""What the files are drawn from: two of them sudo does not understand."""
MODES = ("0440",) * 12 + ("0666", "0460")
"""Files that others may write to sudo passes over."""
_SET = """
set -e
rm -f /etc/sudoers.d/[1-9]*
printf 'Defaults !use_pty\\n' > /etc/sudoers.more && chmod 0440 /etc/sudoers.more
printf 'alice, bob, carol ALL=(ALL) ALL\\n' > /etc/sudoers.d/00 && chmod 0440 /etc/sudoers.d/00
"""
_FILE = "printf '%s\\n' {} > /etc/sudoers.d/{name} && chmod {mode} /etc/sudoers.d/{name}\n"
_PARAMS = {
    "sudo-with-pty": ("sudo_option", {"option": "use_pty", "value": "yes"}),
    "sudo-asks-again": (
        "sudo_option",
        {"option": "timestamp_timeout", "compare": "at_most", "value": str(MINUTES), "floor": 0},
    ),
    "sudo-reads-its-own": ("sudo_policy", {"aspect": "own_files"}),
}


@dataclass(frozen=True)
class Drawn:
    """Files of sudoers.d, and their modes."""

    files: tuple[tuple[str, ...], ...]
    modes: tuple[str, ...]

    def script(self) -> str:
        """Return what puts them in their places."""
        lines = zip(self.files, self.modes, strict=True)
        return _SET + "".join(
            _FILE.format(" ".join(map(quote, words)), name=f"{number}0", mode=mode)
            for number, (words, mode) in enumerate(lines, start=1)
        )


def drawn(seed: int) -> Iterator[Drawn]:
    """Yield sudoers without end, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- a reproducible choice, no secret
    while True:
        count = chance.randint(1, 3)
        files = [tuple(chance.sample(LINES, chance.randint(1, 3))) for _ in range(count)]
        files[0] = (PEOPLE, *files[0])
        yield Drawn(tuple(files), tuple(chance.choice(MODES) for _ in range(count)))


def test_no_pass_that_sudo_gainsays(lab_host: LabHost) -> None:
    """Where the rules pass, whatever sudoers says, sudo itself says it of each account."""
    users = "; ".join(
        f"useradd --groups={'users' if name != 'alice' else 'staff'} {name}" for name in USERS
    )
    assert lab_host.run(users).returncode == 0
    gainsaid, passes = [], 0
    for each in islice(drawn(1), ROUNDS):
        assert lab_host.run(each.script()).returncode == 0
        outcomes = _outcomes(lab_host)
        said = {name: _in_force(lab_host, name) for name in USERS}
        if outcomes["sudo-reads-its-own"] is not Outcome.passed:
            continue
        passes += outcomes["sudo-with-pty"] is Outcome.passed
        if outcomes["sudo-with-pty"] is Outcome.passed and not all(one[0] for one in said.values()):
            gainsaid.append((each, "use_pty", said))
        if outcomes["sudo-asks-again"] is Outcome.passed and not all(
            0 <= one[1] <= MINUTES for one in said.values()
        ):
            gainsaid.append((each, "timestamp_timeout", said))
    assert gainsaid == []
    assert passes


def _outcomes(host: LabHost) -> dict[str, Outcome]:
    rules = [
        Rule(name, kind, params, Level.minimal, Severity.low, both(name), both(name))
        for name, (kind, params) in _PARAMS.items()
    ]
    plan = Plan(
        host.name, tuple(PlannedRule(rule, "sudo 1.0.0") for rule in rules), ("sudo 1.0.0",), ""
    )
    reach = target(host.name, {**host.inventory_vars(), "ansible_become": True}, ())
    (result,) = check(
        Workspace(targets={host.name: reach}, plans={host.name: plan}, kinds=Kinds()), WATCH
    )
    return {verdict.rule: verdict.outcome for verdict in result.verdicts}


def _in_force(host: LabHost, user: str) -> tuple[bool, float]:
    """Return whether sudo gives a user's commands a terminal of their own, and for how many minutes
    it asks no more.
    """
    done = host.run(f"LC_ALL=C sudo -l -U {user}")
    assert done.returncode == 0, done.stderr
    words = re.split(
        r",\s+", done.stdout.partition(":\n")[2].partition("\n\n")[0].replace("\n", " ").strip()
    )
    pty = [word == "use_pty" for word in words if word in ("use_pty", "!use_pty")]
    minutes = [word for word in words if "timestamp_timeout" in word]
    return bool(pty and pty[-1]), _minutes(minutes[-1]) if minutes else float(MINUTES)


def _minutes(word: str) -> float:
    return 0.0 if word.startswith("!") else float(word.partition("=")[2])
