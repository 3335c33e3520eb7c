"""The private folder of a run goes when the run ends, or when the next one begins."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest

from tuile.engines.folder import LOCK, private_folder, sweep


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for temporary files that is empty."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def _old(folder: Path, seconds: float = 3600) -> Path:
    then = time.time() - seconds
    os.utime(folder, (then, then))
    return folder


def _left(place: Path, name: str, *, lock: bool = True) -> Path:
    folder = place / name
    folder.mkdir(mode=0o700)
    (folder / "inventory.yml").write_text("ansible_become_password: x")
    if lock:
        (folder / LOCK).touch()
    return _old(folder)


def test_it_is_nobody_elses_and_goes(place: Path) -> None:
    """Only this user enters it, and nothing of it is left."""
    with private_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next(place: Path) -> None:
    """A folder whose lock nobody holds is removed, with the password in it; one that is just being
    made is not.
    """
    _left(place, "tuile-killed")
    made = _left(place, "tuile-made")
    _old(made, 1)
    with private_folder():
        assert not (place / "tuile-killed").exists()
        assert made.exists()


def test_a_run_that_lives_keeps_its_folder(place: Path) -> None:
    """However long it takes."""
    folder = _left(place, "tuile-lives")
    with (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(place)
    assert folder.exists()


def test_what_is_not_ours_stays(place: Path) -> None:
    """Links, folders that others may enter, files, and folders of another make are left alone."""
    elsewhere = place / "precious"
    elsewhere.mkdir(mode=0o700)
    (elsewhere / LOCK).touch()
    (place / "tuile-link").symlink_to(elsewhere)
    (place / "tuile-file").write_text("x")
    others = [_left(place, "tuile-open"), _left(place, "tuile-unknown", lock=False)]
    others[0].chmod(0o755)
    sweep(place)
    assert (elsewhere / LOCK).exists()
    assert (place / "tuile-link").is_symlink()
    assert all(folder.exists() for folder in [place / "tuile-file", *others])
