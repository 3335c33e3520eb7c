"""Options for `pytest --hosts=ssh://… checks/`: the rules of a baseline as tests, with stock
testinfra.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tuile.workspace.policy_repository import Request
from tuile.workspace.prepare import Workspace, prepare


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --baseline and --level."""
    group = parser.getgroup("tuile")
    group.addoption(
        "--baseline", default="linux-server", help="the baseline to check: linux-server@0.2.0"
    )
    group.addoption(
        "--level", default="intermediary", help="how far: minimal, intermediary, enhanced, high"
    )


def _workspace(config: pytest.Config) -> Workspace:
    return prepare(
        Request(baseline=config.getoption("--baseline"), level=config.getoption("--level"))
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each rule."""
    if "planned" in metafunc.fixturenames:
        rules = [
            planned for plan in _workspace(metafunc.config).plans.values() for planned in plan.rules
        ]
        metafunc.parametrize("planned", rules, ids=[planned.rule.id for planned in rules])


@pytest.fixture(scope="session")
def workspace(request: pytest.FixtureRequest) -> Workspace:
    """Return the plans and kinds of the baseline."""
    return _workspace(request.config)


@pytest.fixture(scope="session")
def today() -> object:
    """Return the date on which waivers are judged."""
    return datetime.now(tz=UTC).astimezone().date()
