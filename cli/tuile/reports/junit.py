"""A check as JUnit XML, for CI servers: a suite for each host, a case for each rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tuile.policy.attestation import told
from tuile.policy.model import HostResult, Outcome, PlannedRule, Verdict
from tuile.policy.printable import printable_lines
from tuile.policy.shareable import masked
from tuile.policy.text import Lang, Text
from tuile.policy.verdict.status import unjudged
from tuile.reports.interface import CheckReport, Style
from tuile.reports.ordering import by_name
from tuile.reports.text.phrases import accepted, differences, ended

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (section 2.2, production Char)."""

_REACHED = "host-reached"
_NO_VERDICT = Text("no verdict was reached", "aucun verdict")
_ELEMENT = {
    Outcome.failed: "failure",
    Outcome.pending: "failure",
    Outcome.error: "error",
    Outcome.waived: "skipped",
    Outcome.not_applicable: "skipped",
}


def check(report: CheckReport, lang: Lang, _style: Style) -> str:
    """Return the XML, declared as UTF-8: a host not reached is an error, what is waived or has no
    object is skipped.
    """
    root = Element("testsuites", name="tuile")
    for result in sorted(report.results, key=lambda result: by_name(result.host)):
        root.append(_suite(result, report, lang))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{max(0.0, (report.finished - report.started).total_seconds()):.3f}")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _suite(result: HostResult, report: CheckReport, lang: Lang) -> Element:
    suite = Element("testsuite", name=_clean(result.host), hostname=_clean(result.host))
    suite.set("timestamp", report.started.isoformat(timespec="seconds"))
    suite.set("time", f"{result.seconds:.3f}")
    properties = SubElement(suite, "properties")
    for baseline in result.plan.baselines:
        SubElement(properties, "property", name="baseline", value=_clean(baseline))
    SubElement(properties, "property", name="plan", value=result.plan.digest)
    if result.not_reached is not None:
        _case(suite, _REACHED, "error", result.not_reached.say(lang))
    else:
        _verdicts(suite, result, lang)
    for name, tag in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        suite.set(name, str(sum(1 for _ in suite.iter(tag))))
    return suite


def _verdicts(suite: Element, result: HostResult, lang: Lang) -> None:
    planned: Mapping[str, PlannedRule] = {item.rule.id: item for item in result.plan.rules}
    for verdict in result.verdicts:
        rule = planned[verdict.rule]
        details = f"{rule.rule.title.say(lang)}\n{rule.rule.why.say(lang)}"
        case = _case(
            suite,
            verdict.rule,
            _ELEMENT.get(verdict.outcome),
            _message(verdict, rule, lang),
            details,
        )
        if rule.human:
            SubElement(case, "system-out").text = _clean(told(verdict.observed).say(lang))
    for missing in unjudged(result):
        _case(suite, missing, "error", _NO_VERDICT.say(lang))


def _case(
    suite: Element, name: str, element: str | None, message: str, details: str = ""
) -> Element:
    case = SubElement(suite, "testcase", name=_clean(name), classname=_clean(suite.get("name", "")))
    if element is not None:
        found = SubElement(case, element, message=_clean(message))
        found.text = _clean(details) or None
    return case


def _message(verdict: Verdict, planned: PlannedRule, lang: Lang) -> str:
    wrong = differences(verdict.subject, verdict.differences, lang)
    match verdict.outcome:
        case Outcome.failed | Outcome.pending:
            why = verdict.reason.say(lang) if verdict.reason else ""
            return " · ".join(part for part in (wrong, why, ended(planned, lang)) if part)
        case Outcome.waived:
            return f"{wrong} · {accepted(planned.waiver, verdict.reason, lang)}"
        case _:
            return verdict.reason.say(lang) if verdict.reason else _NO_VERDICT.say(lang)


def _clean(text: str) -> str:
    """Return a text without secrets, as XML can hold it and a terminal may show it."""
    return _NOT_XML.sub("", printable_lines(masked(text)))
