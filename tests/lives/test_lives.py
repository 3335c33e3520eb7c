"""Each baseline at each level, on a host where people work: everything that they did before still
works.

At a workplace they print: to a printer in the network, what a label printer takes as it is, and
pages that a driver draws. They read a card there: no reader of a host can be had here, so that
pcscd drives a virtual one, and a card of the tests lies in it. On a server, where the baseline
stops printing, neither is played, but that pcscd answers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hardened import AS_A_SITE_HAS_IT, Tailored, harden, setup_for
from tests.lab import Lab
from tests.lives.devices import furnish, printer
from tests.lives.people import (
    AT_A_WORKPLACE,
    DAILY,
    JOBS,
    MOVE_IN,
    PASSWORDS,
    PORT,
    Day,
    Task,
    told,
)
from tests.trials import Tried

pytestmark = pytest.mark.lab
WORKPLACE = "linux-workstation"
LEVELS = ("minimal", "intermediary", "enhanced", "high")
DECLARED: Tailored = {
    "firewall-denies-by-default": {"services": ["tcp/22", f"tcp/{PORT}"]},
    "only-declared-ports-listen": {
        "allowed": ["tcp/22 by sshd", "udp/68", "udp/546", f"tcp/{PORT} by python3"]
    },
}
"""What the site says of its service."""
EVERY = bool(os.environ.get("TUILE_EVERY_RELEASE"))
PLAYED = [("bookworm", "linux-server", "ansible"), ("trixie", WORKPLACE, "pyinfra")]
PLAYED += (
    [("trixie", "linux-server", "ansible"), ("bookworm", WORKPLACE, "pyinfra")] if EVERY else []
)
CRON = "for n in $(seq 80); do test -e /run/cron-of-root && exit 0; sleep 1; done; exit 1"


def tasks(baseline: str) -> Mapping[str, Task]:
    """Return what is done on a day."""
    return {**DAILY, **(AT_A_WORKPLACE if baseline == WORKPLACE else {})}


@pytest.mark.parametrize(("release", "baseline", "engine"), PLAYED)
def test_daily_work_goes_on(
    release: str, baseline: str, engine: str, lab: Lab, tmp_path: Path, tried: Tried
) -> None:
    """Level after level, nothing that people and programs do daily stops working."""
    todo = tasks(baseline)
    tried(
        f"{baseline}, {len(LEVELS)} levels, {len(todo) + 1} things at each", f"{release}, {engine}"
    )
    (host,) = lab.start([f"lives-{release}"], release, "full")
    broken: dict[str, str] = {}
    with printer(host) as made:
        if baseline == WORKPLACE:
            furnish(host, made)
        assert told(host.run(AS_A_SITE_HAS_IT + MOVE_IN)) == ""
        for number, level in enumerate(LEVELS):
            harden(host, setup_for(host, baseline, level, tmp_path, DECLARED), tmp_path, by=engine)
            assert told(host.run(JOBS)) == ""
            day = Day(host, made, *PASSWORDS[2 * number : 2 * number + 3])
            broken |= {f"{level}: {what}": said for what, do in todo.items() if (said := do(day))}
            if said := told(host.run(CRON, 120)):
                broken[f"{level}: cron runs a job of root"] = said
            host.run("rm -f /etc/cron.d/lives /run/cron-of-root; systemctl stop ward-list.service")
    host.discard()
    assert broken == {}
