"""The screen of a validation that found no mistake: what was looked at."""

from __future__ import annotations

from tuile.policy.plan.extend import Linted
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.layout import wrapped
from tuile.reports.text.messages import counted

_READ = Text(
    "{baselines} with {rules}, {mappings}: no mistake.",
    "{baselines}, {rules}, {mappings}\u00a0: aucune erreur.",
)
_PLANS = Text(
    "{planned} with a plan, {unplanned} without: no mistake.",
    "{planned} avec un plan, {unplanned} sans\u00a0: aucune erreur.",
)


def render(found: Linted, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    words = _READ.say(lang).format(
        baselines=counted(found.baselines, "baseline", lang),
        rules=counted(found.rules, "rule", lang),
        mappings=counted(found.mappings, "mapping", lang),
    )
    lines = wrapped(words, style)
    if found.planned is not None:
        hosts = counted(found.planned, "host", lang)
        lines += wrapped(_PLANS.say(lang).format(planned=hosts, unplanned=found.unplanned), style)
    return "\n".join(lines)
