"""Hosts are dealt to rings by name first, then by share, the same way each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuile.policy.errors import Usage
from tuile.policy.rollout.rings import DEFAULT, Ring, deal, read_rings


def test_rings_are_read_in_their_order() -> None:
    """A share is a percentage, and may be left out."""
    assert read_rings("canary:5%, pilot:25%,rest") == (
        Ring("canary", 5),
        Ring("pilot", 25),
        Ring("rest"),
    )
    assert [ring.name for ring in read_rings(DEFAULT)] == ["canary", "pilot", "rest"]


@pytest.mark.parametrize(
    "written", ["", "canary:", "canary:0%", "canary:101%", "Canary", "a,a", "a,,b", "a:5"]
)
def test_what_is_no_ring_is_told(written: str) -> None:
    """With how to write it."""
    with pytest.raises(Usage, match="--rings"):
        read_rings(written)


def test_a_name_goes_before_a_share() -> None:
    """Who is named is where the policy says; the shares count those."""
    rings = read_rings("canary:50%,rest")
    dealt = deal({"a": "canary", "b": "", "c": "", "d": "rest"}, rings)

    assert (dealt["a"], dealt["d"]) == (0, 1)
    assert sorted(dealt.values()) == [0, 0, 1, 1]


def test_a_ring_that_nobody_knows_is_told() -> None:
    """With the nearest that is there."""
    with pytest.raises(Usage, match=r'not among --rings\. Did you mean "canary"'):
        deal({"a": "canari"}, read_rings(DEFAULT))


@given(
    st.sets(st.text("abcdef", min_size=1), max_size=40), st.lists(st.integers(0, 100), max_size=4)
)
def test_every_host_has_one_ring(hosts: set[str], shares: list[int]) -> None:
    """Whatever the shares come to together, nobody is forgotten, and the order of the hosts does
    not matter.
    """
    rings = [*(Ring(f"r{number}", share) for number, share in enumerate(shares)), Ring("rest")]
    dealt = deal(dict.fromkeys(sorted(hosts), ""), rings)

    assert dealt.keys() == hosts
    assert dealt == deal(dict.fromkeys(sorted(hosts, reverse=True), ""), rings)
    assert all(0 <= ring < len(rings) for ring in dealt.values())
