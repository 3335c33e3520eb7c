"""Reports as one JSON document, for programs; docs/schemas/report.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tuile.policy.applied import ApplyReport, HostApplied, Result, RuleApplied
from tuile.policy.compare import Change
from tuile.policy.digest import plain
from tuile.policy.drifted import Drift, History
from tuile.policy.errors import COMPLIANT
from tuile.policy.guarded import Guarded
from tuile.policy.model import Difference, HostResult, Outcome, PlannedRule, Tailoring, Verdict, Waiver
from tuile.policy.preview import HostPreview, RulePreview
from tuile.policy.recorded import Recorded, Run, Seen
from tuile.policy.status import (
    Status,
    exit_code,
    exit_code_of_apply,
    exit_code_of_diff,
    exit_code_of_drift,
    exit_code_of_undo,
    status,
    unjudged,
)
from tuile.policy.text import Lang, Text
from tuile.policy.undone import HostUndo, UndoReport
from tuile.reports.interface import CheckReport, DiffReport, Style
from tuile.reports.ordering import by_name

_FACTS = ("hostname", "os", "version", "kernel", "container", "virtual", "root")
SCHEMA = "tuile.report/1"
"""The form of the documents: a field may be added within it; the number changes where one goes or changes meaning."""


def check(report: CheckReport, _lang: Lang, _style: Style) -> str:
    """Return the document of a check: all hosts with all verdicts, in both languages, times in UTC."""
    results = sorted(report.results, key=lambda result: by_name(result.host))
    found = [status(result) for result in results]
    return _text(
        "check",
        exit_code(results),
        run=report.run,
        started=_time(report.started),
        finished=_time(report.finished),
        counts={
            "hosts": {one.value: found.count(one) for one in Status},
            "verdicts": {one.value: sum(result.count(one) for result in results) for one in Outcome},
            "attested": sum(result.attested for result in results),
            "unjudged": sum(len(unjudged(result)) for result in results if result.reached),
        },
        hosts=[_host(result) for result in results],
    )


def diff(report: DiffReport, _lang: Lang, _style: Style) -> str:
    """Return the document of a diff: what an apply would change, host by host."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    return _text("diff", exit_code_of_diff(hosts), hosts=[_preview(host) for host in hosts])


def apply(report: ApplyReport, _lang: Lang, _style: Style) -> str:
    """Return the document of an apply: what became of each rule that was failing."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    return _text(
        "apply",
        exit_code_of_apply(hosts),
        run=report.run,
        engine=report.engine,
        started=_time(report.started),
        finished=_time(report.finished),
        logs=report.logs,
        counts={one.value: sum(host.count(one) for host in hosts) for one in Result},
        hosts=[_applied(host) for host in hosts],
    )


def undo(report: UndoReport, _lang: Lang, _style: Style) -> str:
    """Return the document of an undo: what went back, and what was left because others changed it since."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    return _text(
        "undo",
        exit_code_of_undo(hosts, over=report.over),
        run=report.run,
        over_changes=report.over,
        hosts=[_undone(h) for h in hosts],
    )


def drift(report: Drift, _lang: Lang, _style: Style) -> str:
    """Return the document of a drift: every change with its cause, and when it was first seen."""
    return _text(
        "drift",
        exit_code_of_drift(report.changes, seen=report.until is not None),
        since=_run(report.since),
        until=_run(report.until),
        counts={"hosts": report.hosts, "looked_at": report.looked_at, "still_failing": report.still_failing},
        changes=[_change(change) for change in report.changes],
        never_compliant=[_change(change) for change in report.never_compliant],
    )


def history(report: History, _lang: Lang, _style: Style) -> str:
    """Return the document of a history: what each rule came to, from when to when, and when nobody could look."""
    return _text(
        "history",
        COMPLIANT,
        host=report.host,
        first=_seen(report.first),
        last=_seen(report.last),
        visits=report.visits,
        intervals=[
            {
                **_recorded(item.found),
                "plan": None if item.planned is None else plain(item.planned),
                "first": _seen(item.first),
                "last": _seen(item.last),
                "now": item.now,
            }
            for item in report.intervals
        ],
        gaps=[{"first": _seen(gap.first), "last": _seen(gap.last), "why": _said(gap.why)} for gap in report.gaps],
    )


def _text(what: str, code: int, **fields: Any) -> str:  # noqa: ANN401 -- plain JSON data
    """Return the document; bytes that are no UTF-8 stand as escaped surrogates, so that it is UTF-8 itself."""
    document = {"schema": SCHEMA, "report": what, "exit_code": code, **fields}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _said(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"en": text.en, "fr": text.fr}


