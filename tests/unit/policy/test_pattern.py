"""Host patterns choose what Ansible would choose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuile.policy.pattern import select, unknown_terms

HOSTS = ("srv-1", "srv-2", "pc-1", "pc-2")
GROUPS = {
    "servers": ("srv-1", "srv-2"),
    "wards": ("pc-1", "pc-2"),
    "lens": ("srv-1", "pc-1"),
    "empty": (),
}
TERMS = st.sampled_from(
    ["all", "servers", "wards", "lens", "empty", "srv-1", "pc-*", "*", "~srv-.*", "nobody"]
)


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        ("all", "srv-1 srv-2 pc-1 pc-2"),
        ("*", "srv-1 srv-2 pc-1 pc-2"),
        ("srv-1", "srv-1"),
        ("servers", "srv-1 srv-2"),
        ("servers:pc-1", "srv-1 srv-2 pc-1"),
        ("servers,pc-1", "srv-1 srv-2 pc-1"),
        ("servers, pc-1", "srv-1 srv-2 pc-1"),
        ("servers:&lens", "srv-1"),
        ("&lens:servers", "srv-1"),
        ("servers:!lens", "srv-2"),
        ("!lens", "srv-2 pc-2"),
        ("!lens:servers", "srv-2"),
        ("all:!servers:&lens", "pc-1"),
        ("*-1", "srv-1 pc-1"),
        ("*s", "srv-1 srv-2 pc-1 pc-2"),
        ("srv-[12]", "srv-1 srv-2"),
        ("~(srv|pc)-1", "srv-1 pc-1"),
        ("empty", ""),
        ("nobody", ""),
        ("", "srv-1 srv-2 pc-1 pc-2"),
    ],
)
def test_pattern_chooses(pattern: str, chosen: str) -> None:
    """Names, groups, globs, regular expressions, and, or, not."""
    assert select(pattern, GROUPS, HOSTS) == frozenset(chosen.split())


def test_a_group_names_no_host_that_is_not_there() -> None:
    """A host of a group that is outside the hosts at hand is not chosen."""
    assert select("servers", GROUPS, ["srv-1"]) == {"srv-1"}


def test_unknown_terms_are_named() -> None:
    """Each term that names nothing is said, without its sign; a group without hosts is known."""
    assert unknown_terms("servers:nobody:!none:&all:empty:pc-*", GROUPS, HOSTS) == [
        "nobody",
        "none",
    ]


@given(TERMS, TERMS)
def test_terms_are_sets(one: str, other: str) -> None:
    """Or, and, not are union, intersection and difference."""
    first, second = select(one, GROUPS, HOSTS), select(other, GROUPS, HOSTS)
    assert select(f"{one}:{other}", GROUPS, HOSTS) == first | second
    assert select(f"{one}:&{other}", GROUPS, HOSTS) == first & second
    assert select(f"{one}:!{other}", GROUPS, HOSTS) == first - second


@given(
    st.lists(TERMS, min_size=1, max_size=3),
    st.lists(TERMS, max_size=2),
    st.randoms(use_true_random=False),
)
def test_order_of_terms_does_not_matter(
    plain: list[str], without: list[str], random: object
) -> None:
    """What is left out is left out, wherever it stands in the pattern."""
    terms = [*plain, *(f"!{term}" for term in without)]
    mixed = list(terms)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert select(":".join(mixed), GROUPS, HOSTS) == select(":".join(terms), GROUPS, HOSTS)
