"""Digests stand for values over years: equal values, equal digests, whatever their order in memory."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tuile.policy.condition import AtLeast, Equals
from tuile.policy.digest import canonical, digest, plain
from tuile.policy.errors import Place
from tuile.policy.model import Assignment, Level, Outcome, Reference

KEYS = st.text(max_size=4)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def test_every_kind_of_value_has_its_plain_form() -> None:
    """Level by name, outcome by word, date by ISO 8601, condition with its op, set sorted, place
    left out.
    """
    assert plain(Level.high) == "high"
    assert plain(Outcome.not_applicable) == "not_applicable"
    assert plain(date(2027, 2, 28)) == "2027-02-28"
    assert plain(AtLeast(14)) == {"op": "at_least", "number": 14}
    assert plain(frozenset({"b", "a"})) == ["a", "b"]
    assert plain({1: (True, None)}) == {"1": [True, None]}
    assignment = Assignment(
        "all", Reference("linux-server", None), Level.minimal, Place("policy.yaml", 3)
    )
    assert plain(assignment) == {
        "to": "all",
        "baseline": {"name": "linux-server", "version": None},
        "level": "minimal",
    }


def test_a_class_is_not_taken_for_its_value() -> None:
    """Only instances of dataclasses have fields to give."""
    assert plain(Level) is Level
    assert plain(Equals) is Equals


def test_where_a_thing_stands_does_not_matter() -> None:
    """Moving a line in a file changes no digest."""
    one = Reference("linux-server", "1.0.0", Place("a.yaml", 1))
    assert digest(one) == digest(Reference("linux-server", "1.0.0", Place("b.yaml", 2)))


def test_digests_are_what_they_were() -> None:
    """Stores keep digests for years: if this fails, what is stored must be migrated."""
    assert (
        digest({"b": [1, True, None], "a": "é"})
        == "170409917e32971e79e71df2c0a04cc84c3c089ef0c7c2a94dbde72cafebd52d"
    )
    assert (
        digest(Equals(("a", "b")))
        == "2b7d311d53bbe821f696d95cbef8fbe791b4372dccf559d8296f7ab2738f3185"
    )


def test_bytes_that_are_no_utf8_can_be_digested() -> None:
    """A surrogate, as surrogateescape leaves it, stands as its escape."""
    assert canonical("\udcff") == b'"\\udcff"'


@given(DATA)
def test_canonical_form_is_json_of_the_same(value: object) -> None:
    """Reading the canonical form gives the value back, and its canonical form is the same again."""
    form = canonical(value)
    assert json.loads(form) == value
    assert canonical(json.loads(form)) == form


@given(st.dictionaries(KEYS, st.integers()))
def test_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    """A mapping has one digest, in whatever order it was built."""
    assert digest(value) == digest(dict(reversed(value.items())))


@given(DATA, DATA)
def test_different_values_differ(one: object, other: object) -> None:
    """Two values have one digest only where JSON cannot tell them apart."""
    assert (digest(one) == digest(other)) is (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )
