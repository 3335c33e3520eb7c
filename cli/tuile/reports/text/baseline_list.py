"""The screen of all baselines at hand."""

from __future__ import annotations

from collections.abc import Sequence

from tuile.policy.plan.extend import Whole
from tuile.policy.printable import printable
from tuile.policy.text import Lang
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, rows
from tuile.reports.text.messages import counted


def render(found: Sequence[Whole], lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline: each with its version, its number of rules and
    what it is for.
    """
    lines = [
        Row(
            printable(one.baseline.label),
            "bold",
            (counted(len(one.rules), "rule", lang),),
            printable(one.baseline.title.say(lang)),
        )
        for one in found
    ]
    return "\n".join(rows(lines, style))
