"""The baselines that ship: ANSSI's levels are kept, nothing is left unsaid, and nothing in them
stops a machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tuile.policy.model import Level, Rule
from tuile.policy.plan.controls import Framework
from tuile.workspace.policy_repository import Repository
from tuile.workspace.repository import read_mappings

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = Repository(ROOT)
LIBRARY = REPOSITORY.library()
RULES: Mapping[str, Rule] = {
    rule.id: rule for baseline in LIBRARY.baselines() for rule in baseline.rules
}
FRAMEWORKS = {framework.name: framework for framework in read_mappings([ROOT], LIBRARY)[0]}
ANSSI = yaml.safe_load(
    (ROOT / "baselines/mappings/anssi-bp028-2.0.yaml").read_text(encoding="utf-8")
)["controls"]
TEXTS = [(rule.id, text) for rule in RULES.values() for text in (rule.title, rule.why)]


def test_all_80_recommendations_are_accounted_for() -> None:
    """Each has rules, or says why it has none."""
    assert list(ANSSI) == [f"R{number}" for number in range(1, 81)]
    assert [
        name for name, control in ANSSI.items() if not control["rules"] and "reason" not in control
    ] == []


def test_no_rule_counts_before_the_recommendations_that_it_meets() -> None:
    """An auditor who looks at one level finds no rule there that ANSSI asks for at a higher one
    only.
    """
    lowest: dict[str, Level] = {}
    for control in ANSSI.values():
        for rule in control["rules"]:
            level = Level[control["level"]]
            lowest[rule] = min(level, lowest.get(rule, level))
    assert [rule for rule, level in lowest.items() if RULES[rule].level < level] == []


def test_each_recommendation_has_a_rule_at_its_own_level() -> None:
    """What goes further may stand higher, but something counts where ANSSI asks for it."""
    late = {
        name: control["level"]
        for name, control in ANSSI.items()
        if control["rules"]
        and min(RULES[rule].level for rule in control["rules"]) > Level[control["level"]]
    }
    assert late == {}


@pytest.mark.parametrize("framework", FRAMEWORKS.values(), ids=list(FRAMEWORKS))
def test_a_control_without_rules_says_why(framework: Framework) -> None:
    """An empty row of a coverage page is never a thing forgotten."""
    assert [
        control.id for control in framework.controls if not control.rules and control.reason is None
    ] == []


def test_no_rule_stops_or_reboots_a_machine() -> None:
    """Neither a fault of the kernel nor a full audit disk may take a machine away from those who
    care for patients.
    """
    keys = {rule.params["key"] for rule in RULES.values() if rule.kind == "sysctl"}
    assert not {
        key for key in keys if key.startswith("kernel.panic") or key == "kernel.hung_task_panic"
    }
    audit = [rule for rule in RULES.values() if rule.params.get("file") == "/etc/audit/auditd.conf"]
    assert audit
    assert [
        rule.id
        for rule in audit
        if re.search(r"halt|single", str(rule.params["value"]), re.IGNORECASE)
    ] == []


def test_ids_say_what_holds() -> None:
    """Numbers of frameworks are data, and stand in the mappings only."""
    assert [name for name in RULES if re.search(r"(^|-)(r\d+|cis|anssi|\d+-\d+)(-|$)", name)] == []


def test_texts_are_written_in_both_languages() -> None:
    """The French has its own apostrophes, and is not the English left as it was."""
    assert [name for name, text in TEXTS if "'" in text.fr] == []
    assert [name for name, text in TEXTS if text.fr == text.en] == []
    assert [name for name, text in TEXTS if len(text.fr) > 400 or len(text.en) > 400] == []


def test_a_display_where_lives_depend_never_locks() -> None:
    """In theatre and intensive care a shared screen and a display get no rule that locks them."""
    locking = [
        rule
        for rule in RULES.values()
        if rule.kind == "desktop_lock" and rule.params["delay_seconds"] > 0
    ]
    for rule in locking:
        assert "display" not in rule.applies.session_model
        if {"theatre", "intensive_care"} & set(rule.applies.zone):
            assert list(rule.applies.session_model) == ["personal"]
