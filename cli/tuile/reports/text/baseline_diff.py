"""The screen of two baselines compared: what is new, what is gone, what is asked otherwise."""

from __future__ import annotations

import json
from typing import Any

from tuile.policy.limit import Range
from tuile.policy.model import Level, Severity
from tuile.policy.plan.baseline_diff import Change, FieldChange, RuleChange, Versus
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, joined, paint, rows, shortened
from tuile.reports.text.messages import LEVEL, SEVERITY, bounds, colon, counted

_LABEL = {
    Change.added: (Text("ADDED", "AJOUTÉE"), "green"),
    Change.removed: (Text("REMOVED", "RETIRÉE"), "red"),
    Change.changed: (Text("CHANGED", "MODIFIÉE"), "yellow"),
}
_FIELDS = {
    "level": Text("level", "niveau"),
    "severity": Text("severity", "gravité"),
    "kind": Text("kind", "type"),
    "risk": Text("risk", "risque"),
    "applies": Text("applies", "s’applique"),
    "range": Text("range", "plage permise"),
}
_WORDING = Text("wording only", "rédaction seulement")
_ABSENT = Text("not given", "non indiqué")


def render(found: Versus, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    head = f"{printable(found.before)} → {printable(found.after)}"
    sections = [[paint(head, "bold", style)]]
    for change in Change:
        lines = [_row(one, lang) for one in found.of(change)]
        if lines:
            sections.append(rows(lines, style))
    figures = [counted(len(found.of(change)), f"rule_{change.value}", lang) for change in Change]
    sections.append(joined([*figures, counted(found.same, "rule_same", lang)], style))
    return "\n\n".join("\n".join(section) for section in sections)


def _row(one: RuleChange, lang: Lang) -> Row:
    label, colour = _LABEL[one.change]
    words = " · ".join(
        _field(field, lang) for field in one.fields if _asked(field)
    ) or _WORDING.say(lang)
    if one.change is not Change.changed:
        words = one.rule.title.say(lang)
    return Row(
        label.say(lang),
        colour,
        (SEVERITY[one.rule.severity].say(lang), one.rule.id),
        shortened(words),
    )


def _asked(field: FieldChange) -> bool:
    return field.field in _FIELDS or field.field.startswith("params.")


def _field(field: FieldChange, lang: Lang) -> str:
    name = (
        _FIELDS[field.field].say(lang)
        if field.field in _FIELDS
        else field.field.removeprefix("params.")
    )
    before, after = (_value(field.field, value, lang) for value in (field.before, field.after))
    return f"{name}{colon(lang)} {before} → {after}"


def _value(field: str, value: Any, lang: Lang) -> str:  # noqa: ANN401 -- plain data
    if isinstance(value, dict):
        value = {name: item for name, item in value.items() if item not in (None, [])}
    if value is None or value == {}:
        return _ABSENT.say(lang)
    if field == "level":
        return LEVEL[Level[value]].say(lang)
    if field == "severity":
        return SEVERITY[Severity[value]].say(lang)
    if field == "range":
        return ", ".join(f"{name} {bounds(Range(**allowed))}" for name, allowed in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
