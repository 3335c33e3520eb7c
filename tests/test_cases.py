"""Each file in tests/cases is one case of a kind: what the host answers, what is observed, the
verdict, the edit.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.table import table_host
from tuile.catalog import Kinds, read_params, state_data
from tuile.policy.change.resource import computed
from tuile.policy.condition import Value
from tuile.policy.digest import plain
from tuile.policy.kind import Draft, Kind, NotApplicable, Unseen
from tuile.policy.model import Level, Observation, PlannedRule, Rule, Severity
from tuile.policy.text import both
from tuile.policy.verdict.judge import judge

CASES = Path(__file__).parent / "cases" / "linux"
FILES = sorted(CASES.glob("*/*.yaml"))
KEYS = {"params", "host", "observed", "unseen", "not_applicable", "verdict", "edit", "along"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    """What a kind observes, judges and edits is what the case says."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert case.keys() <= KEYS, f"unknown keys: {sorted(case.keys() - KEYS)}"
    kind = Kinds()[path.parent.name]
    params = read_params(kind, case["params"])
    if "host" in case:
        seen = _observe(kind, params, case["host"])
        assert _found(seen) == {
            key: case.get(key) for key in ("observed", "unseen", "not_applicable")
        }
        assert _verdict(kind, params, seen) == case["verdict"]
    if "along" in case:
        assert _along(kind, params, case["along"]["host"]) == case["along"]["packages"]
    if "refused" in case.get("edit", {}):
        with pytest.raises(Unseen, match=re.escape(case["edit"]["refused"])):
            _edited(kind, params, case["edit"])
    elif "edit" in case:
        assert _edited(kind, params, case["edit"]) == case["edit"]["after"]


def test_every_kind_has_cases_and_one_that_could_not_look() -> None:
    """Each kind that looks at hosts has five cases or more, and one of them is an error."""
    for slug in (slug for slug, kind in Kinds().items() if not kind.human):
        verdicts = [
            yaml.safe_load(path.read_text(encoding="utf-8")).get("verdict")
            for path in CASES.glob(f"{slug}/*")
        ]
        assert len(verdicts) >= 5, slug
        assert "error" in verdicts, slug


def _found(seen: Observation) -> dict[str, Any]:
    words = {"unseen": seen.unseen, "not_applicable": seen.not_applicable}
    return {
        "observed": seen.state,
        **{key: text.en if text else None for key, text in words.items()},
    }


# An instance of kind.params
def _observe(kind: Kind, params: Any, answers: dict[str, Any]) -> Observation:  # noqa: ANN401
    host, table = table_host(answers)
    try:
        observation = Observation("case", state=plain(state_data(kind.observe(host, params))))
    except Unseen as error:
        return Observation("case", unseen=error.text)
    except NotApplicable as error:
        return Observation("case", not_applicable=error.text)
    assert not table.unasked, f"never asked: {sorted(table.unasked)}"
    return observation


# An instance of kind.params
def _verdict(kind: Kind, params: Any, seen: Observation) -> str:  # noqa: ANN401
    rule = Rule(
        "case", kind.slug, {}, Level.minimal, Severity.low, title=both("case"), why=both("case")
    )
    return judge(
        PlannedRule(rule, "case@1.0.0"), kind, params, seen, date(2026, 1, 1)
    ).outcome.value


# Of the kind
def _along(kind: Kind, params: Any, answers: dict[str, Any]) -> list[str] | str:  # noqa: ANN401
    """Return the packages that come along, or why nobody can say before."""
    assert kind.foresee is not None
    host, table = table_host(answers)
    try:
        found = [one.name for one in kind.foresee(host, params)]
    except Unseen as error:
        return error.text.en
    assert not table.unasked, f"never asked: {sorted(table.unasked)}"
    return found


# An instance of kind.params
def _edited(kind: Kind, params: Any, edit: dict[str, Any]) -> str:  # noqa: ANN401
    """Return the text after the edit; a second edit must change nothing more."""
    assert kind.edit is not None
    assert edit["path"] in computed(kind.touches(params))
    seen: dict[str, Value] = edit.get("seen", {})
    after = kind.edit(
        Draft(edit["path"], edit["before"], "Written by Tuile for case@1.0.0.", seen), params
    )
    again = kind.edit(Draft(edit["path"], after, "Written by Tuile for case@1.0.0.", seen), params)
    assert again == after
    return after
