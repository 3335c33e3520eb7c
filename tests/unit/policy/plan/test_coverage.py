"""Each control is counted once, by what meets it."""

from __future__ import annotations

import pytest

from tuile.policy.model import Level
from tuile.policy.plan.controls import Control, Framework
from tuile.policy.plan.coverage import Met, Scope, coverage
from tuile.policy.text import both

REASON = both("decided at installation")
SCOPE = Scope({"seen": False, "asked": True}, "linux", Level.enhanced, "linux 1.0.0")


def framework(*controls: Control) -> Framework:
    """Return a framework of these controls."""
    return Framework("F", "1", both("Framework"), controls)


@pytest.mark.parametrize(
    ("control", "met"),
    [
        (Control("1", None, ("seen", "asked")), Met.rules),
        (Control("1", None, ("seen",), reason=REASON), Met.partly),
        (Control("1", None, ("asked", "elsewhere")), Met.attested),
        (Control("1", None, ("elsewhere",), reason=REASON), Met.reasoned),
        (Control("1", None, (), reason=REASON, not_applicable=("linux",)), Met.not_applicable),
        (Control("1", None, (), reason=REASON, not_applicable=("windows",)), Met.reasoned),
        (Control("1", None, ("elsewhere",)), Met.none),
    ],
)
def test_a_control_is_met_in_one_way(control: Control, met: Met) -> None:
    """By rules of the scope, in part, by people, or not: then with a reason, without object, or by
    nothing.
    """
    found = coverage(framework(control), SCOPE)
    assert found.controls[0].met is met
    assert [found.count(one) for one in Met] == [int(one is met) for one in Met]


def test_what_counts_from_a_higher_level_is_left_out_and_counted() -> None:
    """A level that the scope does not reach takes its controls out of the figures, and says how
    many.
    """
    found = coverage(
        framework(Control("1", None, (), Level.high), Control("2", None, (), Level.minimal)), SCOPE
    )
    assert ([one.control.id for one in found.controls], found.beyond) == (["2"], 1)
