"""The one virtual machine that its tests share: it is booted once, and each file of tests goes on
from there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import Machine, missing


@pytest.fixture(scope="session")
def booted() -> Iterator[Machine]:
    """Return a Debian 12 machine that was booted from its disk and kept as it was then."""
    obstacle = missing(machine=True)
    if obstacle is not None:
        pytest.fail(f"the virtual machine must run here: {obstacle}", pytrace=False)
    with Machine() as running:
        running.keep()
        yield running


@pytest.fixture(scope="module")
def machine(booted: Machine) -> Machine:
    """Return the machine as it was after its boot, fresh for each file of tests."""
    booted.reset()
    return booted
