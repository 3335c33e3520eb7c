"""No rule of a baseline is without a scenario: what breaks it, or, where a person answers, what she
may say.
"""

from __future__ import annotations

from pathlib import Path

from tests.every_rule import breaking, parts, plans
from tuile.catalog import Kinds
from tuile.workspace.prepare import Workspace


def test_every_rule_can_be_broken(tmp_path: Path) -> None:
    """Each rule of each baseline is played somewhere, and its kind says how it is broken."""
    found = plans(tmp_path)
    played = {
        planned.rule.id: planned.rule
        for m in (True, False)
        for part in parts(found, machine=m)
        for planned in part.plan.rules
    }
    human = {planned.rule.id for plan in found.values() for planned in plan.rules if planned.human}
    everything = {planned.rule.id for plan in found.values() for planned in plan.rules}
    assert everything - set(played) - human == set()
    setup = Workspace(targets={}, plans={}, kinds=Kinds())
    assert [
        rule.id for rule in played.values() if not breaking(rule.kind).script(setup.params(rule))
    ] == []
