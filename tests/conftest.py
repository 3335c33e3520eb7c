"""What all tests share: the lab, and what happens where it cannot run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.lab import Lab, LabHost, missing
from tests.lab.capability import capable
from tests.signals import hand_on_defaults
from tests.trials import pytest_addoption, pytest_configure, tried

__all__ = ["pytest_addoption", "pytest_configure", "tried"]

settings.register_profile(
    "busy", deadline=None
)  # how long an example takes says nothing: other tests run beside it
settings.load_profile("busy")


def pytest_sessionstart() -> None:
    """Let all that the tests start be interrupted, in the background too."""
    hand_on_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip lab tests where the lab cannot run, in one line that says why; never in CI on a capable
    machine.
    """
    for name in ("lab", "machine"):
        marked = [item for item in items if item.get_closest_marker(name)]
        if (
            marked
            and (obstacle := missing(machine=name == "machine")) is not None
            and not _must_run()
        ):
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=obstacle))


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Return the lab of this test session."""
    obstacle = missing()
    if obstacle is not None:
        pytest.fail(f"the lab must run here: {obstacle}", pytrace=False)
    with Lab() as running:
        yield running


@pytest.fixture
def lab_host(lab: Lab) -> LabHost:
    """Return a booted Debian 12 host with nothing changed on it."""
    return _fresh(lab, "bookworm")


@pytest.fixture
def lab_host_13(lab: Lab) -> LabHost:
    """Return a booted Debian 13 host with nothing changed on it."""
    return _fresh(lab, "trixie")


def _fresh(lab: Lab, release: str) -> LabHost:
    name = f"pool-{release}"
    if name in lab.hosts:
        lab.hosts[name].reset()
        return lab.hosts[name]
    return lab.start([name], release=release)[0]


def _must_run() -> bool:
    """Return whether a lab that does not run is a failure: in CI, on a machine that is made for it."""
    return os.environ.get("CI") == "true" and capable()
