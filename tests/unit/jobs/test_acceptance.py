"""Probes are the user's own testinfra tests: what fails, or proves nothing, speaks against a ring."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tuile.jobs.acceptance import failing
from tuile.policy.target import Target

HERE = [Target("this", connection="local")]


def probe(folder: Path, body: str) -> list[Path]:
    """Write a probe."""
    path = folder / "test_probe.py"
    path.write_text(body, encoding="utf-8")
    return [path]


def said(probes: list[Path], **more: float) -> list[str]:
    """Return what speaks against this machine."""
    return [words.en for words in failing(probes, HERE, **more)]


def test_a_probe_that_passes_says_nothing(tmp_path: Path) -> None:
    """It runs with stock testinfra, and leaves nothing behind; without probes or hosts nothing
    runs.
    """
    probes = probe(tmp_path, "def test_root(host):\n    assert host.file('/').is_directory\n")

    assert said(probes) == []
    assert [path.name for path in tmp_path.iterdir()] == ["test_probe.py"]
    assert failing([], HERE) == failing(probes, []) == []


def test_a_probe_that_fails_is_told(tmp_path: Path) -> None:
    """By its name, with what it says."""
    (found,) = said(
        probe(
            tmp_path, "def test_gone(host):\n    assert host.file('/gone').exists, 'it is gone'\n"
        )
    )

    assert found.startswith("probe test_gone: AssertionError: it is gone")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "the probes hold no test"),
        ("import nothing_like_it\n", "probe .*No module named"),
        ("def test(:\n", "probe "),
    ],
)
def test_what_could_not_run_is_no_pass(tmp_path: Path, body: str, told: str) -> None:
    """No test, and tests that cannot be read."""
    found = said(probe(tmp_path, body))

    assert len(found) == 1
    assert re.match(told, found[0]), found


def test_a_probe_without_end_is_ended(tmp_path: Path) -> None:
    """After so many seconds."""
    probes = probe(tmp_path, "import time\n\ndef test_slow(host):\n    time.sleep(60)\n")

    assert said(probes, timeout=3) == ["the probes did not end within 3 s"]


def test_settings_elsewhere_take_no_part(tmp_path: Path) -> None:
    """Neither a conftest.py above the probes nor pytest's settings there are read: nobody vouched
    for them.
    """
    (tmp_path / "conftest.py").write_text("raise SystemExit('not mine')\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --nothing-like-it\n", encoding="utf-8"
    )
    (tmp_path / "probes").mkdir()

    assert said(probe(tmp_path / "probes", "def test_it(host):\n    assert True\n")) == []
