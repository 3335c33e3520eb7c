"""Reports as one JSON document, for programs; docs/schemas/report.schema.json describes it."""

from __future__ import annotations

from typing import Any

from tuile.policy.change.outcome import ApplyReport, HostApplied, Result, RuleApplied
from tuile.policy.change.preview import HostPreview, RulePreview
from tuile.policy.digest import plain
from tuile.policy.errors import COMPLIANT
from tuile.policy.history.drift import Drift, History
from tuile.policy.model import (
    HostResult,
    Outcome,
    PlannedRule,
    Tailoring,
    Verdict,
    Waiver,
)
from tuile.policy.shareable import shareable
from tuile.policy.text import Lang
from tuile.policy.verdict.status import (
    Status,
    exit_code,
    exit_code_of_apply,
    exit_code_of_diff,
    exit_code_of_drift,
    status,
    unjudged,
)
from tuile.reports import json_rollout, json_undo
from tuile.reports.interface import CheckReport, DiffReport, Style
from tuile.reports.json_form import document, said, time
from tuile.reports.json_history import as_change, as_differences, as_recorded, as_run, as_seen
from tuile.reports.ordering import by_name

_FACTS = ("hostname", "os", "version", "kernel", "container", "virtual", "root")


def check(report: CheckReport, _lang: Lang, _style: Style) -> str:
    """Return the document of a check: all hosts with all verdicts, in both languages, times in UTC."""
    results = sorted(report.results, key=lambda result: by_name(result.host))
    found = [status(result) for result in results]
    return document(
        "check",
        exit_code(results),
        run=report.run,
        started=time(report.started),
        finished=time(report.finished),
        counts={
            "hosts": {one.value: found.count(one) for one in Status},
            "verdicts": {
                one.value: sum(result.count(one) for result in results) for one in Outcome
            },
            "attested": sum(result.attested for result in results),
            "unjudged": sum(len(unjudged(result)) for result in results if result.reached),
        },
        hosts=[_host(result) for result in results],
    )


def diff(report: DiffReport, _lang: Lang, _style: Style) -> str:
    """Return the document of a diff: what an apply would change, host by host."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    return document("diff", exit_code_of_diff(hosts), hosts=[_preview(host) for host in hosts])


def apply(report: ApplyReport, _lang: Lang, _style: Style) -> str:
    """Return the document of an apply: what became of each rule that was failing."""
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    return document(
        "apply",
        exit_code_of_apply(hosts),
        run=report.run,
        engine=report.engine,
        started=time(report.started),
        finished=time(report.finished),
        logs=report.logs,
        counts={one.value: sum(host.count(one) for host in hosts) for one in Result},
        hosts=[_applied(host) for host in hosts],
    )


undo = json_undo.undo
rollout, reboots = json_rollout.rollout, json_rollout.reboots


def drift(report: Drift, _lang: Lang, _style: Style) -> str:
    """Return the document of a drift: every change with its cause, and when it was first seen."""
    return document(
        "drift",
        exit_code_of_drift(report.changes, seen=report.until is not None),
        since=as_run(report.since),
        until=as_run(report.until),
        counts={
            "hosts": report.hosts,
            "looked_at": report.looked_at,
            "still_failing": report.still_failing,
        },
        changes=[as_change(change) for change in report.changes],
        never_compliant=[as_change(change) for change in report.never_compliant],
    )


def history(report: History, _lang: Lang, _style: Style) -> str:
    """Return the document of a history: what each rule came to, from when to when, and when nobody
    could look.
    """
    return document(
        "history",
        COMPLIANT,
        host=report.host,
        first=as_seen(report.first),
        last=as_seen(report.last),
        visits=report.visits,
        intervals=[
            {
                **as_recorded(item.found),
                "plan": None if item.planned is None else plain(item.planned),
                "first": as_seen(item.first),
                "last": as_seen(item.last),
                "now": item.now,
            }
            for item in report.intervals
        ],
        gaps=[
            {"first": as_seen(gap.first), "last": as_seen(gap.last), "why": said(gap.why)}
            for gap in report.gaps
        ],
    )


def _host(result: HostResult) -> dict[str, Any]:
    planned = {item.rule.id: item for item in result.plan.rules}
    facts = result.facts
    return {
        "host": result.host,
        "status": status(result).value,
        "not_reached": said(result.not_reached),
        **_host_keys(result),
        "facts": None if facts is None else {name: getattr(facts, name) for name in _FACTS},
        "plan": {
            "digest": result.plan.digest,
            "baselines": list(result.plan.baselines),
            "rules": len(planned),
        },
        "counts": {one.value: result.count(one) for one in Outcome},
        "attested": result.attested,
        "unjudged": list(unjudged(result)) if result.reached else [],
        "seconds": round(result.seconds, 3),
        "rounds": result.rounds,
        "verdicts": [_verdict(verdict, planned[verdict.rule]) for verdict in result.verdicts],
    }


def _host_keys(host: HostResult | HostPreview | HostApplied) -> dict[str, str]:
    """Return how the inventory relaxes the judgement of the host's key, where it does."""
    return {"host_keys": host.host_keys} if host.host_keys else {}


def _verdict(verdict: Verdict, planned: PlannedRule) -> dict[str, Any]:
    rule = planned.rule
    return {
        "rule": verdict.rule,
        "outcome": verdict.outcome.value,
        "subject": verdict.subject,
        "title": said(rule.title),
        "kind": rule.kind,
        "severity": rule.severity.name,
        "level": rule.level.name,
        "baseline": planned.baseline,
        "human": planned.human,
        "observed": shareable(plain(verdict.observed)),
        "differences": as_differences(verdict.differences),
        "reason": said(verdict.reason),
        "tailoring": None if planned.tailoring is None else _tailoring(planned.tailoring),
        "waiver": None if planned.waiver is None else _waiver(planned.waiver),
    }


def _tailoring(tailoring: Tailoring) -> dict[str, Any]:
    return {"params": plain(tailoring.params), "reason": said(tailoring.reason), "by": tailoring.by}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "reason": said(waiver.reason),
        "owner": waiver.owner,
        "approver": waiver.approver,
        "until": waiver.until.isoformat(),
        "compensation": waiver.compensation,
    }


def _preview(host: HostPreview) -> dict[str, Any]:
    return {
        "host": host.host,
        "site": host.site,
        "safety": said(host.safety),
        "not_reached": said(host.not_reached),
        **_host_keys(host),
        "rules": [_rule_preview(item) for item in host.rules],
        "files": [
            {
                "path": item.path,
                "before": item.before,
                "after": item.after,
                "notes": [said(note) for note in item.notes],
                "rules": list(item.rules),
            }
            for item in host.files
        ],
        "blocked": [
            {
                "rule": item.rule,
                "subject": item.subject,
                "severity": item.severity.name,
                "why": said(item.why),
            }
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
        "differences": as_differences(item.differences),
        "steps": [said(step.text) for step in item.steps],
        "leaves": said(item.leaves),
    }


def _applied(host: HostApplied) -> dict[str, Any]:
    return {
        "host": host.host,
        "guarded": None if host.guarded is None else json_undo.guarded(host.guarded),
        "refused": said(host.refused),
        "not_reached": said(host.not_reached),
        **_host_keys(host),
        "failures": dict(sorted(host.failures.items())),
        "rules": [_rule_applied(item) for item in host.rules],
        "broken": [_rule_applied(item) for item in host.broken],
    }


def _rule_applied(item: RuleApplied) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "subject": item.subject,
        "severity": item.severity.name,
        "result": item.result.value,
        "differences": as_differences(item.differences),
        "why": said(item.why),
    }
