"""Errors say where, what and what to do, all at once and in the order of the files."""

from __future__ import annotations

import pytest

from tuile.policy.errors import (
    EngineError,
    Mistake,
    Place,
    PolicyMistakes,
    Refused,
    StoreError,
    TuileError,
    Usage,
    did_you_mean,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [(Usage, 2), (Refused, 2), (PolicyMistakes, 2), (StoreError, 3), (EngineError, 3)],
)
def test_exit_code_is_on_the_class(error: type[TuileError], code: int) -> None:
    """Mistakes of people are 2, what could not be told is 3."""
    assert error.exit_code == code


def test_mistakes_are_told_together_sorted_and_once() -> None:
    """All mistakes are one error, by file and line, without doubles."""
    late, early = (
        Mistake(Place("b.yaml", 2), "wrong"),
        Mistake(Place("a.yaml", 10), "bad", "Fix it.", "rule-a"),
    )
    error = PolicyMistakes([late, early, late])
    assert list(error.mistakes) == [early, late]
    assert str(error) == 'a.yaml:10: rule "rule-a": bad. Fix it.\nb.yaml:2: wrong.'


def test_a_place_without_line_is_the_file() -> None:
    """Line 0 is not shown."""
    assert str(Place("hosts.yml")) == "hosts.yml"


def test_the_nearest_word_is_offered() -> None:
    """The nearest, else the few that there are, else nothing."""
    assert did_you_mean("sshd_optoin", ["sshd_option", "sysctl"]) == 'Did you mean "sshd_option"?'
    assert did_you_mean("zzz", ["b", "a"]) == "Known here: a, b."
    assert did_you_mean("zzz", []) == ""
    assert did_you_mean("zzz", map(str, range(13))) == ""
