"""An explanation of a rule, for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from tuile.policy.explanation import Explanation
from tuile.policy.model import Risk
from tuile.policy.text import Lang, Text
from tuile.reports.text.words import LEVEL, SEVERITY, colon

_RISKS = {
    Risk.none: Text(en="nothing is disturbed", fr="rien n'est perturbé"),
    Risk.service: Text(en="a service is restarted or stopped", fr="un service est redémarré ou arrêté"),
    Risk.access: Text(en="access to the machine may be lost", fr="l'accès à la machine peut être perdu"),
    Risk.reboot: Text(en="it counts only after a reboot", fr="ne prend effet qu'après un redémarrage"),
}
_WORDS = {
    "why": Text(en="Why", fr="Pourquoi"),
    "wants": Text(en="Wants", fr="Exige"),
    "checked": Text(en="Kind", fr="Type"),
    "counts": Text(en="Counts", fr="S'applique"),
    "risk": Text(en="Risk of applying", fr="Risque à l'application"),
    "touches": Text(en="Apply touches", fr="L'application touche"),
    "in": Text(en="In", fr="Dans"),
    "meets": Text(en="Meets", fr="Répond à"),
    "may": Text(en="May be tailored", fr="Adaptable"),
}


def render_explanation(found: Explanation, lang: Lang) -> str:
    """Return the explanation as lines of text, ended by a newline."""
    rule = found.rule
    lines = [rule.id, f"  {rule.title.say(lang)}", ""]
    lines += [f"{_WORDS[key].say(lang) + colon(lang):<24} {words}" for key, words in _rows(found, lang)]
    return "\n".join(lines) + "\n"


def _rows(found: Explanation, lang: Lang) -> Iterator[tuple[str, str]]:
    rule = found.rule
    yield "why", rule.why.say(lang)
    for label, condition in found.wanted:
        name = f"{found.subject} {label.say(lang)}".rstrip()
        yield "wants", f"{name}{colon(lang)} {condition.say(lang)}"
    yield "checked", f"{rule.kind} (checks/{rule.kind}.py)"
    level, severity = LEVEL[rule.level].say(lang), SEVERITY[rule.severity].say(lang)
    yield (
        "counts",
        Text(f"from level {level}, severity {severity}", f"dès le niveau {level}, gravité {severity}").say(lang),
    )
    yield "risk", _RISKS[rule.risk].say(lang)
    touched = [str(item) for field in dataclasses.fields(found.touches) for item in getattr(found.touches, field.name)]
    yield "touches", ", ".join(touched) or "–"
    for name, allowed in rule.range.items():
        bounds = allowed.one_of or (allowed.min, allowed.max)
        yield "may", f"{name}{colon(lang)} {' – '.join('…' if bound is None else str(bound) for bound in bounds)}"
    for framework, controls in found.controls.items():
        yield "meets", f"{framework}{colon(lang)} {', '.join(controls)}"
    yield "in", ", ".join(found.baselines)
