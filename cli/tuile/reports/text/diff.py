"""The screen of a diff: for each host the rules that can be put right, the lines that change, what
is done besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from tuile.policy.change.preview import Blocked, FilePreview, HostPreview, RulePreview
from tuile.policy.model import Risk, Severity
from tuile.policy.printable import printable
from tuile.policy.shareable import masked
from tuile.policy.text import Lang, Text
from tuile.reports.interface import DiffReport, Style
from tuile.reports.ordering import by_name
from tuile.reports.text.hints import command, hints
from tuile.reports.text.layout import Row, joined, paint, rows, shortened, wrapped
from tuile.reports.text.messages import NBSP, RISK, SEVERITY, colon, counted, counts
from tuile.reports.text.phrases import differences, names

_THINGS = 4
_NAMES = 12
_FIX = Text("FIX", "CORRIGE")
_IN_PART = Text("IN PART", "EN PARTIE")
_LEFT = Text("LEFT", "LAISSE")
_UNSEEN = Text("ERROR", "ERREUR")
_PENDING = Text("PENDING", "EN ATTENTE")
_REBOOT = Text("right after the next reboot", "conformes après le prochain redémarrage")
_NOT_REACHED = Text("NOT REACHED", "NON JOINT")
_CAN = Text("can be put right: {some} of {all}", f"corrigeables{NBSP}: {{some}} sur {{all}}")
_MORE = Text("{} more in part", "{} de plus en partie")
_LOOK = Text(
    "nothing is known, they could not be looked at",
    "on n’en sait rien, faute d’avoir pu les examiner",
)
_NEW = Text("new file", "nouveau fichier")
_SAME = Text("same text", "même texte")
_NO_NEWLINE = Text("no newline at the end", "sans saut de ligne final")
_THEN = Text("Then", "Puis")
_SITE = Text("site", "site")
_NO_HOST = Text("No host was looked at.", "Aucun hôte n’a été examiné.")
_NOTHING = Text("nothing to do", "rien à faire")


def render(report: DiffReport, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline; hosts on which the same would be done stand
    together.
    """
    if not report.hosts:
        return _NO_HOST.say(lang)
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    alike: dict[str, list[HostPreview]] = {}
    for host in hosts:
        if host.reached and not host.nothing_to_do:
            body = "\n".join(_body(host, lang, replace(style, colour=False)))
            alike.setdefault(f"{host.site}\n{host.safety}\n{body}", []).append(host)
    sections = [_section(group, lang, style) for group in alike.values()]
    sections += [_idle(hosts, lang, style), _away(hosts, lang, style), _totals(hosts, lang, style)]
    fixable = report.hint and any(host.rules for host in hosts)
    sections.append(hints([command("apply", report.options, [])] if fixable else [], lang, style))
    return "\n\n".join("\n".join(section) for section in sections if section)


def changed_lines(file: FilePreview) -> Iterator[tuple[str, str]]:
    """Yield the very lines that change, as ("-", line) and ("+", line), in the order of the file."""
    old, new = (file.before or "").splitlines(keepends=True), file.after.splitlines(keepends=True)
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield from (("-", line) for line in old[start:end])
            yield from (("+", line) for line in new[new_start:new_end])


def _section(group: Sequence[HostPreview], lang: Lang, style: Style) -> list[str]:
    host = group[0]
    name = printable(host.host) if len(group) == 1 else counted(len(group), "alike", lang)
    parts = [name]
    if host.site:
        parts.append(f"{_SITE.say(lang)} {printable(host.site)}")
    if host.safety is not None:
        parts.append(shortened(host.safety.say(lang)))
    parts += _figures(host, lang)
    first, *more = joined(parts, style)
    listed = (
        wrapped(names([one.host for one in group], lang, None), style, 2) if len(group) > 1 else []
    )
    return [
        paint(name, "bold", style) + first[len(name) :],
        *more,
        *listed,
        *_body(host, lang, style),
    ]


def _figures(host: HostPreview, lang: Lang) -> Iterator[str]:
    """Yield how many rules are right after an apply, and of how many a part stays for a person."""
    in_part = sum(rule.leaves is not None for rule in host.rules)
    if every := len(host.rules) + len(host.blocked):
        yield _CAN.say(lang).format(
            some=len(host.rules) - in_part, all=counted(every, "failing", lang)
        )
    if in_part:
        yield _MORE.say(lang).format(in_part)


