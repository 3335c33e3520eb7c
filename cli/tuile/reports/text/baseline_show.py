"""The screen of one baseline: its rules after extension, level by level."""

from __future__ import annotations

from itertools import groupby

from tuile.policy.model import Level
from tuile.policy.plan.extend import Whole
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, joined, paint, rows
from tuile.reports.text.messages import LEVEL, SEVERITY, counted

_FROM = Text("from level {level}", "dès le niveau {level}")


def render(found: Whole, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    label, title = printable(found.baseline.label), printable(found.baseline.title.say(lang))
    first, *more = joined([label, title, counted(len(found.rules), "rule", lang)], style)
    sections = [[paint(label, "bold", style) + first[len(label) :], *more]]
    for level, group in groupby(found.rules, key=lambda planned: planned.rule.level):
        lines = [
            Row(
                SEVERITY[one.rule.severity].say(lang),
                "",
                (one.rule.id,),
                printable(one.rule.title.say(lang)),
            )
            for one in group
        ]
        sections.append([_head(level, len(lines), lang, style), *rows(lines, style)])
    return "\n\n".join("\n".join(section) for section in sections)


def _head(level: Level, count: int, lang: Lang, style: Style) -> str:
    name = _FROM.say(lang).format(level=LEVEL[level].say(lang))
    return f"{paint(name, 'bold', style)} · {counted(count, 'rule', lang)}"
