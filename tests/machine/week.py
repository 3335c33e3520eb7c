"""A week goes by on a machine with a clock of its own: day by day, and each of its timers comes due
by itself.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from tests.lab import Machine
from tests.lab.shell import LabError

DAYS = 7
SECONDS = 300
"""Within which all that a day starts has ended."""
_DROP_IN = "/run/systemd/system/{}.d/week.conf"
_HOLD = f"""
set -e
systemctl stop chrony.service
for timer in $(systemctl list-timers --plain --no-legend | grep -o '[^ ]*[.]timer'); do
    install -d "/run/systemd/system/$timer.d"
    printf '[Timer]\\nRandomizedDelaySec=0\\n' > "{_DROP_IN.format("$timer")}"
done
systemctl daemon-reload
"""
"""Nobody sets the clock back; and no timer draws a new delay each time that the clock jumps, which
none outlives.
"""
_LET_GO = f"""
rm -f {_DROP_IN.format("*")}
rmdir --ignore-fail-on-non-empty /run/systemd/system/*.timer.d
systemctl daemon-reload
systemctl start chrony.service
"""
_LOOK = """
date +%s
systemctl list-jobs --plain --no-legend | wc -l
systemctl list-timers --output=json
"""


@dataclass(frozen=True)
class Moment:
    """What the machine says of its timers, in seconds since the epoch by its own clock."""

    now: int
    jobs: int
    last: dict[str, int]
    """When each went off last; 0: never."""
    next: dict[str, int]
    """When each goes off next; 0: when what it started has ended."""

    def quiet(self) -> bool:
        """Return whether nothing runs that a timer started, and none is late."""
        return not self.jobs and all(due > self.now for due in self.next.values())


def week(machine: Machine) -> dict[str, int]:
    """Move the clock seven times by a day, wait each time for what is due, and return how often
    each timer went off.

    Raises:
        LabError: a day does not end.

    """
    _run(machine, _HOLD)
    went_off = dict.fromkeys(look(machine).last, 0)
    for _ in range(DAYS):
        before = look(machine)
        _run(machine, "date --set '+1 day'")
        after = _next_evening(machine, before)
        for timer, last in after.last.items():
            went_off[timer] = went_off.get(timer, 0) + (last > before.last.get(timer, 0))
    _run(machine, _LET_GO)
    return went_off


def look(machine: Machine) -> Moment:
    """Ask systemd for the timers that are on."""
    now, jobs, listed = _run(machine, _LOOK).split("\n", 2)
    timers = json.loads(listed)
    last = {each["unit"]: (each["last"] or 0) // 10**6 for each in timers}
    return Moment(
        int(now), int(jobs), last, {each["unit"]: (each["next"] or 0) // 10**6 for each in timers}
    )


def _next_evening(machine: Machine, before: Moment) -> Moment:
    """Wait until systemd has seen that the clock jumped, which it tells by a daily timer, and what
    is due has ended.
    """
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        seen = look(machine)
        if seen.quiet() and seen.last["logrotate.timer"] > before.last["logrotate.timer"]:
            return seen
        time.sleep(1)
    raise LabError(f"the day does not end: {look(machine)}")


def _run(machine: Machine, script: str) -> str:
    done = machine.run(script)
    if done.returncode:
        raise LabError(f"{machine.name}: {done.stderr.strip()[-500:]}")
    return done.stdout
