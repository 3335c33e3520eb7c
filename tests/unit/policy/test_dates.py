"""Days are written as each language writes them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tuile.policy.dates import at_time, on_day
from tuile.policy.text import Text


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 2, 28), Text("28 Feb 2027", "28 févr. 2027")),
        (date(2026, 8, 1), Text("1 Aug 2026", "1er août 2026")),
    ],
)
def test_a_day(day: date, words: Text) -> None:
    """The month is short, and the first of a month is an ordinal in French."""
    assert on_day(day) == words


def test_a_moment() -> None:
    """It has its day of the week, and minutes on a clock of 24 hours."""
    assert at_time(datetime(2026, 11, 24, 2, 5)) == Text(  # noqa: DTZ001 -- only shown
        "Tue 24 Nov 2026 at 02:05", "mar. 24 nov. 2026 à 02:05"
    )
