"""Puts failing rules right with an engine, then looks again over new connections."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from tuile.engines.interface import Engine, EngineResult, FileChange, HostWork, KindWork
from tuile.jobs.check import CheckContext, check
from tuile.jobs.diff import HostDiff
from tuile.policy.change.fix import Fix, KindFix
from tuile.policy.change.outcome import HostApplied, Result, RuleApplied, came_since, words_about
from tuile.policy.digest import plain
from tuile.policy.model import HostResult, Outcome, Verdict
from tuile.policy.text import Text, both
from tuile.transports import accepted
from tuile.workspace.prepare import Workspace

_RESULTS = {
    Outcome.failed: Result.still_failing,
    Outcome.pending: Result.pending,
    Outcome.error: Result.unknown,
}
"""What a rule came to that does not pass afterwards."""


def refusal(
    host: HostDiff, workspace: Workspace, this_machine: str | None, own_id: str
) -> Text | None:
    """Return why nothing may be done on a host: it is the machine that Tuile runs on, and was not
    named as such.

    `own_id` is the machine id of this machine (machine-id(5)), "" where it has none.
    """
    facts = host.result.facts
    here = workspace.targets[host.result.host].connection == "local"
    here = here or bool(own_id and facts and facts.machine_id == own_id)
    name = socket.gethostname()
    if not here or this_machine == name:
        return None
    return Text(
        en=f"this is the machine that Tuile runs on. If that is meant, say --this-machine {name}",
        fr=f"c'est la machine sur laquelle Tuile tourne. Si c'est voulu : --this-machine {name}",
    )


def own_machine_id() -> str:
    """Return the machine id of this machine, "" where it has none."""
    try:
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def apply(
    diffs: Sequence[HostDiff],
    workspace: Workspace,
    engine: Engine,
    logs: Path,
    fences: Mapping[str, str] | None = None,
) -> dict[str, EngineResult]:
    """Hand over to the engine what is to be done; return how it fared, by host. Nothing to do:
    nothing is run.

    `fences`: by host, the file without which no kind is begun there.
    """
    work = [
        _work(diff, workspace, (fences or {}).get(diff.result.host, ""))
        for diff in diffs
        if diff.todo.kinds
    ]
    if not work:
        return {}
    with closing(engine.apply(work, logs)) as outcomes:  # an interruption ends the engine at once
        return {outcome.host: outcome for outcome in outcomes}


def check_again(
    diffs: Iterable[HostDiff], workspace: Workspace, check_context: CheckContext
) -> Iterable[HostResult]:
    """Check the hosts of `diffs` over new connections."""
    hosts = {diff.result.host for diff in diffs if diff.todo.kinds}
    plans = {name: plan for name, plan in workspace.plans.items() if name in hosts}
    return check(replace(workspace, plans=plans), check_context)


def applied(diff: HostDiff, outcome: EngineResult | None, after: HostResult | None) -> HostApplied:
    """Return what an apply came to on one host, as seen by the check that followed it."""
    failures = dict(outcome.failures) if outcome else {}
    if after is None or not after.reached:
        words = (
            after.not_reached
            if after
            else Text("it was not looked at again", "elle n'a pas été relue")
        )
        return HostApplied(diff.result.host, failures=failures, not_reached=words)
    now = {verdict.rule: verdict for verdict in after.verdicts}
    fixes = [fix for kind in diff.todo.kinds for fix in kind.fixes]
    rules = [
        _rule_applied(fix, now.get(fix.planned.rule.id, _unseen(fix)), failures) for fix in fixes
    ]
    left = [
        RuleApplied(b.rule, b.subject, b.severity, Result.left, why=b.why)
        for b in diff.todo.blocked
    ]
    uncovered = _now(diff.result, after, Outcome.not_applicable, {Outcome.failed: Result.uncovered})
    broken = _now(diff.result, after, Outcome.passed, _RESULTS)
    return HostApplied(diff.result.host, (*rules, *left, *uncovered), tuple(broken), failures)


def _work(diff: HostDiff, workspace: Workspace, fence: str) -> HostWork:
    name = diff.result.host
    return HostWork(
        replace(workspace.targets[name], accepted=accepted(name)),
        tuple(_kind_work(kind, diff) for kind in diff.todo.kinds),
        fence,
    )


def _kind_work(fix: KindFix, diff: HostDiff) -> KindWork:
    return KindWork(
        kind=fix.kind.slug,
        role=Path(fix.kind.role),
        rules=tuple(_rule_work(item) for item in fix.fixes),
        files=tuple(
            FileChange(
                path=file.path,
                before=None if file.before is None else _bytes(file.before),
                after=_bytes(file.after),
                mode=diff.files[file.path].mode or "0644",
                owner=diff.files[file.path].owner or "root",
                group=diff.files[file.path].group or "root",
            )
            for file in fix.files
        ),
    )


def _rule_work(fix: Fix) -> dict[str, Any]:
    """Return a rule as its role gets it: with what was seen, where that tells what is changed."""
    work = {"rule": fix.planned.rule.id, **plain(fix.params)}
    return {**work, "seen": dict(fix.verdict.observed or {})} if fix.kind.role_sees else work


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _unseen(fix: Fix) -> Verdict:
    reason = Text(en="it was not looked at again", fr="elle n'a pas été relue")
    return Verdict(fix.planned.rule.id, Outcome.error, fix.verdict.subject, reason=reason)


def _rule_applied(fix: Fix, now: Verdict, failures: Mapping[str, str]) -> RuleApplied:
    said = words_about(fix.planned.rule.id, failures.get(fix.kind.slug, "")) or failures.get("")
    why = both(said) if said else now.reason or fix.leaves
    result = _RESULTS.get(now.outcome, Result.put_right)
    told = (
        fix.kind.role_sees and not said
    )  # such a role puts right what was seen before, and nothing else
    if (
        told
        and result is Result.still_failing
        and came_since(fix.verdict.observed or {}, now.observed or {})
    ):
        result = Result.uncovered
    rule = fix.planned.rule
    return RuleApplied(
        rule.id,
        now.subject,
        rule.severity,
        result,
        now.differences,
        None if result is Result.put_right else why,
    )


def _now(
    before: HostResult, after: HostResult, was: Outcome, results: Mapping[Outcome, Result]
) -> Iterable[RuleApplied]:
    """Yield the rules of which the verdict was one before, and is one of `results` now."""
    those = {verdict.rule for verdict in before.verdicts if verdict.outcome is was}
    severities = {planned.rule.id: planned.rule.severity for planned in after.plan.rules}
    for now in after.verdicts:
        if now.rule in those and (result := results.get(now.outcome)):
            yield RuleApplied(
                now.rule, now.subject, severities[now.rule], result, now.differences, now.reason
            )
