"""A seeded sample of rounds; `make chaos` plays many more."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.adversary.play import Round, play_all, rounds
from tests.lab import Lab, LabHost

pytestmark = pytest.mark.lab
SEED, COUNT, AT_ONCE = 7, 8, 2


def test_a_user_gains_nothing_from_what_root_does(lab: Lab, tmp_path: Path) -> None:
    """Whatever users swap meanwhile: nothing outside their own files changed, and nobody held root
    up.
    """
    hosts = lab.start([f"prey-{number}" for number in range(AT_ONCE)])
    wrong: dict[str, list[str]] = {}

    def tell(one: Round, _host: LabHost, words: list[str]) -> None:
        wrong.update({str(one): words} if words else {})

    play_all(list(islice(rounds(SEED), COUNT)), hosts, tmp_path, tell)
    assert wrong == {}
    for host in hosts:
        host.discard()
