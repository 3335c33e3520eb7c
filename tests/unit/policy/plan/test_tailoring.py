"""What a site changes stays within what baselines and the group allow."""

from __future__ import annotations

import pytest

from tests.unit.policy.a_fleet import (
    policy,
    said,
    tailoring,
)
from tuile.policy.errors import Place
from tuile.policy.limit import Limit, Range
from tuile.policy.model import Tailoring
from tuile.policy.text import both


def test_a_text_that_is_a_number_is_held_to_its_range() -> None:
    """Many parameters are numbers in quotes; what is no number is beyond every bound."""
    said_of = {
        value: said(policy("all linux high", tailor=(tailoring("all", "b", least=value),)))
        for value in "9z"
    }
    assert said_of["9"] == []
    assert said_of["z"] == [
        'policy.yaml:9: rule "b": "least" is "z". The baseline allows 2 or more.'
    ]


def limit(to: str, name: str, **params: Range) -> Limit:
    """Return a limit that the group has set."""
    return Limit(to, name, params, both("reason"), "rssi@ght", Place("policy.yaml", 3))


@pytest.mark.parametrize(
    ("limits", "tailored", "words"),
    [
        ((limit("all", "b", least=Range(min=3, max=5)),), (tailoring("all", "b", least=4),), []),
        (
            (limit("servers", "b", least=Range(max=3)),),
            (tailoring("pc-1", "b", least=4), tailoring("servers", "b", least=2)),
            [],
        ),
        (
            (limit("servers", "b", least=Range(max=3)),),
            (tailoring("all", "b", least=4), tailoring("all", "b", key="c")),
            ['policy.yaml:9: rule "b": "least" is 4. rssi@ght allows 3 or less, in policy.yaml:3.'],
        ),
        (
            (limit("all", "b", key=Range(one_of=("b",))),),
            (tailoring("all", "b", key="c"),),
            ['policy.yaml:9: rule "b": "key" is "c". rssi@ght allows b, in policy.yaml:3.'],
        ),
        (
            (limit("all", "b", key=Range(one_of=("c",))),),
            (),
            ['policy.yaml:3: rule "b": "key" is "b". rssi@ght allows c, in policy.yaml:3.'],
        ),
        (
            (limit("all", "b", lest=Range(max=5)),),
            (tailoring("all", "b", least=4),),
            ['policy.yaml:3: rule "b": no "lest" is given to limit. Did you mean "least"?'],
        ),
        (
            (limit("all", "b", key=Range(one_of=("b",))),),
            (tailoring("srv-1", "b", off=True),),
            [
                (
                    'policy.yaml:9: rule "b": a limited rule cannot be switched off. '
                    "rssi@ght limits it in policy.yaml:3: ask there."
                ),
            ],
        ),
        (
            (limit("all", "z", key=Range(max=1)),),
            (),
            [
                (
                    'policy.yaml:3: rule "z": this limit names a rule that no baseline has. Known here:'
                    " a, b."
                )
            ],
        ),
    ],
)
def test_sites_stay_within_the_limits_of_their_group(
    limits: tuple[Limit, ...], tailored: tuple[Tailoring, ...], words: list[str]
) -> None:
    """A site that tailors beyond a limit is told who set it and where; within, and elsewhere,
    nothing is said.
    """
    assert said(policy("all linux high", limits=limits, tailor=tailored)) == words
