"""A seeded sample of faults; `make chaos` plays many more."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.chaos.play import Stage, play, points
from tests.lab import Lab

pytestmark = pytest.mark.lab
SEED, COUNT, AT_ONCE = 4, 12, 3


def test_no_host_is_locked_out_or_half_done(lab: Lab, tmp_path: Path) -> None:
    """Whatever fails at whichever moment: people get in, and the host is exactly as before or
    exactly as wanted.
    """
    hosts = lab.start([f"chaos-{number}" for number in range(AT_ONCE)])
    wrong = play(
        list(islice(points(SEED), COUNT)),
        [Stage(host, tmp_path) for host in hosts],
        lambda _point, _words: None,
    )
    assert wrong == {}
    for host in hosts:
        host.discard()
