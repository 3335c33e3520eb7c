"""Gathers what can be said of a rule, or of a baseline, without looking at a host."""

from __future__ import annotations

from tuile.catalog import read_params
from tuile.jobs.baseline import frameworks
from tuile.policy.errors import Usage, did_you_mean
from tuile.policy.model import Baseline, PlannedRule
from tuile.policy.plan.explanation import Explanation
from tuile.workspace.policy_repository import Repository

_ELSEWHERE = "`tuile baseline show NAME` lists rules; --repo adds those of a policy repository."


def explain(repository: Repository, rule_id: str) -> Explanation:
    """Return all about a rule.

    Raises:
        Usage: no baseline has it.
        PolicyMistakes: there are mistakes in the baselines.

    """
    library = repository.library()
    having: list[tuple[Baseline, PlannedRule]] = [
        (baseline, planned)
        for baseline in library.baselines()
        if (planned := library.flatten(baseline).get(rule_id)) is not None
    ]
    if not having:
        advice = did_you_mean(rule_id, library.rule_ids()) or _ELSEWHERE
        raise Usage(f'no baseline has a rule "{rule_id}". {advice}')
    rule = having[-1][1].rule
    kind = repository.kinds[rule.kind]
    params = read_params(kind, rule.params)
    labels = kind.labels()
    return Explanation(
        rule=rule,
        baselines=tuple(baseline.label for baseline, _ in having),
        subject=kind.subject(params),
        kind_summary=kind.summary,
        checked=kind.checked,
        put_right=kind.put_right,
        check_only=kind.check_only,
        human=kind.human,
        wanted=tuple((labels[name], condition) for name, condition in kind.wanted(params).items()),
        touches=kind.touches(params),
        final=kind.final(params) if kind.final else None,
        controls={f.label: found for f in frameworks(repository) if (found := f.of_rule(rule_id))},
    )
