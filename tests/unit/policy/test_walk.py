"""What the walk over the file systems found is told in names that anyone can read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuile.policy.walk import shown


@given(st.binary())
def test_any_name_prints(name: bytes) -> None:
    """Whatever bytes a name holds, its text prints on one line."""
    assert shown(name.decode("utf-8", "surrogateescape")).isprintable()


def test_names_of_every_day_stay_as_they_are() -> None:
    """Blanks, quotes and accents are shown as they are, a backslash as its number."""
    assert shown("/srv/Dossier d'été") == "/srv/Dossier d'été"
    assert shown("/srv/a\\b\n") == r"/srv/a\0134b\0012"
