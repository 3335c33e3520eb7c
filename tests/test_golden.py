"""Reports of fixed values are, byte for byte, what tests/golden holds: <name>.<exit code>.<format>.

`TUILE_UPDATE_GOLDEN=1 pytest tests/test_golden.py` writes them anew; read the difference before
committing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests import golden_baselines as baselines
from tests import golden_checks, golden_rollouts
from tests import golden_values as values
from tuile.policy.text import Lang
from tuile.policy.verdict.status import (
    exit_code,
    exit_code_of_apply,
    exit_code_of_diff,
    exit_code_of_drift,
    exit_code_of_reboots,
    exit_code_of_rollout,
    exit_code_of_undo,
)
from tuile.reports import FORMATS, Format, Style, renderer

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
SCHEMA = json.loads((HERE.parent / "docs/schemas/report.schema.json").read_text(encoding="utf-8"))
ENDINGS: dict[Format, str] = {"text": "txt", "json": "json", "junit": "xml"}


WIDE = Style(width=100)
NARROW = Style(width=40)
PIPED = Style()
VERBOSE = Style(width=100, verbose=True)
COLOURED = Style(width=100, colour=True)


_CODES: dict[str, Callable[[Any], int]] = {
    "check": lambda report: exit_code(report.results),
    "diff": lambda report: exit_code_of_diff(report.hosts),
    "apply": lambda report: exit_code_of_apply(report.hosts),
    "undo": lambda report: exit_code_of_undo(report.hosts, over=report.over),
    "drift": lambda report: exit_code_of_drift(report.changes, seen=report.until is not None),
    "rollout": exit_code_of_rollout,
    "reboots": exit_code_of_reboots,
}


@dataclass(frozen=True)
class Golden:
    """One output: a report, how it is rendered, and the exit code that goes with it."""

    name: str
    report: str
    value: Any
    form: Format = "text"
    lang: Lang = "en"
    style: Style = WIDE

    @property
    def code(self) -> int:
        """Return the exit code of the report."""
        found = _CODES.get(self.report)
        return found(self.value) if found else 0

    @property
    def path(self) -> Path:
        """Return the file that holds what is expected."""
        return GOLDEN / f"{self.name}.{self.code}.{ENDINGS[self.form]}"

    def render(self) -> str:
        """Return the output, as a command prints it."""
        return renderer(self.report, self.form)(self.value, self.lang, self.style) + "\n"


SCREENS = [
    Golden("check-fleet", "check", golden_checks.FLEET),
    Golden("check-fleet-piped", "check", golden_checks.FLEET, style=PIPED),
    Golden("check-fleet-verbose", "check", golden_checks.FLEET, style=VERBOSE),
    Golden("check-fleet-coloured", "check", golden_checks.FLEET, style=COLOURED),
    Golden("check-clean", "check", golden_checks.CLEAN),
    Golden("check-blind", "check", golden_checks.BLIND),
    Golden("check-empty", "check", golden_checks.EMPTY),
    Golden("check-many", "check", golden_checks.MANY),
    Golden("check-odd", "check", golden_checks.ODD),
    Golden("check-one", "check", golden_checks.ONE),
    Golden("check-one-narrow", "check", golden_checks.ONE, style=NARROW),
    Golden("diff", "diff", values.DIFF),
    Golden("diff-one", "diff", values.DIFF_ONE),
    Golden("diff-one-narrow", "diff", values.DIFF_ONE, style=NARROW),
    Golden("diff-nothing", "diff", values.DIFF_NOTHING),
    Golden("apply", "apply", values.APPLIED),
    Golden("apply-narrow", "apply", values.APPLIED, style=NARROW),
    Golden("apply-well", "apply", values.APPLIED_WELL),
    Golden("undo", "undo", values.UNDONE),
    Golden("undo-narrow", "undo", values.UNDONE, style=NARROW),
    Golden("undo-first", "undo", values.UNDO_FIRST),
    Golden("undo-nothing", "undo", values.NOTHING_TO_UNDO),
    Golden("drift", "drift", values.DRIFTED),
    Golden("drift-verbose", "drift", values.DRIFTED, style=VERBOSE),
    Golden("drift-steady", "drift", values.STEADY),
    Golden("drift-blurred", "drift", values.BLURRED),
    Golden("drift-no-run", "drift", values.NO_RUN),
    Golden("history", "history", values.HISTORY),
    Golden("history-calm", "history", values.CALM),
    Golden("explain", "explain", baselines.EXPLAINED),
    Golden("explain-narrow", "explain", baselines.EXPLAINED, style=NARROW),
    Golden("explain-human", "explain", baselines.EXPLAINED_HUMAN),
    Golden("coverage", "coverage", baselines.COVERAGE),
    Golden("coverage-of-one", "coverage", baselines.COVERAGE_OF_ONE),
    Golden("baseline-list", "baseline_list", baselines.LIST),
    Golden("baseline-show", "baseline_show", baselines.SHOW),
    Golden("baseline-diff", "baseline_diff", baselines.DIFF),
    Golden("baseline-diff-same", "baseline_diff", baselines.NO_DIFF),
    Golden("baseline-lint", "baseline_lint", baselines.LINT),
    Golden("baseline-lint-hosts", "baseline_lint", baselines.LINT_HOSTS),
    Golden("rollout", "rollout", golden_rollouts.STOPPED),
    Golden("rollout-narrow", "rollout", golden_rollouts.STOPPED, style=NARROW),
    Golden("rollout-verbose", "rollout", golden_rollouts.STOPPED, style=VERBOSE),
    Golden("rollout-soaking", "rollout", golden_rollouts.SOAKING),
    Golden("rollout-finished", "rollout", golden_rollouts.FINISHED),
    Golden("reboots", "reboots", golden_rollouts.REBOOTS),
    Golden("reboots-none", "reboots", golden_rollouts.NO_REBOOTS),
]
FRENCH = [
    Golden(f"{one.name}-fr", one.report, one.value, one.form, "fr", one.style) for one in SCREENS
]
DATA = [
    Golden("check-fleet", "check", golden_checks.FLEET, "json"),
    Golden("check-odd", "check", golden_checks.ODD, "json"),
    Golden("check-empty", "check", golden_checks.EMPTY, "json"),
    Golden("diff", "diff", values.DIFF, "json"),
    Golden("apply", "apply", values.APPLIED, "json"),
    Golden("undo", "undo", values.UNDONE, "json"),
    Golden("drift", "drift", values.DRIFTED, "json"),
    Golden("drift-no-run", "drift", values.NO_RUN, "json"),
    Golden("history", "history", values.HISTORY, "json"),
    Golden("explain", "explain", baselines.EXPLAINED, "json"),
    Golden("coverage-of-one", "coverage", baselines.COVERAGE_OF_ONE, "json"),
    Golden("baseline-list", "baseline_list", baselines.LIST, "json"),
    Golden("baseline-show", "baseline_show", baselines.SHOW, "json"),
    Golden("baseline-diff", "baseline_diff", baselines.DIFF, "json"),
    Golden("baseline-lint-hosts", "baseline_lint", baselines.LINT_HOSTS, "json"),
    Golden("rollout", "rollout", golden_rollouts.STOPPED, "json"),
    Golden("reboots", "reboots", golden_rollouts.REBOOTS, "json"),
    Golden("check-fleet", "check", golden_checks.FLEET, "junit"),
    Golden("check-odd", "check", golden_checks.ODD, "junit"),
    Golden("check-empty", "check", golden_checks.EMPTY, "junit"),
    Golden("check-fleet-fr", "check", golden_checks.FLEET, "junit", "fr"),
]
ALL = [*SCREENS, *FRENCH, *DATA]


@pytest.mark.parametrize("golden", ALL, ids=lambda golden: golden.path.name)
def test_output_is_golden(golden: Golden) -> None:
    """A report of fixed values comes out byte for byte as recorded, with its exit code in the name
    of the file.
    """
    found = golden.render()
    if os.environ.get("TUILE_UPDATE_GOLDEN"):
        golden.path.write_text(found, encoding="utf-8")
    assert golden.path.is_file(), (
        f"{golden.path.name} is missing: TUILE_UPDATE_GOLDEN=1 pytest {Path(__file__).name}"
    )
    assert found == golden.path.read_text(encoding="utf-8")


def test_no_golden_is_forgotten() -> None:
    """Every file in tests/golden belongs to an output, so that none goes stale unseen."""
    known = {report.split("_")[0] for report in FORMATS}
    mine = {
        path.name for path in GOLDEN.iterdir() if path.name.split(".")[0].split("-")[0] in known
    }
    assert mine == {golden.path.name for golden in ALL}


@pytest.mark.parametrize(
    "golden", [one for one in DATA if one.form == "json"], ids=lambda golden: golden.path.name
)
def test_json_meets_its_published_schema(golden: Golden) -> None:
    """Every JSON document is valid by docs/schemas/report.schema.json, formats included."""
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(
        json.loads(golden.render())
    )


@pytest.mark.parametrize(
    "change", [{"schema": "tuile.report/2"}, {"report": "other"}, {"hosts": None}, {"surprise": 1}]
)
def test_schema_refuses_what_it_does_not_describe(change: dict[str, Any]) -> None:
    """The schema refuses another version, an unknown report, a wrong type and an unknown field."""
    document = json.loads(Golden("check-fleet", "check", golden_checks.FLEET, "json").render())
    assert not Draft202012Validator(SCHEMA).is_valid({**document, **change})


def test_json_says_its_exit_code() -> None:
    """The exit code in a document is the one that the command ends with."""
    for golden in DATA:
        if golden.form == "json":
            assert json.loads(golden.render())["exit_code"] == golden.code


@pytest.mark.parametrize(
    "golden", [one for one in DATA if one.form == "junit"], ids=lambda golden: golden.path.name
)
def test_junit_counts_what_it_holds(golden: Golden) -> None:
    """The counts on the suites and on the whole are those of the cases in them."""
    root = ET.fromstring(golden.render())  # noqa: S314 -- our own output
    for element in (root, *root.iter("testsuite")):
        for name, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(element.get(name, "")) == sum(1 for _ in element.iter(tag))


@pytest.mark.parametrize(
    "golden", [one for one in [*SCREENS, *FRENCH] if one.style.width], ids=lambda one: one.path.name
)
def test_text_fits_its_terminal(golden: Golden) -> None:
    """No line is wider than the terminal, except commands and file lines, which must be copied
    whole.
    """
    whole = ("tuile ", "/logs/", "    + ", "    - ", "\x1b")
    for line in golden.render().splitlines():
        assert (
            len(line) <= (golden.style.width or 0)
            or any(mark in line for mark in whole)
            or " " not in line.strip()
        )


@pytest.mark.parametrize("golden", [*SCREENS, *FRENCH], ids=lambda golden: golden.path.name)
def test_text_cannot_steer_a_terminal(golden: Golden) -> None:
    """Nothing but Tuile's own colours reaches the terminal as a control character, whatever a host
    answered.
    """
    text = golden.render().replace("\n", "")
    for code in ("0", "1", "2", "32", "33", "31;1", "35;1"):
        text = text.replace(f"\x1b[{code}m", "") if golden.style.colour else text
    assert text.isprintable() or not any(
        ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in text
    )


def test_unknown_format_is_refused() -> None:
    """A format that a report does not have is refused, not guessed."""
    with pytest.raises(ValueError, match="no junit of drift"):
        renderer("drift", "junit")
