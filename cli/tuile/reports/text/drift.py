"""The screen of a drift: what is not what it was, why, and since when; the same change on many
hosts is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from shlex import quote

from tuile.policy.history.compare import Cause, Change
from tuile.policy.history.drift import Drift
from tuile.policy.history.host_state import Run
from tuile.policy.model import Outcome
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.hints import command, hints
from tuile.reports.text.layout import Row, joined, rows, shortened, wrapped
from tuile.reports.text.messages import counted, day, moment
from tuile.reports.text.phrases import differences, names

_NAMES = 12
_COLOUR = {
    Cause.regressed: "red",
    Cause.fails_differently: "red",
    Cause.waiver_ended: "red",
    Cause.not_reached: "magenta",
    Cause.could_not_look: "magenta",
    Cause.repaired: "green",
    Cause.reached_again: "green",
}
_NO_RUN = Text(
    "No run has looked at these hosts yet. Start with: tuile check",
    "Aucun relevé n’a encore examiné ces hôtes. Commencez par{nbsp}: tuile check",
)
_NO_CHANGE = Text("Nothing changed.", "Rien n’a changé.")
_RUN = Text("run", "relevé")
_LOOKED = Text("{some} of {all} looked at", "{some} sur {all} examinés")
_BETWEEN = Text("between {until} and {since}", "entre le {until} et le {since}")
_SAME_DAY = Text(
    "between {until:%H:%M} and {since:%H:%M} on {day}",
    "le {day} entre {until:%H:%M} et {since:%H:%M}",
)
_SAME_MINUTE = Text("at {since:%H:%M} on {day}", "le {day} à {since:%H:%M}")
_SINCE = Text("since {since}", "depuis le {since}")
_STILL = Text(
    "Besides, {still} still failing as before, {never} of them never compliant.",
    "Par ailleurs, {still} toujours en échec comme avant, dont {never} depuis toujours.",
)


def render(report: Drift, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    if report.until is None:
        return "\n".join(wrapped(_NO_RUN.say(lang).format(nbsp="\u00a0"), style))
    listed = _grouped(report.changes, lang, style) or [_NO_CHANGE.say(lang)]
    sections = [_heading(report, report.until, lang, style), listed, _still(report, lang, style)]
    sections.append(_hints(report, lang, style))
    return "\n\n".join("\n".join(section) for section in sections if section)


def _heading(report: Drift, until: Run, lang: Lang, style: Style) -> list[str]:
    ends = [_run(run, lang, style) for run in (report.since, until) if run is not None]
    every = counted(report.hosts, "host", lang)
    return joined(
        [" → ".join(ends), _LOOKED.say(lang).format(some=report.looked_at, all=every)], style
    )


def _run(run: Run, lang: Lang, style: Style) -> str:
    return f"{moment(run.started, lang, style.zone)} ({_RUN.say(lang)} {run.id})"


def _grouped(changes: Iterable[Change], lang: Lang, style: Style) -> list[str]:
    groups: dict[tuple[Cause, str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.cause, change.rule, _words(change, lang)), []).append(change)
    found = [
        _row(cause, words, group, (lang, style)) for (cause, _, words), group in groups.items()
    ]
    return rows(found, style) if found else []


def _row(cause: Cause, words: str, group: Sequence[Change], manner: tuple[Lang, Style]) -> Row:
    lang, style = manner
    hosts = [change.host for change in group]
    single = len(hosts) == 1
    who = printable(hosts[0]) if single else counted(len(hosts), "host", lang)
    below = () if single else (names(hosts, lang, None if style.verbose else _NAMES),)
    text = " · ".join(part for part in (words, _when(group, lang, style)) if part)
    return Row(cause.say(lang), _COLOUR.get(cause, "yellow"), (who, group[0].rule), text, below)


def _words(change: Change, lang: Lang) -> str:
    after = change.after
    wrong = (
        differences(after.subject, after.differences, lang) if after and after.differences else ""
    )
    note = shortened(change.note.say(lang)) if change.note else ""
    return " · ".join(part for part in (wrong, note) if part)


def _when(group: Sequence[Change], lang: Lang, style: Style) -> str:
    """Return when it changed: between the last visit before and the first since; for several hosts
    the widest.
    """
    since = [change.since.at for change in group if change.since]
    until = [change.until.at for change in group if change.until]
    if not since:
        return ""
    if len(until) < len(group) or group[0].cause is Cause.not_reached:
        return _SINCE.say(lang).format(since=moment(min(since), lang, style.zone))
    start, end = min(until).astimezone(style.zone), max(since).astimezone(style.zone)
    if start.date() == end.date():
        words = _SAME_MINUTE if f"{start:%H:%M}" == f"{end:%H:%M}" else _SAME_DAY
        return words.say(lang).format(until=start, since=end, day=day(end, lang))
    return _BETWEEN.say(lang).format(
        until=moment(start, lang, style.zone), since=moment(end, lang, style.zone)
    )


def _still(report: Drift, lang: Lang, style: Style) -> list[str]:
    if not report.still_failing:
        return []
    still = counted(report.still_failing, "finding", lang)
    words = _STILL.say(lang).format(still=still, never=report.never_compliant_count)
    lines = wrapped(words, style)
    return [*lines, *_grouped(report.never_compliant, lang, style)] if style.verbose else lines


def _hints(report: Drift, lang: Lang, style: Style) -> list[str]:
    for change in report.changes:
        if change.after is not None and change.after.outcome is Outcome.failed:
            told = command("history", "", [], quote(change.host), quote(change.rule))
            return hints([told], lang, style)
    return []
