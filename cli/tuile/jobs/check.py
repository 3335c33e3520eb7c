"""Looks at hosts and judges what was seen; yields each host as it completes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from testinfra.host import Host

from tuile.catalog import state_data
from tuile.gather import run_probes
from tuile.platforms.interface import Limits, Probe, ProbeResult, Progress
from tuile.policy.attestation import answered
from tuile.policy.errors import NotApplicable, Unseen
from tuile.policy.kind import Kind
from tuile.policy.model import Facts, HostResult, Observation, Outcome, Plan, PlannedRule, Verdict
from tuile.policy.text import Text
from tuile.policy.traits import Traits
from tuile.policy.verdict.judge import judge, reason_not_applicable
from tuile.workspace.prepare import Workspace

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class CheckContext:
    """How to look: when it is, here (waivers end by this zone's day), limits, and whom to tell how
    it goes.
    """

    now: datetime
    limits: Limits = field(default_factory=Limits)
    progress: OnProgress | None = None

    @property
    def today(self) -> date:
        """Return the date on which waivers are judged."""
        return self.now.date()


@dataclass(frozen=True)
class Seen:
    """One host: its result, and what the extra looks saw."""

    result: HostResult
    extra: Mapping[str, Any]


def check(workspace: Workspace, check_context: CheckContext) -> Iterator[HostResult]:
    """Check all hosts of `prepared` that have a plan, and yield each result as soon as its host is
    done.
    """
    for seen in observe(workspace, check_context, lambda _plan: {}):
        yield seen.result


def observe(
    workspace: Workspace, check_context: CheckContext, extra: Callable[[Plan], Mapping[str, Probe]]
) -> Iterator[Seen]:
    """As `check`, with `extra(plan)` looked at in the same gathering; keys must not be rule ids."""
    jobs: list[tuple[Any, Mapping[str, Probe]]] = []
    for name, plan in workspace.plans.items():
        target = workspace.targets[name]
        if target.obstacle:
            yield Seen(HostResult(name, plan, not_reached=target.obstacle), {})
        else:
            jobs.append((target, {**_looks(plan, workspace), **extra(plan)}))
    for sight in run_probes(jobs, check_context.limits, check_context.progress):
        plan = workspace.plans[sight.host]
        rules = {planned.rule.id for planned in plan.rules}
        rest = {key: value for key, value in sight.seen.items() if key not in rules}
        result = replace(
            _result(plan, sight, workspace, check_context.today),
            host_keys=workspace.targets[sight.host].host_keys,
        )
        yield Seen(result, rest)


def _looks(plan: Plan, workspace: Workspace) -> dict[str, Probe]:
    return {
        planned.rule.id: partial(
            look, workspace.kinds[planned.rule.kind], workspace.params(planned.rule)
        )
        for planned in plan.rules
        if not planned.human
    }


# An instance of kind.params
def look(kind: Kind, params: Any, host: Host) -> Mapping[str, Any]:  # noqa: ANN401
    """Return what a kind observes on a host, as plain data."""
    return state_data(kind.observe(host, params))


def _result(plan: Plan, sight: ProbeResult, workspace: Workspace, today: date) -> HostResult:
    if sight.not_reached is not None or sight.facts is None:
        words = sight.not_reached or Text(
            "it did not say what it is", "elle n’a pas dit ce qu’elle est"
        )
        return HostResult(
            plan.host, plan, not_reached=words, rounds=sight.rounds, seconds=sight.seconds
        )
    facts = sight.facts
    verdicts = tuple(
        verdict(item, (facts, plan.traits), sight.seen, workspace, today) for item in plan.rules
    )
    return HostResult(plan.host, plan, facts, verdicts, None, sight.rounds, sight.seconds)


def verdict(
    planned: PlannedRule,
    host: tuple[Facts, Traits],
    seen: Mapping[str, Any],
    workspace: Workspace,
    today: date,
) -> Verdict:
    """Return the verdict on one rule from what was seen, which is keyed by rule id, and from what
    the host is.
    """
    rule = planned.rule
    kind, params = workspace.kinds[rule.kind], workspace.params(rule)
    reason = reason_not_applicable(rule.applies, *host)
    if reason is not None:
        return Verdict(rule.id, Outcome.not_applicable, kind.subject(params), reason=reason)
    if planned.human:
        return judge(
            planned,
            kind,
            params,
            Observation(rule.id, answered(planned.attestations, today)),
            today,
        )
    return judge(planned, kind, params, _observation(rule.id, seen.get(rule.id)), today)


def _observation(rule: str, seen: Any) -> Observation:  # noqa: ANN401 -- state data or an exception
    match seen:
        case NotApplicable():
            return Observation(rule, not_applicable=seen.text)
        case Unseen():
            return Observation(rule, unseen=seen.text)
        case None:
            return Observation(rule)
        case _:
            return Observation(rule, state=seen)
