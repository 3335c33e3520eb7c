"""What is shown of a preview."""

from __future__ import annotations

from tuile.policy.change.preview import HostPreview, RulePreview, Step
from tuile.policy.model import Risk, Severity
from tuile.policy.text import both
from tuile.reports import DiffReport, renderer
from tuile.reports.interface import Style


def test_words_of_a_host_steer_nothing() -> None:
    """What a host said stands in a step with its braces and its escapes, and the thing in its place
    only.
    """
    steps = (Step(both("what {} brings: no {} \x1b[2J"), "cups"),)
    rule = RulePreview("cups-there", "cups", Severity.low, Risk.none, (), steps)
    shown = renderer("diff", "text")(DiffReport((HostPreview("srv", (rule,)),)), "en", Style())
    assert "Then: what cups brings: no {} \\x1b[2J\n" in shown
