"""Two baselines are compared rule by rule: nothing that is asked otherwise goes unsaid."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.made import rule
from tuile.policy.model import Applies, Level, Rule
from tuile.policy.plan.baseline_diff import Change, FieldChange, versus
from tuile.policy.text import both


def by_id(*rules: Rule) -> dict[str, Rule]:
    """Return rules by id."""
    return {one.id: one for one in rules}


def test_what_is_new_gone_and_asked_otherwise() -> None:
    """Each parameter is a change of its own; a rule in both that says the same is only counted."""
    old = by_id(rule("a"), rule("b", params={"key": "b", "least": 2}), rule("c"))
    new = by_id(rule("a"), rule("b", params={"key": "b", "most": 9}, level=Level.high), rule("d"))
    found = versus("linux 1.0.0", old, "linux 2.0.0", new)
    assert [(one.rule.id, one.change) for one in found.changes] == [
        ("b", Change.changed),
        ("c", Change.removed),
        ("d", Change.added),
    ]
    assert found.changes[0].fields == (
        FieldChange("params.least", 2, None),
        FieldChange("params.most", None, 9),
        FieldChange("level", "minimal", "high"),
    )
    assert found.same == 1


def test_words_and_restrictions_are_changes_too() -> None:
    """A rule that counts elsewhere, or is explained otherwise, is not the same rule."""
    old = rule("a")
    new = replace(old, title=both("Other"), applies=Applies(package="cups"))
    (one,) = versus("1", by_id(old), "2", by_id(new)).changes
    assert [field.field for field in one.fields] == ["applies", "title"]


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_every_rule_is_counted_once(one: set[str], other: set[str]) -> None:
    """Added, removed, changed and the same come to all rules of both."""
    found = versus("1", by_id(*map(rule, sorted(one))), "2", by_id(*map(rule, sorted(other))))
    assert (len(found.of(Change.removed)), len(found.of(Change.added))) == (
        len(one - other),
        len(other - one),
    )
    assert found.same == len(one & other)
    assert versus("1", {}, "1", {}).changes == ()
