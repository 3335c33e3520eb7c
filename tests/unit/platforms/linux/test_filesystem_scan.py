"""What the walk over the file systems found is told in names that anyone can read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuile.platforms.linux.filesystem_scan import WALK, shown, walked
from tuile.policy.errors import Unseen


@given(st.binary())
def test_any_name_prints(name: bytes) -> None:
    """Whatever bytes a name holds, its text prints on one line."""
    assert shown(name.decode("utf-8", "surrogateescape")).isprintable()


def test_names_of_every_day_stay_as_they_are() -> None:
    """Blanks, quotes and accents are shown as they are, a backslash as its number."""
    assert shown("/srv/Dossier d'été") == "/srv/Dossier d'été"
    assert shown("/srv/a\\b\n") == r"/srv/a\0134b\0012"


@pytest.mark.parametrize("ending", ["kill -KILL $$", "kill -SEGV $$"])
def test_a_walk_that_was_cut_short_is_none(tmp_path: Path, ending: str) -> None:
    """Where find is killed on its way, what it had found so far is no answer."""
    find = tmp_path / "find"
    find.write_text(f"#!/bin/sh\nprintf 's/bin/su\\0'\n{ending}\n")
    find.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    words = ["/bin/sh", "-c", WALK]
    env = {"PATH": path, "LC_ALL": "C"}
    # Our own words
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    with pytest.raises(Unseen):
        walked(SimpleNamespace(rc=done.returncode, stdout=done.stdout, stderr=done.stderr))  # type: ignore[arg-type]