def _host(result: HostResult) -> dict[str, Any]:
    planned = {item.rule.id: item for item in result.plan.rules}
    facts = result.facts
    return {
        "host": result.host,
        "status": status(result).value,
        "not_reached": _said(result.not_reached),
        "facts": None if facts is None else {name: getattr(facts, name) for name in _FACTS},
        "plan": {"digest": result.plan.digest, "baselines": list(result.plan.baselines), "rules": len(planned)},
        "counts": {one.value: result.count(one) for one in Outcome},
        "attested": result.attested,
        "unjudged": list(unjudged(result)) if result.reached else [],
        "seconds": round(result.seconds, 3),
        "rounds": result.rounds,
        "verdicts": [_verdict(verdict, planned[verdict.rule]) for verdict in result.verdicts],
    }


def _verdict(verdict: Verdict, planned: PlannedRule) -> dict[str, Any]:
    rule = planned.rule
    return {
        "rule": verdict.rule,
        "outcome": verdict.outcome.value,
        "subject": verdict.subject,
        "title": _said(rule.title),
        "kind": rule.kind,
        "severity": rule.severity.name,
        "level": rule.level.name,
        "baseline": planned.baseline,
        "human": planned.human,
        "observed": plain(verdict.observed),
        "differences": _differences(verdict.differences),
        "reason": _said(verdict.reason),
        "tailoring": None if planned.tailoring is None else _tailoring(planned.tailoring),
        "waiver": None if planned.waiver is None else _waiver(planned.waiver),
    }


def _differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {"label": _said(item.label), "observed": plain(item.observed), "wanted": plain(item.wanted)} for item in found
    ]


def _tailoring(tailoring: Tailoring) -> dict[str, Any]:
    return {"params": plain(tailoring.params), "reason": _said(tailoring.reason), "by": tailoring.by}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "reason": _said(waiver.reason),
        "owner": waiver.owner,
        "approver": waiver.approver,
        "until": waiver.until.isoformat(),
        "compensation": waiver.compensation,
    }


def _preview(host: HostPreview) -> dict[str, Any]:
    return {
        "host": host.host,
        "site": host.site,
        "safety": _said(host.safety),
        "not_reached": _said(host.not_reached),
        "rules": [_rule_preview(item) for item in host.rules],
        "files": [
            {
                "path": item.path,
                "before": item.before,
                "after": item.after,
                "notes": [_said(note) for note in item.notes],
                "rules": list(item.rules),
            }
            for item in host.files
        ],
        "blocked": [
            {"rule": item.rule, "subject": item.subject, "severity": item.severity.name, "why": _said(item.why)}
            for item in host.blocked
        ],
        "unseen": list(host.unseen),
        "pending": list(host.pending),
    }


def _rule_preview(item: RulePreview) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "subject": item.subject,
        "severity": item.severity.name,
        "risk": item.risk.value,
        "differences": _differences(item.differences),
        "steps": [_said(step.text) for step in item.steps],
    }


def _applied(host: HostApplied) -> dict[str, Any]:
    return {
        "host": host.host,
        "guarded": None if host.guarded is None else _guarded(host.guarded),
        "refused": _said(host.refused),
        "not_reached": _said(host.not_reached),
        "failures": dict(sorted(host.failures.items())),
        "rules": [_rule_applied(item) for item in host.rules],
        "broken": [_rule_applied(item) for item in host.broken],
    }


def _guarded(guarded: Guarded) -> dict[str, Any]:
    return {
        "kept": guarded.id,
        "until": _time(guarded.until),
        "seconds": round(guarded.seconds, 3),
        "ending": guarded.ending.value,
        "why": _said(guarded.why),
        "trouble": list(guarded.trouble),
    }


def _undone(host: HostUndo) -> dict[str, Any]:
    return {
        "host": host.host,
        "apply": {"run": host.run, "at": _time(host.at)},
        "done": host.done,
        "why_not": _said(host.why_not),
        "back": [{"sort": thing.sort, "name": thing.name} for thing in host.back],
        "changed_since": [
            {"sort": one.thing.sort, "name": one.thing.name, "was": one.was, "applied": one.left, "now": one.now}
            for one in host.meanwhile
        ],
        "trouble": list(host.trouble),
        "failing": None if host.failing is None else list(host.failing),
    }


def _rule_applied(item: RuleApplied) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "subject": item.subject,
        "severity": item.severity.name,
        "result": item.result.value,
        "differences": _differences(item.differences),
        "why": _said(item.why),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "host": change.host,
        "cause": change.cause.value,
        "rule": change.rule or None,
        "human": change.human,
        "before": None if change.before is None else _recorded(change.before),
        "after": None if change.after is None else _recorded(change.after),
        "since": _seen(change.since),
        "until": _seen(change.until),
        "note": _said(change.note),
    }


def _recorded(found: Recorded) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "outcome": found.outcome.value,
        "subject": found.subject,
        "differences": _differences(found.differences),
        "reason": _said(found.reason),
    }


def _seen(seen: Seen | None) -> dict[str, Any] | None:
    return None if seen is None else {"run": seen.run, "at": _time(seen.at)}


def _run(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    finished = None if run.finished is None else _time(run.finished)
    return {"run": run.id, "started": _time(run.started), "finished": finished, "baselines": list(run.baselines)}
