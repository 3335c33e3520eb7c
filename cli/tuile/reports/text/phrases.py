"""Verdicts in words: what is seen and what is wanted, why a rule could not be looked at, who
accepted a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuile.policy.condition import Excludes, Includes, SubsetOf, say_value
from tuile.policy.model import Difference, Facts, PlannedRule, Waiver
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text, both
from tuile.reports.text.layout import shortened
from tuile.reports.text.messages import NBSP, colon, day, semicolon

_NEEDS_ROOT = Text("needs root", "demande les droits de root")
_AS_ROOT = Text(
    "Run as root, or with --become, to see them.",
    "Lancez tuile en root, ou avec --become, pour les voir.",
)
_DENIED = re.compile(
    r"permission denied|not permitted|access denied|needs? root|must be (run as )?root|(are "
    r"you|run as|only) root"
    r"|superuser|password is required|interactive authentication",
    re.IGNORECASE,
)
_TOO = Text("too", "aussi")
_WHERE: dict[Lang, str] = {"en": ": ", "fr": ", "}
_SIDES = {
    "seen": Text(" is {seen}, wanted {wanted}", f"{NBSP}: {{seen}}, attendu {{wanted}}"),
    "extra": Text(
        " has {items}, wanted {wanted}", f"{NBSP}: {{items}} en trop, attendu {{wanted}}"
    ),
    "unwanted": Text(" has {items}, not wanted", f"{NBSP}: {{items}} en trop"),
    "missing": Text(" lacks {items}", f"{NBSP}: {{items}} absent"),
}
_AND = Text("and", "et")
_MORE = Text("more", "de plus")
_ACCEPTED = Text("accepted until {day} by {approver}", "accepté jusqu’au {day} par {approver}")
_ENDED = Text(
    "its waiver ended on {day} (owner {owner})",
    f"sa dérogation a pris fin le {{day}} (responsable{NBSP}: {{owner}})",
)


@dataclass(frozen=True)
class Cause:
    """Why rules could not be looked at, and what would change that; "" where nothing is known to."""

    words: Text
    advice: Text


def cause(reason: Text | None, facts: Facts | None) -> Cause:
    """Return the cause of an error; what a host refuses to anyone but root is one cause, however a
    command says it.
    """
    if reason is None:
        return Cause(Text("no reason was given", "aucune raison donnée"), both(""))
    if facts is not None and not facts.root and _DENIED.search(reason.en):
        return Cause(_NEEDS_ROOT, _AS_ROOT)
    return Cause(reason, both(""))


def differences(subject: str, found: Sequence[Difference], lang: Lang) -> str:
    """Return what is wrong: "net.ipv4.ip_forward is 1, wanted 0; after a reboot is absent, wanted
    0".

    A field that is seen and wanted as another one is only named beside it: "… is 1, wanted 0 (after
    a reboot too)".
    """
    parts: list[str] = []
    for index, (first, *same) in enumerate(_alike(found, lang)):
        words = _one(subject if index == 0 else "", first, lang)
        labels = [label for item in same if (label := item.label.say(lang))]
        parts.append(f"{words} ({', '.join(labels)} {_TOO.say(lang)})" if labels else words)
    return f"{semicolon(lang)} ".join(parts) or shortened(subject)


def accepted(waiver: Waiver | None, reason: Text | None, lang: Lang) -> str:
    """Return until when and by whom a failure is accepted, and why."""
    why = shortened(reason.say(lang)) if reason else ""
    if waiver is None:
        return why
    words = _ACCEPTED.say(lang).format(
        day=day(waiver.until, lang), approver=printable(waiver.approver)
    )
    return f"{words}{colon(lang)} {why}" if why else words


def ended(planned: PlannedRule, lang: Lang) -> str:
    """Return that the waiver of a failing rule has ended, "" where there is none."""
    if planned.waiver is None:
        return ""
    until, owner = day(planned.waiver.until, lang), printable(planned.waiver.owner)
    return _ENDED.say(lang).format(day=until, owner=owner)


def names(items: Iterable[str], lang: Lang, most: int | None) -> str:
    """Return names as a list, cut after `most`: "a, b and 12 more"."""
    every = [printable(item) for item in items]
    if most is None or len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} {_AND.say(lang)} {len(every) - most} {_MORE.say(lang)}"


def _alike(found: Sequence[Difference], lang: Lang) -> list[list[Difference]]:
    """Return the differences, those with the same two sides together, in the order of the first of
    each.
    """
    groups: dict[tuple[str, str], list[Difference]] = {}
    for item in found:
        groups.setdefault((say_value(item.observed, lang), item.wanted.say(lang)), []).append(item)
    return list(groups.values())


def _one(subject: str, found: Difference, lang: Lang) -> str:
    where = _WHERE[lang].join(part for part in (shortened(subject), found.label.say(lang)) if part)
    extra, missing = _items(found)
    too_many = "unwanted" if isinstance(found.wanted, Excludes) else "extra"
    sides = _SIDES[too_many if extra else "missing" if missing else "seen"].say(lang)
    words = sides.format(
        items=shortened(", ".join(extra or missing)),
        seen=shortened(say_value(found.observed, lang)),
        wanted=shortened(found.wanted.say(lang)),
    )
    return f"{where}{words}" if where else words.lstrip(f" :{NBSP}")


def _items(found: Difference) -> tuple[list[str], list[str]]:
    """Return, of an observed list, the items that must not be there and, of the wanted ones, those
    that are not.
    """
    seen, wanted = found.observed, found.wanted
    if seen is None or isinstance(seen, str | int):
        return [], []
    if isinstance(wanted, SubsetOf):
        return [item for item in seen if item not in wanted.values], []
    if isinstance(wanted, Excludes):
        return [item for item in seen if item in wanted.values], []
    if isinstance(wanted, Includes):
        return [], [item for item in wanted.values if item not in seen]
    return [], []
