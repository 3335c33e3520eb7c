"""How a rule's `compare` and `value` become a condition."""

from __future__ import annotations

import pytest

from tuile.policy.condition import (
    AtLeast,
    AtMost,
    Compare,
    Condition,
    Equals,
    OneOf,
    SubsetOf,
    condition_for,
)


@pytest.mark.parametrize(
    ("compare", "value", "floor", "condition"),
    [
        ("equals", "a, b", None, Equals("a, b")),
        ("at_least", "14", None, AtLeast(14)),
        ("at_most", "-1", None, AtMost(-1)),
        ("at_most", "365", 1, AtMost(365, 1)),
        ("one_of", "no, yes,", None, OneOf(("no", "yes"))),
        ("subset_of", "a,b", None, SubsetOf(("a", "b"))),
    ],
)
def test_each_comparison(
    compare: Compare, value: str, floor: int | None, condition: Condition
) -> None:
    """Each word stands for one condition; lists are split at commas, blanks and empty items
    dropped.
    """
    assert condition_for(compare, value, floor) == condition


@pytest.mark.parametrize(
    ("compare", "value", "floor"),
    [
        ("at_least", "many", None),
        ("at_most", "", None),
        ("one_of", " , ", None),
        ("equals", "1", 1),
    ],
)
def test_what_makes_no_sense_is_refused(compare: Compare, value: str, floor: int | None) -> None:
    """A bound that is no number, an empty list and a floor without at_most are mistakes of the
    rule.
    """
    with pytest.raises(ValueError, match=r"."):
        condition_for(compare, value, floor)


def test_zero_is_refused_where_there_is_a_floor() -> None:
    """At most 365 with floor 1 refuses 0 and -1, which mean "no limit" to the software."""
    condition = condition_for("at_most", "365", 1)
    assert [condition.admits(value) for value in ("0", "-1", "1", "365", "366")] == [
        False,
        False,
        True,
        True,
        False,
    ]
