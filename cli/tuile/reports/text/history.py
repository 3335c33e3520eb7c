"""The screen of a history: rule by rule what one host came to, from when to when, and when nobody
could look.
"""

from __future__ import annotations

from itertools import groupby

from tuile.policy.history.drift import Gap, History, Interval
from tuile.policy.history.host_state import Recorded, Seen
from tuile.policy.model import Outcome
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, joined, paint, rows, shortened
from tuile.reports.text.messages import LABEL, counted, moment
from tuile.reports.text.phrases import differences

_COLOUR = {
    Outcome.passed: "green",
    Outcome.failed: "red",
    Outcome.pending: "yellow",
    Outcome.error: "magenta",
    Outcome.waived: "yellow",
    Outcome.not_applicable: "dim",
}
_NOT_REACHED = Text("NOT REACHED", "NON JOINT")
_NOW = Text("now", "maintenant")
_ALWAYS = Text(
    "Every rule passed at every visit.", "Toutes les règles étaient conformes à chaque visite."
)


def render(report: History, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    name = printable(report.host)
    visits = (
        f"{counted(report.visits, 'visit', lang)}, {_span(report.first, report.last, lang, style)}"
    )
    first, *more = joined([name, visits], style)
    sections = [[paint(name, "bold", style) + first[len(name) :], *more]]
    for rule, group in groupby(report.intervals, key=lambda interval: interval.found.rule):
        sections.append(
            [printable(rule), *rows([_row(interval, lang, style) for interval in group], style)]
        )
    if not report.intervals:
        sections.append([_ALWAYS.say(lang)])
    if report.gaps:
        sections.append(rows([_gap(gap, lang, style) for gap in report.gaps], style))
    return "\n\n".join("\n".join(section) for section in sections)


def _row(interval: Interval, lang: Lang, style: Style) -> Row:
    outcome = interval.found.outcome
    span = _span(interval.first, interval.last, lang, style)
    if interval.now:
        span = f"{_at(interval.first, lang, style)} → {_NOW.say(lang)}"
    return Row(LABEL[outcome].say(lang), _COLOUR[outcome], (span,), _words(interval.found, lang))


def _words(found: Recorded, lang: Lang) -> str:
    wrong = differences(found.subject, found.differences, lang) if found.differences else ""
    reason = shortened(found.reason.say(lang)) if found.reason else ""
    return " · ".join(part for part in (wrong, reason) if part)


def _gap(gap: Gap, lang: Lang, style: Style) -> Row:
    return Row(
        _NOT_REACHED.say(lang),
        "red",
        (_span(gap.first, gap.last, lang, style),),
        shortened(gap.why.say(lang)),
    )


def _span(first: Seen, last: Seen, lang: Lang, style: Style) -> str:
    start, end = _at(first, lang, style), _at(last, lang, style)
    return start if start == end else f"{start} → {end}"


def _at(seen: Seen, lang: Lang, style: Style) -> str:
    return moment(seen.at, lang, style.zone)
