"""A policy repository to try things in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.workspace.repository.made import BASELINE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a policy repository with one good baseline."""
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines/small.yaml").write_text(BASELINE, encoding="utf-8")
    return tmp_path
