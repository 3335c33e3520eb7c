"""A sample of rounds, another for each state of the product; `make chaos` plays many more."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.adversary.play import Round, play_all, rounds
from tests.lab import Lab, LabHost
from tests.sources import sources

pytestmark = pytest.mark.lab
COUNT, AT_ONCE = 5, 2
SEED = int(sources(), 16)
FIRST = SEED % 60
"""The same whenever one state of the product is tested; each way and end of a round has its turn."""


def test_a_user_gains_nothing_from_what_root_does(lab: Lab, tmp_path: Path) -> None:
    """Whatever users swap meanwhile: nothing outside their own files changed, and nobody held root
    up.
    """
    hosts = lab.start([f"prey-{number}" for number in range(AT_ONCE)])
    wrong: dict[str, list[str]] = {}

    def tell(one: Round, _host: LabHost, words: list[str]) -> None:
        wrong.update({str(one): words} if words else {})

    play_all(list(islice(rounds(SEED), FIRST, FIRST + COUNT)), hosts, tmp_path, tell)
    assert wrong == {}, (
        f"the same once more: python -m tests.adversary {SEED} {COUNT} {AT_ONCE} {FIRST}"
    )
    for host in hosts:
        host.discard()
