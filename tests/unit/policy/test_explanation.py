"""An explanation is a value like any other."""

from __future__ import annotations

from tests.unit.policy.made import KIND, Params, rule
from tuile.policy.explanation import Explanation


def test_explanations_of_the_same_are_equal() -> None:
    """Two explanations of one rule say the same."""
    params = Params("volume")
    made = [
        Explanation(rule("volume"), ("linux 1.0.0",), "volume", KIND.summary, (), KIND.touches(params), {})
        for _ in range(2)
    ]
    assert made[0] == made[1]
