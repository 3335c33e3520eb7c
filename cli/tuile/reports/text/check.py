"""The screen of a check: each host with anything but pass, then what the fleet comes to, then what
to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuile.policy.attestation import told
from tuile.policy.model import HostResult, Outcome, PlannedRule, Verdict
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.policy.verdict.status import Status, status, unjudged
from tuile.reports.interface import CheckReport, Style
from tuile.reports.ordering import by_name, ranked
from tuile.reports.text.hints import hints_after_check
from tuile.reports.text.layout import Row, joined, paint, rows, shortened, wrapped
from tuile.reports.text.messages import LABEL, LEVEL, SEVERITY, colon, counted, elapsed
from tuile.reports.text.phrases import accepted, cause, differences, ended, names

_COLOUR = {
    Outcome.passed: "green",
    Outcome.failed: "red",
    Outcome.pending: "yellow",
    Outcome.error: "magenta",
    Outcome.waived: "yellow",
    Outcome.not_applicable: "dim",
}
_ORDER = tuple(outcome for outcome in _COLOUR if outcome is not Outcome.passed)
_TURN = (Status.not_compliant, Status.with_errors, Status.compliant, Status.not_reached)
_STATUS_COLOUR = {
    Status.compliant: "green",
    Status.not_compliant: "red",
    Status.with_errors: "magenta",
    Status.not_reached: "red",
}
_SEVERAL = 4
"""From so many errors of one cause on, they are one line."""
_NAMES = 12
"""So many host names are listed before the rest is only counted."""

_NO_HOST = Text(
    "No host was looked at. Name an inventory with -i, and hosts of it with -l.",
    "Aucun hôte n’a été examiné. Indiquez un inventaire avec -i, et des hôtes de cet inventaire"
    " avec -l.",
)
_NO_VERDICT = Text("no verdict was reached", "aucun verdict")
_RELAXED = Text(
    en="Unknown host keys are taken, as the inventory says (StrictHostKeyChecking={})",
    fr="Clés d'hôte inconnues admises, comme le dit l'inventaire (StrictHostKeyChecking={})",
)
_NOT_REACHED = Text("NOT REACHED", "NON JOINT")
_IN = Text("in", "en")
_RUN = Text("run", "relevé")


def render(report: CheckReport, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    if not report.results:
        return "\n".join(wrapped(_NO_HOST.say(lang), style))
    results = sorted(
        report.results, key=lambda result: (_TURN.index(status(result)), by_name(result.host))
    )
    sections = [
        *_hosts(results, lang, style),
        _throughout(results, lang, style),
        _away(results, lang, style),
    ]
    sections += [_relaxed(results, lang, style), _asleep(results, lang, style)]
    sections += [_totals(report, lang, style), hints_after_check(report, results, lang, style)]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _hosts(results: Sequence[HostResult], lang: Lang, style: Style) -> list[list[str]]:
    """Return a section for each host, or for each set of hosts that say the same."""
    alike: dict[tuple[str, tuple[Row, ...]], list[HostResult]] = {}
    for result in results:
        found = _rows(result, lang, style) if result.reached else ()
        if found or (result.reached and len(results) == 1):
            alike.setdefault((_tail(result, lang), found), []).append(result)
    return [_section(tail, found, group, (lang, style)) for (tail, found), group in alike.items()]


def _section(
    tail: str, found: Sequence[Row], group: Sequence[HostResult], manner: tuple[Lang, Style]
) -> list[str]:
    lang, style = manner
    every = [result.host for result in group]
    name = printable(every[0]) if len(every) == 1 else counted(len(every), "alike", lang)
    first, *more = joined([name, *tail.split(" · ")], style)
    heading = [paint(name, "bold", style) + first[len(name) :], *more]
    if len(every) > 1:
        heading += wrapped(names(every, lang, None), style, 2)
    return [*heading, *rows(found, style)]


def _tail(result: HostResult, lang: Lang) -> str:
    """Return what follows the name of a host: baselines, level, counts."""
    baselines = " + ".join(map(printable, result.plan.baselines))
    what = f"{baselines} {LEVEL[result.plan.level].say(lang)}" if baselines else ""
    return " · ".join(part for part in (what, "  ".join(_figures([result], lang))) if part)


def _figures(results: Sequence[HostResult], lang: Lang) -> list[str]:
    """Return how many verdicts there are of each outcome; of those that pass, how many by a
    person's word.
    """
    figures = [
        (sum(r.count(outcome) for r in results), outcome.value)
        for outcome in (Outcome.passed, *_ORDER)
    ]
    figures.append((sum(len(unjudged(r)) for r in results if r.reached), "unjudged"))
    words = [counted(value, word, lang) if value else "" for value, word in figures]
    attested = sum(result.attested for result in results)
    if attested:
        words[0] += f" ({counted(attested, 'attested', lang)})"
    return [word for word in words if word]


def _rows(result: HostResult, lang: Lang, style: Style) -> tuple[Row, ...]:
    planned = {item.rule.id: item for item in result.plan.rules}
    found: list[Row] = []
    for outcome in _ORDER:
        verdicts = ranked((v for v in result.verdicts if v.outcome is outcome), planned)
        if outcome is Outcome.error:
            found += _errors(result, verdicts, lang, style)
        elif outcome is not Outcome.not_applicable or style.verbose:
            found += [_row(verdict, planned[verdict.rule], lang, style) for verdict in verdicts]
    if style.verbose:
        passed = ranked((v for v in result.verdicts if v.outcome is Outcome.passed), planned)
        found += [_row(v, planned[v.rule], lang, style) for v in passed if planned[v.rule].human]
    return tuple(found)


def _errors(
    result: HostResult, verdicts: Sequence[Verdict], lang: Lang, style: Style
) -> Iterable[Row]:
    """Yield the errors, those of one cause in one row where they are many, and the rules without
    any verdict.
    """
    planned = {item.rule.id: item for item in result.plan.rules}
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        why = cause(verdict.reason, result.facts)
        groups.setdefault((why.words.say(lang), why.advice.say(lang)), []).append(verdict)
    for (words, advice), group in groups.items():
        if len(group) < _SEVERAL or style.verbose:
            yield from (_row(verdict, planned[verdict.rule], lang, style) for verdict in group)
        else:
            yield _error(
                counted(len(group), "rule", lang), f"{shortened(words)}. {advice}".strip(), lang
            )
    missing = unjudged(result)
    if missing:
        yield _error(
            counted(len(missing), "rule", lang),
            f"{_NO_VERDICT.say(lang)}{colon(lang)} {names(missing, lang, 6)}",
            lang,
        )


def _error(what: str, words: str, lang: Lang) -> Row:
    return Row(LABEL[Outcome.error].say(lang), _COLOUR[Outcome.error], ("", what), words)


def _row(verdict: Verdict, planned: PlannedRule, lang: Lang, style: Style) -> Row:
    severity = SEVERITY[planned.rule.severity].say(lang)
    below = (shortened(planned.rule.title.say(lang)),) if style.verbose else ()
    label = LABEL[verdict.outcome].say(lang)
    return Row(
        label,
        _COLOUR[verdict.outcome],
        (severity, verdict.rule),
        _words(verdict, planned, lang),
        below,
    )


def _words(verdict: Verdict, planned: PlannedRule, lang: Lang) -> str:
    if verdict.outcome is Outcome.passed:
        return shortened(told(verdict.observed).say(lang))
    if verdict.outcome in (Outcome.error, Outcome.not_applicable):
        return shortened(verdict.reason.say(lang)) if verdict.reason else _NO_VERDICT.say(lang)
    wrong = differences(verdict.subject, verdict.differences, lang)
    if verdict.outcome is Outcome.waived:
        return f"{wrong} · {accepted(planned.waiver, verdict.reason, lang)}"
    why = shortened(verdict.reason.say(lang)) if verdict.reason else ""
    return " · ".join(part for part in (wrong, why, ended(planned, lang)) if part)


def _throughout(results: Sequence[HostResult], lang: Lang, style: Style) -> list[str]:
    """Return the line of the hosts with nothing to say about."""
    hosts = [r.host for r in results if status(r) is Status.compliant and not _rows(r, lang, style)]
    if not hosts or len(results) == 1:
        return []
    head = f"{counted(len(hosts), 'throughout', lang)}{colon(lang)}"
    return wrapped(f"{head} {names(hosts, lang, None if style.verbose else _NAMES)}", style, 2, 0)


def _away(results: Sequence[HostResult], lang: Lang, style: Style) -> list[str]:
    """Return the rows of the hosts that were not reached, those with the same reason together."""
    groups: dict[str, list[str]] = {}
    for result in results:
        if result.not_reached is not None:
            groups.setdefault(shortened(result.not_reached.say(lang)), []).append(result.host)
    found: list[Row] = []
    for why, hosts in groups.items():
        if len(hosts) < _SEVERAL:
            found += [Row(_NOT_REACHED.say(lang), "red", (printable(host),), why) for host in hosts]
        else:
            listed = f"{why}{colon(lang)} {names(hosts, lang, None if style.verbose else _NAMES)}"
            found.append(
                Row(_NOT_REACHED.say(lang), "red", (counted(len(hosts), "host", lang),), listed)
            )
    return rows(found, style) if found else []


def _relaxed(results: Sequence[HostResult], lang: Lang, style: Style) -> list[str]:
    """Return the lines of the hosts whose key was not judged as strictly as it could be."""
    found: dict[str, list[str]] = {}
    for result in results:
        if result.host_keys and result.reached:
            found.setdefault(result.host_keys, []).append(result.host)
    head = _RELAXED.say(lang)
    told = (
        f"{head.format(how)}{colon(lang)} {names(hosts, lang, None)}"
        for how, hosts in sorted(found.items())
    )
    return [line for text in told for line in wrapped(text, style, 2, 0)]


def _asleep(results: Sequence[HostResult], lang: Lang, style: Style) -> list[str]:
    """Return the line of the hosts that need a reboot, which is a person's to decide."""
    hosts = [result.host for result in results if result.count(Outcome.pending)]
    if not hosts or len(results) == 1:
        return []
    head = f"{counted(len(hosts), 'asleep', lang)}{colon(lang)}"
    return wrapped(f"{head} {names(hosts, lang, None if style.verbose else _NAMES)}", style, 2, 0)


def _totals(report: CheckReport, lang: Lang, style: Style) -> list[str]:
    results = report.results
    verdicts = counted(sum(len(r.verdicts) for r in results), "verdict", lang)
    run = "" if report.run is None else f", {_RUN.say(lang)} {report.run}"
    time = f"{_IN.say(lang)} {elapsed(report.started, report.finished, lang)}{run}"
    first, *more = _figures(results, lang) or [""]
    head = f"{verdicts} {time}{colon(lang)} {first}" if first else f"{verdicts} {time}"
    return [*_host_totals(results, lang, style), *joined([head, *more], style)]


def _host_totals(results: Sequence[HostResult], lang: Lang, style: Style) -> list[str]:
    found = [status(result) for result in results]
    parts = {counted(found.count(one), one.value, lang): one for one in Status if one in found}
    if len(found) == 1:
        parts = {words.removeprefix("1 "): one for words, one in parts.items()}
    first, *more = parts
    lines = joined([f"{counted(len(found), 'host', lang)}{colon(lang)} {first}", *more], style)
    for words, one in parts.items():
        lines = [
            line.replace(f" {words}", f" {paint(words, _STATUS_COLOUR[one], style)}")
            for line in lines
        ]
    return lines
