"""A sample of faults, another for each state of the product; `make chaos` plays many more."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.chaos.play import Stage, play, points
from tests.lab import Lab
from tests.sources import sources

pytestmark = pytest.mark.lab
COUNT, AT_ONCE = 8, 3
SEED = int(sources(), 16)
"""The same whenever one state of the product is tested."""


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
    assert wrong == {}, f"the same once more: python -m tests.chaos {SEED} {COUNT}"
    for host in hosts:
        host.discard()
