"""Conditions judge what was seen strictly: a value of another type, or nothing, never satisfies
them.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuile.policy.condition import (
    AtLeast,
    AtMost,
    Condition,
    Equals,
    Excludes,
    Includes,
    ModeWithin,
    OneOf,
    SubsetOf,
    Value,
    condition_for,
    say_value,
    split_list,
)
from tuile.policy.text import Lang

WORDS = st.text("abc", min_size=1, max_size=2)
LISTS = st.lists(WORDS, max_size=4)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), LISTS)
MODES = st.integers(0, 0o7777).map(lambda mode: f"{mode:04o}")


@pytest.mark.parametrize(
    ("condition", "value", "admitted"),
    [
        (Equals("no"), "no", True),
        (Equals("no"), "yes", False),
        (Equals("no"), None, False),
        (Equals(None), None, True),
        (Equals(None), "", False),
        (Equals(1), True, False),
        (Equals(value=True), 1, False),
        (Equals(value=True), True, True),
        (Equals(("a", "b")), ["a", "b"], True),
        (Equals(("a", "b")), ["b", "a"], False),
        (Equals(("a",)), "a", False),
        (AtLeast(14), 14, True),
        (AtLeast(14), "15", True),
        (AtLeast(14), 13, False),
        (AtLeast(14), "many", False),
        (AtLeast(14), None, False),
        (AtLeast(0), True, False),
        (AtLeast(0), ("1",), False),
        (AtMost(365), 365, True),
        (AtMost(365), 366, False),
        (AtMost(365), -1, True),
        (AtMost(365, floor=1), 0, False),
        (AtMost(365, floor=1), 1, True),
        (AtMost(365), None, False),
        (OneOf(("a", "b")), "b", True),
        (OneOf(("a", "b")), "c", False),
        (OneOf(("a", "b")), None, False),
        (SubsetOf(("a", "b")), ("b",), True),
        (SubsetOf(("a", "b")), ("b", "c"), False),
        (SubsetOf(("a", "b")), (), False),
        (SubsetOf(("a", "b")), "a", False),
        (SubsetOf(("a", "b")), None, False),
        (Includes(("a",)), ("a", "z"), True),
        (Includes(("a", "b")), ("a", "z"), False),
        (Includes(("a",)), "a", False),
        (Excludes(("a",)), ("b",), True),
        (Excludes(("a",)), (), True),
        (Excludes(("a",)), ("b", "a"), False),
        (Excludes(("a",)), None, False),
        (ModeWithin("0640"), "0600", True),
        (ModeWithin("0640"), "0640", True),
        (ModeWithin("0640"), "0644", False),
        (ModeWithin("0640"), "0700", False),
        (ModeWithin("0640"), "4640", False),
        (ModeWithin("0640"), "rw-r--r--", False),
        (ModeWithin("0640"), None, False),
    ],
)
# A row
def test_condition_admits_exactly_this(condition: Condition, value: Value, admitted: bool) -> None:  # noqa: FBT001
    """Each condition admits what its words say and refuses its neighbours."""
    assert condition.admits(value) is admitted


@pytest.mark.parametrize(
    ("condition", "english", "french"),
    [
        (Equals("no"), "no", "no"),
        (Equals(None), "absent", "absent"),
        (Equals(value=True), "yes", "oui"),
        (Equals(value=False), "no", "non"),
        (Equals(""), "empty", "vide"),
        (Equals(0), "0", "0"),
        (Equals(()), "none", "aucun"),
        (Equals(("a", "b")), "a, b", "a, b"),
        (AtLeast(14), "14 or more", "14 ou plus"),
        (AtMost(365), "365 or less", "365 ou moins"),
        (AtMost(365, floor=1), "1–365", "1–365"),
        (OneOf(("a", "b")), "a or b", "a ou b"),
        (SubsetOf(("a", "b")), "a, b only", "a, b seulement"),
        (Includes(("a", "b")), "including a, b", "avec au moins a, b"),
        (Excludes(("a", "b")), "without a, b", "sans a, b"),
        (ModeWithin("0640"), "0640 or stricter", "0640 ou plus strict"),
    ],
)
def test_condition_is_said_in_both_languages(
    condition: Condition, english: str, french: str
) -> None:
    """The words that follow "wanted" are these."""
    assert (condition.say("en"), condition.say("fr")) == (english, french)


def test_the_base_condition_says_nothing() -> None:
    """A condition that does not say what it admits is a mistake of the program, not a pass."""
    with pytest.raises(NotImplementedError):
        Condition().admits("x")
    with pytest.raises(NotImplementedError):
        Condition().say("en")


@given(VALUES)
def test_what_equals_itself_is_admitted(value: Any) -> None:  # noqa: ANN401 -- any value
    """Equality with the value that was seen always holds."""
    assert Equals(value).admits(value)


@given(VALUES, VALUES)
def test_equality_is_symmetric(one: Any, other: Any) -> None:  # noqa: ANN401 -- any value
    """It does not matter which side was wanted."""
    assert Equals(one).admits(other) is Equals(other).admits(one)


@given(st.integers(), st.integers())
def test_a_bound_reads_text_as_the_number_it_is(bound: int, value: int) -> None:
    """A file gives text and a kernel a number: both are judged alike, and one of the two bounds
    always holds.
    """
    assert AtLeast(bound).admits(str(value)) is AtLeast(bound).admits(value) is (value >= bound)
    assert AtMost(bound).admits(str(value)) is AtMost(bound).admits(value) is (value <= bound)


@given(MODES, MODES, MODES)
def test_a_stricter_mode_is_admitted_wherever_a_looser_one_is(
    maximum: str, mode: str, fewer: str
) -> None:
    """Taking rights away never turns a pass into a fail, and never does the maximum itself fail."""
    stricter = f"{int(mode, 8) & int(fewer, 8):04o}"
    assert ModeWithin(maximum).admits(maximum)
    assert not ModeWithin(maximum).admits(mode) or ModeWithin(maximum).admits(stricter)


@given(LISTS, LISTS)
def test_lists_are_judged_as_sets(approved: list[str], seen: list[str]) -> None:
    """Order and repetition do not matter to subset, inclusion and exclusion."""
    for kind in (SubsetOf, Includes, Excludes):
        condition = kind(tuple(approved))
        assert (
            condition.admits(seen)
            is condition.admits(tuple(reversed(seen)))
            is condition.admits(seen + seen)
        )


@given(VALUES, st.sampled_from(["en", "fr"]))
def test_every_value_has_words(value: Any, lang: Lang) -> None:  # noqa: ANN401 -- any value
    """No value is said as nothing, unless it is a list of nothing but empty words."""
    assert say_value(value, lang) or value == [""]


def test_conditions_of_a_rule_are_read() -> None:
    """Each word of `compare` gives its condition."""
    assert condition_for("equals", "no") == Equals("no")
    assert condition_for("at_least", "14") == AtLeast(14)
    assert condition_for("at_most", "365", 1) == AtMost(365, 1)
    assert condition_for("one_of", "a, b") == OneOf(("a", "b"))
    assert condition_for("subset_of", "a,,b ") == SubsetOf(("a", "b"))
    assert split_list(" , ") == ()


@pytest.mark.parametrize(
    ("compare", "value", "floor", "words"),
    [
        ("at_least", "many", None, 'compare "at_least" needs a whole number, not "many"'),
        ("at_most", "", 1, 'compare "at_most" needs a whole number, not ""'),
        ("one_of", " , ", None, "value holds no item"),
        ("equals", "no", 1, 'floor goes with compare "at_most", not "equals"'),
    ],
)
def test_conditions_that_make_no_sense_are_refused(
    compare: Any,  # noqa: ANN401
    value: str,
    floor: int | None,
    words: str,
) -> None:
    """What a rule cannot mean is told in words."""
    with pytest.raises(ValueError, match=words):
        condition_for(compare, value, floor)
