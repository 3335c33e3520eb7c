"""The one virtual machine that its tests share: it takes a minute to boot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import Machine, missing


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """Return a Debian 12 machine, fresh for each file of tests."""
    obstacle = missing(machine=True)
    if obstacle is not None:
        pytest.fail(f"the virtual machine must run here: {obstacle}", pytrace=False)
    with Machine() as running:
        yield running