def _body(host: HostPreview, lang: Lang, style: Style) -> list[str]:
    found = [_rule(rule, lang) for rule in host.rules] + [
        _blocked(rule, lang) for rule in host.blocked
    ]
    for label, colour, why, several in (
        (_UNSEEN, "magenta", _LOOK, host.unseen),
        (_PENDING, "yellow", _REBOOT, host.pending),
    ):
        if several:
            what = counted(len(several), "rule", lang)
            words = (
                f"{why.say(lang)}{colon(lang)} {names(several, lang, None if style.verbose else 6)}"
            )
            found.append(Row(label.say(lang), colour, ("", what), words))
    lines = rows(found, style) if found else []
    for file in host.files:
        lines += _file(file, lang, style)
    steps = _steps(host, lang, None if style.verbose else _THINGS)
    if steps:
        first, *more = steps
        lines += joined([f"  {_THEN.say(lang)}{colon(lang)} {first}", *more], style, " · ", 4)
    return lines


def _steps(host: HostPreview, lang: Lang, most: int | None) -> list[str]:
    """Return what is done besides writing files, steps alike said once with all their things."""
    things: dict[Text, dict[str, None]] = {}
    for rule in host.rules:
        for step in rule.steps:
            things.setdefault(step.words, {})[step.thing] = None
    return [
        printable(words.say(lang)).replace("{}", names(found, lang, most), 1)
        for words, found in things.items()
    ]


def _rule(rule: RulePreview, lang: Lang) -> Row:
    risk = "" if rule.risk is Risk.none else f" [{RISK[rule.risk].say(lang)}]"
    words = f"{differences(rule.subject, rule.differences, lang)}{risk}"
    if rule.leaves is None:
        return Row(_FIX.say(lang), "green", (_severity(rule.severity, lang), rule.rule), words)
    words = f"{words} · {shortened(rule.leaves.say(lang))}"
    return Row(_IN_PART.say(lang), "yellow", (_severity(rule.severity, lang), rule.rule), words)


def _blocked(rule: Blocked, lang: Lang) -> Row:
    words = f"{shortened(rule.subject)} · {shortened(rule.why.say(lang))}"
    return Row(_LEFT.say(lang), "yellow", (_severity(rule.severity, lang), rule.rule), words)


def _severity(severity: Severity, lang: Lang) -> str:
    return SEVERITY[severity].say(lang)


def _file(file: FilePreview, lang: Lang, style: Style) -> list[str]:
    """Return the lines of one file: never wrapped nor cut, since they are what will be written."""
    changes = list(changed_lines(file))
    notes = [shortened(note.say(lang)) for note in file.notes]
    signs = [sign for sign, _ in changes]
    figures = counts([(signs.count("+"), "added"), (signs.count("-"), "removed")], lang)
    new = _NEW.say(lang) if file.before is None else ""
    parts = [part for part in (new, figures or _SAME.say(lang), *notes) if part]
    lines = joined([f"  {printable(file.path)}", *parts], style, " · ", 4)
    for sign, line in changes:
        bare = line.removesuffix("\n")
        ending = "" if line.endswith("\n") else f"  ({_NO_NEWLINE.say(lang)})"
        lines.append(
            "    "
            + paint(
                f"{sign} {printable(masked(bare))}{ending}",
                "green" if sign == "+" else "red",
                style,
            )
        )
    return lines


def _idle(hosts: Sequence[HostPreview], lang: Lang, style: Style) -> list[str]:
    idle = [host.host for host in hosts if host.nothing_to_do]
    if not idle:
        return []
    head = f"{counted(len(idle), 'host', lang)}, {_NOTHING.say(lang)}{colon(lang)}"
    return wrapped(f"{head} {names(idle, lang, None if style.verbose else _NAMES)}", style, 2, 0)


def _away(hosts: Sequence[HostPreview], lang: Lang, style: Style) -> list[str]:
    found = [
        Row(
            _NOT_REACHED.say(lang),
            "red",
            (printable(host.host),),
            shortened(host.not_reached.say(lang)),
        )
        for host in hosts
        if host.not_reached is not None
    ]
    return rows(found, style) if found else []


def _totals(hosts: Sequence[HostPreview], lang: Lang, style: Style) -> list[str]:
    if len(hosts) == 1:
        return []
    figures = [
        (sum(bool(host.rules) for host in hosts), "to_change"),
        (sum(host.nothing_to_do for host in hosts), "unchanged"),
        (
            sum(host.reached and not host.rules and not host.nothing_to_do for host in hosts),
            "stuck",
        ),
        (sum(not host.reached for host in hosts), "not_reached"),
    ]
    first, *more = counts(figures, lang).split(" · ")
    return joined([f"{counted(len(hosts), 'host', lang)}{colon(lang)} {first}", *more], style)
