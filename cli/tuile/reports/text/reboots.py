"""The screen of the hosts that need a reboot, and why."""

from __future__ import annotations

from collections.abc import Iterator

from tuile.policy.history.reboots import HostReboot, Reboots
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, paint, rows, wrapped
from tuile.reports.text.messages import LABEL, colon, counted, moment, number
from tuile.reports.text.phrases import differences

_ASKS = Text("ASKED FOR", "DEMANDÉ")
_BY = Text("by the host itself, for {packages}", "par l’hôte lui-même, pour {packages}")
_BY_ITSELF = Text("by the host itself", "par l’hôte lui-même")
_SEEN = Text("seen {when}", "vu le {when}")
_STALE = Text("not reached since", "non joint depuis")
_NEVER = Text("Never reached, so nobody can say", "Jamais joint, donc rien n’est connu")
_NOT_SINCE = Text(
    "Not reached any more; when last seen they needed none",
    "Non joint depuis ; aucun besoin au dernier relevé",
)
_NONE = Text("No host is known to need a reboot.", "Aucun hôte ne semble devoir redémarrer.")
_TOTAL = Text(
    "To be rebooted: {some} of {hosts}. Tuile reboots nothing: do so when care allows.",
    "À redémarrer : {some} sur {hosts}. Tuile ne redémarre rien : à faire quand les soins le"
    " permettent.",
)


def render(report: Reboots, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    sections = [_host(host, lang, style) for host in report.needed]
    total = _TOTAL.say(lang).format(
        some=number(len(report.needed), lang), hosts=counted(len(report.hosts), "host", lang)
    )
    sections.append(wrapped(total if report.needed else _NONE.say(lang), style))
    sections += [
        lines
        for lines in (
            _unsure(report, lang, style, never=True),
            _unsure(report, lang, style, never=False),
        )
        if lines
    ]
    return "\n\n".join("\n".join(section) for section in sections)


def _host(host: HostReboot, lang: Lang, style: Style) -> list[str]:
    name, seen = printable(host.host), []
    if host.seen is not None:
        seen.append(_SEEN.say(lang).format(when=moment(host.seen.at, lang, style.zone)))
    if host.stale:
        seen.append(_STALE.say(lang))
    head = " · ".join([paint(name, "bold", style), *seen])
    return [head, *rows(list(_reasons(host, lang)), style)]


def _reasons(host: HostReboot, lang: Lang) -> Iterator[Row]:
    if host.asked:
        packages = printable(", ".join(host.packages))
        yield Row(
            _ASKS.say(lang),
            "yellow",
            ("",),
            _BY.say(lang).format(packages=packages) if packages else _BY_ITSELF.say(lang),
        )
    for found in host.rules:
        words = differences(found.subject, found.differences, lang)
        yield Row(LABEL[found.outcome].say(lang), "yellow", (printable(found.rule),), words)


def _unsure(report: Reboots, lang: Lang, style: Style, *, never: bool) -> list[str]:
    names = [printable(host.host) for host in report.unsure if (host.seen is None) is never]
    words = (_NEVER if never else _NOT_SINCE).say(lang)
    return wrapped(f"{words}{colon(lang)} {', '.join(names)}", style, 2, 0) if names else []
