"""What restricts a rule is said in words."""

from __future__ import annotations

from tuile.policy.model import Applies
from tuile.policy.plan.explanation import where
from tuile.policy.traits import SessionModel, Zone


def test_where_a_rule_counts() -> None:
    """Each restriction is one text; without any there is none."""
    assert list(where(Applies())) == []
    found = where(
        Applies(
            ("debian",),
            ("12",),
            "cups",
            True,  # noqa: FBT003 -- in the order of the fields
            False,  # noqa: FBT003 -- in the order of the fields
            (SessionModel.display,),
            (Zone.theatre, Zone.intensive_care),
        )
    )
    assert [text.en for text in found] == [
        "under debian 12",
        "where cups is installed",
        "in containers only",
        "not in virtual machines",
        "for a display",
        "for an operating theatre or intensive care",
    ]
