"""What is said of baselines as JSON documents, in the same envelope as the reports on hosts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tuile.policy.change.resource import Resource
from tuile.policy.digest import plain
from tuile.policy.model import Rule
from tuile.policy.plan.baseline_diff import Versus
from tuile.policy.plan.coverage import Coverage, Covered, Met
from tuile.policy.plan.explanation import Explanation
from tuile.policy.plan.extend import Linted, Whole
from tuile.policy.text import Lang
from tuile.reports.interface import Style
from tuile.reports.json_form import document


def baseline_list(found: Sequence[Whole], _lang: Lang, _style: Style) -> str:
    """Return the document of all baselines at hand."""
    return document("baseline_list", 0, baselines=[_baseline(one) for one in found])


def baseline_show(found: Whole, _lang: Lang, _style: Style) -> str:
    """Return the document of one baseline with its rules."""
    return document(
        "baseline_show", 0, **_baseline(found), rules=[_rule(one.rule) for one in found.rules]
    )


def baseline_diff(found: Versus, _lang: Lang, _style: Style) -> str:
    """Return the document of two baselines compared."""
    changes = [
        {
            "rule": one.rule.id,
            "change": one.change.value,
            "title": plain(one.rule.title),
            "severity": one.rule.severity.name,
            "fields": plain(one.fields),
        }
        for one in found.changes
    ]
    return document(
        "baseline_diff", 0, before=found.before, after=found.after, same=found.same, changes=changes
    )


def coverage(found: Coverage, _lang: Lang, _style: Style) -> str:
    """Return the document of a coverage."""
    return document(
        "coverage",
        0,
        framework=found.framework,
        title=plain(found.title),
        baseline=found.scope or None,
        level=found.level.name,
        beyond=found.beyond,
        counts={met.value: found.count(met) for met in Met},
        controls=[_control(one) for one in found.controls],
    )


def explain(found: Explanation, _lang: Lang, _style: Style) -> str:
    """Return the document of an explanation."""
    said = plain(replace(found, touches=()))
    said["touches"] = _by_type(found.touches)
    said["rule"] = _rule(found.rule)
    said["wanted"] = [
        {"label": plain(label), "condition": plain(condition)} for label, condition in found.wanted
    ]
    return document("explain", 0, **said)


def baseline_lint(found: Linted, _lang: Lang, _style: Style) -> str:
    """Return the document of a validation that found no mistake."""
    return document("baseline_lint", 0, **plain(found))


def _by_type(resources: Iterable[Resource]) -> dict[str, list[str]]:
    """Return the names of resources, by the key of their type."""
    found: dict[str, list[str]] = {}
    for one in resources:
        found.setdefault(one.type.reported or one.type.slug, []).append(one.name)
    return found


def _baseline(found: Whole) -> dict[str, Any]:
    one = found.baseline
    return {
        "name": one.name,
        "version": one.version,
        "title": plain(one.title),
        "count": len(found.rules),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = plain(rule)
    return found


def _control(one: Covered) -> dict[str, Any]:
    return {
        "control": one.control.id,
        "title": plain(one.control.title),
        "level": None if one.control.level is None else one.control.level.name,
        "met": one.met.value,
        "rules": list(one.rules),
        "attestations": list(one.attestations),
        "reason": plain(one.control.reason),
        "not_applicable": list(one.control.not_applicable),
    }
