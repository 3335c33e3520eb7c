"""The screen of an explanation: what a rule wants, why, how it is seen and put right, what that may
break.
"""

from __future__ import annotations

from collections.abc import Iterator

from tuile.policy.model import Risk
from tuile.policy.plan.explanation import Explanation, where
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import Row, paint, rows, wrapped
from tuile.reports.text.messages import LEVEL, SEVERITY, bounds, colon, semicolon

_RISKS = {
    Risk.none: Text("nothing is disturbed", "rien n’est perturbé"),
    Risk.service: Text("a service is restarted or stopped", "un service est redémarré ou arrêté"),
    Risk.access: Text("access to the machine may be lost", "l’accès à la machine peut être perdu"),
    Risk.reboot: Text("it counts only after a reboot", "ne prend effet qu’après un redémarrage"),
}
_WHY = Text("Why", "Pourquoi")
_WANTS = Text("Wants", "Exige")
_CHECKED = Text("Checked", "Contrôle")
_PUT_RIGHT = Text("Put right", "Correction")
_BY_HAND = Text("By hand", "À la main")
_PERSON = Text(
    "A person answers for it (human evidence)", "Une personne en répond (preuve humaine)"
)
_RISK = Text("Risk", "Risque")
_FINAL = Text("No way back", "Sans retour")
_CARE = Text("In care", "Côté soins")
_TOUCHES = Text("Touches", "Touche")
_COUNTS = Text("Counts", "S’applique")
_TAILORED = Text("May be tailored", "Adaptable")
_MEETS = Text("Meets", "Répond à")
_IN = Text("In", "Dans")
_FROM = Text("from level {level}, severity {severity}", "dès le niveau {level}, gravité {severity}")


def render(found: Explanation, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    head = [paint(found.rule.id, "bold", style), *wrapped(found.rule.title.say(lang), style, 2)]
    lines = [Row(label.say(lang), "bold", (), words) for label, words in _rows(found, lang)]
    return "\n".join([*head, "", *rows(lines, style)])


def _rows(found: Explanation, lang: Lang) -> Iterator[tuple[Text, str]]:
    rule = found.rule
    yield _WHY, rule.why.say(lang)
    for label, condition in found.wanted:
        name = ", ".join(part for part in (found.subject, label.say(lang)) if part)
        yield _WANTS, f"{name}{colon(lang)} {condition.say(lang)}"
    person = f"{_PERSON.say(lang)}. " if found.human else ""
    yield _CHECKED, f"{person}{found.checked.say(lang)}"
    yield _BY_HAND if found.check_only else _PUT_RIGHT, found.put_right.say(lang)
    yield _RISK, _RISKS[rule.risk].say(lang)
    if found.final is not None:
        yield _FINAL, found.final.say(lang)
    if rule.care is not None:
        yield _CARE, rule.care.say(lang)
    touched = [one.name for one in found.touches]
    if touched:
        yield _TOUCHES, ", ".join(dict.fromkeys(touched))
    level, severity = LEVEL[rule.level].say(lang), SEVERITY[rule.severity].say(lang)
    places = [text.say(lang) for text in where(rule.applies)]
    yield (
        _COUNTS,
        f"{semicolon(lang)} ".join(
            [_FROM.say(lang).format(level=level, severity=severity), *places]
        ),
    )
    for name, allowed in rule.range.items():
        yield _TAILORED, f"{name}{colon(lang)} {bounds(allowed)}"
    for framework, controls in found.controls.items():
        yield _MEETS, f"{framework}{colon(lang)} {', '.join(controls)}"
    yield _IN, f"{', '.join(found.baselines)} ({rule.kind})"
