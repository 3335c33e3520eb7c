"""The screen of an apply: for each host what is put right now, what still fails and why, in the
engine's own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tuile.policy.change.outcome import ApplyReport, HostApplied, Result, RuleApplied
from tuile.policy.change.pre_image import Ending, GuardOutcome
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.ordering import by_name
from tuile.reports.text.layout import Row, joined, paint, rows, shortened, wrapped
from tuile.reports.text.messages import NBSP, SEVERITY, colon, counted, counts, elapsed, seconds
from tuile.reports.text.phrases import differences, names

_NAMES = 12
_LABEL = {
    Result.put_right: (Text("PUT RIGHT", "CORRIGÉE"), "green"),
    Result.pending: (Text("PENDING", "EN ATTENTE"), "yellow"),
    Result.still_failing: (Text("STILL FAILS", "ÉCHOUE ENCORE"), "red"),
    Result.unknown: (Text("UNKNOWN", "INCONNUE"), "magenta"),
    Result.left: (Text("LEFT", "LAISSÉE"), "yellow"),
    Result.uncovered: (Text("NEW", "NOUVELLE"), "yellow"),
}
_ORDER = (
    Result.still_failing,
    Result.unknown,
    Result.left,
    Result.uncovered,
    Result.pending,
    Result.put_right,
)
_IN_SHORT = (Result.put_right, Result.uncovered)
"""Results whose rules are only named where there are many: nothing is to be done about each of
them.
"""
_ENDINGS = {
    Ending.confirmed: (
        Text("CONFIRMED", "CONFIRMÉE"),
        "green",
        Text(
            "saved what was there · armed: back by itself at {until} · applied in {took} · new"
            " login, sudo, check",
            "état antérieur conservé · retour automatique armé pour {until} · appliqué en {took} "
            "· nouvelle connexion,"
            " sudo, contrôle",
        ),
    ),
    Ending.put_back: (
        Text("PUT BACK", "RÉTABLIE"),
        "red",
        Text("all is as it was before", "tout est comme avant"),
    ),
    Ending.put_back_itself: (
        Text("PUT BACK", "RÉTABLIE"),
        "red",
        Text(
            "nobody could confirm in time: it put itself back, all is as it was before",
            f"pas de confirmation à temps{NBSP}: elle a rétabli son état, tout est comme avant",
        ),
    ),
    Ending.unknown: (
        Text("UNKNOWN", "INCONNU"),
        "magenta",
        Text(
            "it does not answer; left alone it has put itself back since {until}",
            f"elle ne répond plus{NBSP}; livrée à elle-même, elle a rétabli son état dès {{until}}",
        ),
    ),
}
_NOT_BACK = Text("NOT BACK", "NON RÉTABLI")
_UNDO = Text("Undo with: tuile undo {run}", f"Pour annuler{NBSP}: tuile undo {{run}}")
_BROKEN = Text("BROKEN", "RÉGRESSION")
_REFUSED = Text("REFUSED", "REFUS")
_NOT_REACHED = Text("NOT REACHED", "NON JOINT")
_ENGINE = Text("ENGINE", "MOTEUR")
_BEFORE = Text("passed before, now", "conforme avant, maintenant")
_NOTHING = Text("Nothing had to be done", "Il n’y avait rien à faire")
_WITH = Text("with", "avec")
_IN = Text("in", "en")
_RUN = Text("run", "relevé")
_AGAIN = Text(
    "What was installed brings more to put right: apply once more.",
    f"Ce qui a été installé apporte d’autres points à corriger{NBSP}: appliquer encore une fois.",
)
_LOGS = Text("What the engine printed", "Ce que le moteur a affiché")


def render(report: ApplyReport, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    alike: dict[str, list[HostApplied]] = {}
    for host in hosts:
        if not _idle(host):
            alike.setdefault("\n".join(_body(host, lang, replace(style, colour=False))), []).append(
                host
            )
    sections = [_section(group, lang, style) for group in alike.values()]
    idle = [host.host for host in hosts if _idle(host)]
    if idle:
        listed = names(idle, lang, None if style.verbose else _NAMES)
        sections.append(wrapped(f"{_NOTHING.say(lang)}{colon(lang)} {listed}", style, 2, 0))
    sections.append(_totals(report, hosts, lang, style))
    return "\n\n".join("\n".join(section) for section in sections)


def _idle(host: HostApplied) -> bool:
    return not (host.rules or host.broken or host.failures or host.refused or host.not_reached)


def _section(group: Sequence[HostApplied], lang: Lang, style: Style) -> list[str]:
    """Return what became of hosts that fared alike."""
    host = group[0]
    name = printable(host.host) if len(group) == 1 else counted(len(group), "alike", lang)
    figures = counts(_figures([host]), lang)
    first, *more = joined([part for part in (name, *figures.split(" · ")) if part], style)
    listed = (
        wrapped(names([one.host for one in group], lang, None), style, 2) if len(group) > 1 else []
    )
    return [
        paint(name, "bold", style) + first[len(name) :],
        *more,
        *listed,
        *_body(host, lang, style),
    ]


def _body(host: HostApplied, lang: Lang, style: Style) -> list[str]:
    return rows(list(_rows(host, lang, style)), style)


def _rows(host: HostApplied, lang: Lang, style: Style) -> Iterator[Row]:
    if host.refused is not None:
        yield Row(_REFUSED.say(lang), "yellow", ("", ""), shortened(host.refused.say(lang)))
    if host.not_reached is not None:
        yield Row(_NOT_REACHED.say(lang), "red", ("", ""), shortened(host.not_reached.say(lang)))
    if host.guarded is not None:
        yield from _guard(host.guarded, lang, style)
    for item in host.broken:
        words = f"{_BEFORE.say(lang)}{colon(lang)} {_words(item, lang)}"
        yield Row(_BROKEN.say(lang), "red", (SEVERITY[item.severity].say(lang), item.rule), words)
    for result in _ORDER:
        yield from _rows_of(
            result, [item for item in host.rules if item.result is result], lang, style
        )
    for kind, said in sorted(host.failures.items()):
        yield Row(_ENGINE.say(lang), "red", ("", printable(kind)), shortened(said))


def _guard(guarded: GuardOutcome, lang: Lang, style: Style) -> Iterator[Row]:
    """Yield how a host was guarded, and what it could not put back."""
    label, colour, words = _ENDINGS[guarded.ending]
    until = f"{guarded.until.astimezone(style.zone):%H:%M:%S}"
    took = seconds(guarded.seconds, lang)
    why = "" if guarded.why is None else f" · {shortened(guarded.why.say(lang))}"
    yield Row(
        label.say(lang), colour, ("", ""), f"{words.say(lang).format(until=until, took=took)}{why}"
    )
    if guarded.trouble:
        yield Row(_NOT_BACK.say(lang), "red", ("", ""), names(list(guarded.trouble), lang, _NAMES))


def _rows_of(
    result: Result, items: Sequence[RuleApplied], lang: Lang, style: Style
) -> Iterator[Row]:
    """Yield a row a rule; of some results many are named in one."""
    label, colour = _LABEL[result]
    ranked = sorted(items, key=lambda item: (-item.severity, item.rule))
    if result in _IN_SHORT and len(ranked) > _NAMES and not style.verbose:
        listed = names([item.rule for item in ranked], lang, _NAMES)
        yield Row(label.say(lang), colour, ("", counted(len(ranked), "rule", lang)), listed)
        return
    for item in ranked:
        yield Row(
            label.say(lang),
            colour,
            (SEVERITY[item.severity].say(lang), item.rule),
            _words(item, lang),
        )


def _words(item: RuleApplied, lang: Lang) -> str:
    wrong = differences(item.subject, item.differences, lang)
    return f"{wrong} · {shortened(item.why.say(lang))}" if item.why else wrong


def _figures(hosts: Sequence[HostApplied]) -> list[tuple[int, str]]:
    figures = [(sum(host.count(result) for host in hosts), result.value) for result in Result]
    return [
        *figures,
        (sum(len(host.broken) for host in hosts), "broken"),
    ]


def _totals(
    report: ApplyReport, hosts: Sequence[HostApplied], lang: Lang, style: Style
) -> list[str]:
    run = "" if report.run is None else f", {_RUN.say(lang)} {report.run}"
    time = f"{_IN.say(lang)} {elapsed(report.started, report.finished, lang)}"
    head = (
        f"{counted(len(hosts), 'host', lang)} {_WITH.say(lang)} {report.engine}"
        f" {time}{run}{colon(lang)}"
    )
    figures = [
        *_figures(hosts),
        (sum(host.refused is not None for host in hosts), "refused"),
        (sum(host.not_reached is not None for host in hosts), "not_reached"),
        (sum(_idle(host) for host in hosts), "unchanged"),
    ]
    first, *more = counts(figures, lang).split(" · ")
    lines = joined([f"{head} {first}", *more], style)
    if any(host.count(Result.uncovered) for host in hosts):
        lines += wrapped(_AGAIN.say(lang), style, 0, 0)
    trouble = any(host.failures or host.count(Result.still_failing) for host in hosts)
    if report.run is not None and any(
        one.guarded and one.guarded.ending is Ending.confirmed for one in hosts
    ):
        lines.append(_UNDO.say(lang).format(run=report.run))
    return (
        [*lines, f"{_LOGS.say(lang)}{colon(lang)} {printable(report.logs)}"]
        if report.logs and trouble
        else lines
    )
