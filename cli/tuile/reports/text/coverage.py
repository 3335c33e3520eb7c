"""The screen of a coverage: each control with what meets it, then how many are met in which way."""

from __future__ import annotations

from collections.abc import Iterator

from tuile.policy.plan.coverage import Coverage, Covered, Met
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, joined, paint, rows
from tuile.reports.text.messages import LEVEL, colon, counted, share

_LABEL = {
    Met.rules: (Text("RULES", "RÈGLES"), "green"),
    Met.partly: (Text("IN PART", "EN PARTIE"), "yellow"),
    Met.attested: (Text("ATTESTED", "ATTESTATION"), "yellow"),
    Met.reasoned: (Text("REASON", "MOTIF"), "dim"),
    Met.not_applicable: (Text("N/A", "SANS OBJET"), "dim"),
    Met.none: (Text("NONE", "NON COUVERTE"), "red"),
}
_ALL = Text("all baselines", "tous les référentiels")
_UP_TO = Text("up to level {level}", "jusqu’au niveau {level}")
_HUMAN = Text("human evidence", "preuve humaine")
_WHY = Text("reason", "motif")


def render(found: Coverage, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    scope = [printable(found.scope), _UP_TO.say(lang).format(level=LEVEL[found.level].say(lang))]
    parts = [
        found.framework,
        printable(found.title.say(lang)),
        *(scope if found.scope else [_ALL.say(lang)]),
    ]
    first, *more = joined(parts, style)
    head = [paint(found.framework, "bold", style) + first[len(found.framework) :], *more]
    lines = rows([_row(one, lang) for one in found.controls], style)
    return "\n\n".join(
        "\n".join(section) for section in (head, lines, _totals(found, lang, style)) if section
    )


def _row(one: Covered, lang: Lang) -> Row:
    label, colour = _LABEL[one.met]
    title = printable(one.control.title.say(lang)) if one.control.title else ""
    words, *below = [part for part in (title, *_below(one, lang)) if part] or [""]
    return Row(label.say(lang), colour, (printable(one.control.id),), words, tuple(below))


def _below(one: Covered, lang: Lang) -> Iterator[str]:
    yield ", ".join(one.rules)
    if one.attestations:
        yield f"{_HUMAN.say(lang)}{colon(lang)} {', '.join(one.attestations)}"
    if one.control.reason is not None:
        yield f"{_WHY.say(lang)}{colon(lang)} {printable(one.control.reason.say(lang))}"


def _totals(found: Coverage, lang: Lang, style: Style) -> list[str]:
    every = len(found.controls)
    figures = [
        f"{counted(found.count(met), f'met_{met.value}', lang)}"
        f" ({share(found.count(met), every, lang)})"
        for met in Met
        if found.count(met)
    ]
    if found.beyond:
        figures.append(counted(found.beyond, "beyond", lang))
    first, *more = figures or ["–"]
    return joined([f"{counted(every, 'control', lang)}{colon(lang)} {first}", *more], style)
