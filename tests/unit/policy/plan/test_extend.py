"""Baselines extend each other, and every mistake in that is told with its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.made import baseline, reference, rule
from tuile.policy.errors import Place
from tuile.policy.limit import Range
from tuile.policy.model import Adjust, Baseline, Level, Severity
from tuile.policy.plan.extend import Library, version_key

ROOT = baseline("root", rule("a"), rule("b", level=Level.high))


def ids(library: Library, words: str, level: Level = Level.high) -> list[str]:
    """Return the ids of the rules that a reference gives."""
    return [planned.rule.id for planned in library.rules(reference(words), level)]


def said(*baselines: Baseline) -> list[str]:
    """Return the mistakes in these baselines."""
    return [str(mistake) for mistake in Library(baselines).mistakes]


def test_children_have_their_parents_rules_first() -> None:
    """Rules come in the order of extension, each with the baseline that gives it."""
    library = Library([baseline("child", rule("c"), extends=["root"]), ROOT])
    assert library.mistakes == []
    assert ids(library, "child") == ["a", "b", "c"]
    assert [planned.baseline for planned in library.rules(reference("child"), Level.high)] == [
        "root 1.0.0",
        "root 1.0.0",
        "child 1.0.0",
    ]


def test_levels_include_those_below() -> None:
    """A level gives its own rules and all that are below."""
    library = Library([ROOT])
    assert ids(library, "root", Level.minimal) == ["a"]
    assert ids(library, "root", Level.enhanced) == ["a"]
    assert ids(library, "root", Level.high) == ["a", "b"]


def test_no_version_means_the_newest() -> None:
    """Versions are numbers: 1.10.0 is newer than 1.9.0; an unknown one gives nothing."""
    old, new = (
        baseline("x", rule("old"), version="1.9.0"),
        baseline("x", rule("new"), version="1.10.0"),
    )
    library = Library([new, old])
    assert ids(library, "x") == ["new"]
    assert ids(library, "x@1.9.0") == ["old"]
    assert ids(library, "x@2.0.0") == []
    assert ids(library, "y") == []
    assert [one.version for one in library.baselines()] == ["1.9.0", "1.10.0"]
    assert library.rule_ids() == {"old", "new"}


def test_references_that_find_nothing_are_mistakes() -> None:
    """The nearest name is offered, or the versions that there are."""
    found = Library([ROOT]).reference_mistakes(
        [reference("rot"), reference("root@9.0.0"), reference("root")]
    )
    assert [str(mistake) for mistake in found] == [
        'policy.yaml:1: unknown baseline "rot". Did you mean "root"?',
        'policy.yaml:1: no version "9.0.0" of baseline "root". Here there is 1.0.0.',
    ]


def test_a_child_takes_out_and_adjusts() -> None:
    """What is not given of an adjustment stays as it was; the rule then comes from the child."""
    adjust = (
        Adjust("a", {"least": 9}, place=Place("c.yaml", 7)),
        Adjust("c", {}, Level.minimal, Severity.high, {"least": Range(max=9)}, Place("c.yaml", 8)),
    )
    root = baseline("root", rule("a", params={"key": "a"}), rule("b"), rule("c", level=Level.high))
    library = Library(
        [
            root,
            baseline("child", extends=["root"], without={"b": Place("c.yaml", 6)}, adjust=adjust),
        ]
    )
    assert library.mistakes == []
    first, second = library.rules(reference("child"), Level.minimal)
    assert (first.rule.params, first.rule.level, first.rule.severity) == (
        {"key": "a", "least": 9},
        Level.minimal,
        Severity.medium,
    )
    assert (second.rule.level, second.rule.severity, second.baseline) == (
        Level.minimal,
        Severity.high,
        "child 1.0.0",
    )
    assert first.rule.place == Place("c.yaml", 7)
    assert second.rule.range == {"least": Range(max=9)}


def test_taking_out_or_adjusting_what_is_not_there_is_a_mistake() -> None:
    """Both name the rule and offer the nearest."""
    child = baseline(
        "child",
        extends=["root"],
        without={"aa": Place("c.yaml", 6)},
        adjust=(Adjust("z", place=Place("c.yaml", 7)),),
    )
    assert said(ROOT, child) == [
        'c.yaml:6: `without` names "aa", which no extended baseline has. Did you mean "a"?',
        'c.yaml:7: `adjust` names "z", which no extended baseline has. Known here: a, b.',
    ]


def test_an_unknown_parent_is_a_mistake() -> None:
    """The child keeps its own rules, so that its other mistakes are found too."""
    library = Library([baseline("child", rule("c"), extends=["nothing-like-it"])])
    assert [str(mistake) for mistake in library.mistakes] == [
        'policy.yaml:1: unknown baseline "nothing-like-it". Known here: child.'
    ]
    assert ids(library, "child") == ["c"]


def test_a_circle_is_told_once_and_cut() -> None:
    """The chain names each baseline of the circle, and only those."""
    circle = [
        baseline("a", extends=["b"]),
        baseline("b", rule("r"), extends=["a"]),
        baseline("c", extends=["a"]),
    ]
    assert said(*circle) == [
        (
            "a.yaml:1: baselines extend each other in a circle: a → b → a. Remove one of these"
            " `extends`."
        )
    ]


def test_a_baseline_that_extends_itself_is_a_circle() -> None:
    """The shortest circle is found like any other."""
    assert said(baseline("a", extends=["a"])) == [
        "a.yaml:1: baselines extend each other in a circle: a → a. Remove one of these `extends`."
    ]


def test_doubles_are_mistakes() -> None:
    """A rule that is there already, and a baseline of the same name and version, each say where the
    other is.
    """
    twice = baseline("child", rule("a", 5), extends=["root"])
    assert said(ROOT, twice) == [
        (
            'b.yaml:5: rule "a": duplicate id. It is first given in b.yaml. '
            "Rename it, or change the inherited one under `adjust`."
        )
    ]
    assert said(ROOT, baseline("root")) == [
        (
            'root.yaml:1: baseline "root 1.0.0" is also in root.yaml:1. Give one of them another name'
            " or version."
        )
    ]


@given(
    st.permutations(
        [
            ROOT,
            baseline("mid", rule("m"), extends=["root"]),
            baseline("leaf", extends=["mid", "root"]),
        ]
    )
)
def test_order_of_reading_does_not_matter(baselines: list[Baseline]) -> None:
    """Baselines mean the same in whatever order their files are read; a diamond is no double."""
    library = Library(baselines)
    assert library.mistakes == []
    assert ids(library, "leaf") == ["a", "b", "m"]


@given(
    st.lists(st.integers(0, 99), min_size=3, max_size=3),
    st.lists(st.integers(0, 99), min_size=3, max_size=3),
)
def test_versions_sort_as_numbers(one: list[int], other: list[int]) -> None:
    """Two versions sort as their parts do."""
    first, second = ".".join(map(str, one)), ".".join(map(str, other))
    assert (version_key(first) < version_key(second)) is (one < other)
