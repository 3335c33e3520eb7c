"""The screen of an undo: for each host what goes back, and, in three versions, what somebody else
changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from tuile.policy.change.undo import ChangedSince, HostUndo, UndoReport
from tuile.policy.printable import printable
from tuile.policy.shareable import masked
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.ordering import by_name
from tuile.reports.text.layout import Row, paint, rows, shortened, wrapped
from tuile.reports.text.messages import NBSP, colon, counted, moment
from tuile.reports.text.phrases import names

_NAMES = 12
_APPLIED = Text("apply of {when} (run {run})", "application du {when} (relevé {run})")
_BACK = Text("GOES BACK", "RÉTABLIR")
_DONE = Text("PUT BACK", "RÉTABLI")
_THEIRS = Text("CHANGED SINCE", "MODIFIÉ DEPUIS")
_LEFT = Text("not by Tuile; left as it is", f"pas par Tuile{NBSP}; laissé tel quel")
_OVER = Text("not by Tuile; put back all the same", f"pas par Tuile{NBSP}; rétabli malgré tout")
_AS_BEFORE = Text("AS BEFORE", "COMME AVANT")
_NOTHING = Text(
    "there is nothing to undo: all is as it was before that apply",
    f"rien à annuler{NBSP}: tout est comme avant cette application",
)
_NOT = Text("NOT UNDONE", "NON ANNULÉ")
_TROUBLE = Text("NOT BACK", "NON RÉTABLI")
_FAILING = Text("NOW FAILS", "ÉCHOUE")
_WAS, _APPLY, _NOW = (
    Text("as it was", "avant"),
    Text("as applied", "appliqué"),
    Text("as it is", "maintenant"),
)
_HINT = Text(
    "To put that back as well: --over-changes", f"Pour rétablir cela aussi{NBSP}: --over-changes"
)
_TOTAL = Text("{count} undone", f"{{count}}{NBSP}: annulation faite")


def render(report: UndoReport, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    sections = [_section(host, report, lang, style) for host in hosts]
    if any(host.meanwhile for host in hosts) and not report.over:
        sections.append(wrapped(_HINT.say(lang), style, 2, 0))
    done = [host for host in hosts if host.done]
    if done:
        sections.append([_TOTAL.say(lang).format(count=counted(len(done), "host", lang))])
    return "\n\n".join("\n".join(section) for section in sections)


def _section(host: HostUndo, report: UndoReport, lang: Lang, style: Style) -> list[str]:
    when = _APPLIED.say(lang).format(when=moment(host.at, lang, style.zone), run=host.run)
    head = wrapped(f"{printable(host.host)} · {when}", style, 2, 0)
    head[0] = paint(printable(host.host), "bold", style) + head[0][len(printable(host.host)) :]
    lines = [*head, *rows(list(_rows(host, report, lang, style)), style)]
    for item in host.meanwhile if not host.done else ():
        lines += _versions(item, lang, style)
    return lines


def _rows(host: HostUndo, report: UndoReport, lang: Lang, style: Style) -> Iterator[Row]:
    if host.why_not is not None:
        yield Row(_NOT.say(lang), "yellow", ("", ""), shortened(host.why_not.say(lang)))
        return
    if host.already:
        yield Row(_AS_BEFORE.say(lang), "green", ("", ""), _NOTHING.say(lang))
    if host.back:
        label, colour = (_DONE, "green") if host.done else (_BACK, "yellow")
        things = [thing.text.say(lang) for thing in host.back]
        yield Row(
            label.say(lang),
            colour,
            ("", ""),
            names(things, lang, None if style.verbose else _NAMES),
        )
    if host.meanwhile:
        things = [item.resource.text.say(lang) for item in host.meanwhile]
        words = (_OVER if report.over else _LEFT).say(lang)
        yield Row(
            _THEIRS.say(lang), "red", ("", ""), f"{names(things, lang, None)}{colon(lang)} {words}"
        )
    if host.trouble:
        yield Row(_TROUBLE.say(lang), "red", ("", ""), names(list(host.trouble), lang, None))
    if host.failing:
        many = counted(len(host.failing), "rule", lang)
        yield Row(
            _FAILING.say(lang), "magenta", ("", many), names(list(host.failing), lang, _NAMES)
        )


def _versions(item: ChangedSince, lang: Lang, style: Style) -> list[str]:
    """Return how a thing went from as it was to as applied, and from there to as it is."""
    steps = ((_WAS, item.was, _APPLY, item.left), (_APPLY, item.left, _NOW, item.now))
    lines = [f"  {printable(item.resource.text.say(lang))}"]
    for old, before, new, after in steps:
        found = unified_diff(
            before.splitlines(), after.splitlines(), old.say(lang), new.say(lang), n=1, lineterm=""
        )
        for line in found:
            colour = {"+": "green", "-": "red"}.get(line[:1], "dim")
            lines.append(f"    {paint(printable(masked(line)), colour, style)}")
    return lines
