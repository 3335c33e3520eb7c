"""Each rule of a baseline as a test: passes, fails with both sides, is skipped with its reason, or
is an error.
"""

from __future__ import annotations

from datetime import date

import pytest
from testinfra.host import Host

from tuile.jobs.testinfra_bridge import facts_of, verdict_on
from tuile.policy.model import Facts, Outcome, PlannedRule
from tuile.reports.text.phrases import differences
from tuile.workspace.prepare import Workspace


class CouldNotLook(Exception):
    """The rule was not seen: an error of the test, not a failure of the host."""


@pytest.fixture(scope="module")
def facts(host: Host) -> Facts:
    """Return what the host is."""
    return facts_of(host)


def test_rule(
    host: Host, facts: Facts, planned: PlannedRule, workspace: Workspace, today: date
) -> None:
    """The host meets the rule."""
    verdict = verdict_on(host, facts, planned, workspace, today)
    wrong = differences(verdict.subject, verdict.differences, "en") if verdict.differences else ""
    words = " · ".join(
        part for part in (wrong, verdict.reason.en if verdict.reason else "") if part
    )
    match verdict.outcome:
        case Outcome.failed | Outcome.pending:
            pytest.fail(words, pytrace=False)
        case Outcome.error:
            raise CouldNotLook(words)
        case Outcome.not_applicable | Outcome.waived:
            pytest.skip(words)
        case Outcome.passed:
            return
