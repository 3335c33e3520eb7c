"""Trust is for one state of a repository's code, and is kept privately."""

from __future__ import annotations

from pathlib import Path

from tuile.signing.trust import Trust


def test_trust_holds_for_the_very_code_in_the_very_folder(tmp_path: Path) -> None:
    """Another digest or another folder is not trusted."""
    trust = Trust(tmp_path / "state/trusted")

    assert not trust.holds(tmp_path, "aa")
    trust.add(tmp_path, "aa")
    assert trust.holds(tmp_path, "aa")
    assert not trust.holds(tmp_path, "bb")
    assert not trust.holds(tmp_path / "other", "aa")


def test_new_code_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """What was trusted before a change no longer is; other folders keep theirs."""
    trust = Trust(tmp_path / "trusted")
    trust.add(tmp_path, "aa")
    trust.add(tmp_path / "other", "cc")
    trust.add(tmp_path, "bb")

    assert not trust.holds(tmp_path, "aa")
    assert trust.holds(tmp_path, "bb")
    assert trust.holds(tmp_path / "other", "cc")


def test_nobody_else_can_write_what_is_trusted(tmp_path: Path) -> None:
    """File and folder are for their owner only."""
    Trust(tmp_path / "state/trusted").add(tmp_path, "aa")

    assert (tmp_path / "state/trusted").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
