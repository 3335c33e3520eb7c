"""From what was seen to a verdict: pure, so that old evidence can be judged again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tuile.policy.condition import Condition, Value
from tuile.policy.kind import Kind
from tuile.policy.model import Applies, Difference, Facts, Observation, Outcome, PlannedRule, Verdict
from tuile.policy.text import Text

_NO_LABEL = Text(en="", fr="")
_NOTHING = Text(en="nothing was seen", fr="rien n'a été vu")


def judge(planned: PlannedRule, kind: Kind, params: Any, observation: Observation, today: date) -> Verdict:  # noqa: ANN401
    """Return the verdict on a rule that applies to its host. `params` is an instance of `kind.params`.

    A failure that a waiver covers today is waived; nothing else is (an error stays an error).
    """
    rule, subject = planned.rule.id, kind.subject(params)
    if observation.not_applicable is not None:
        return Verdict(rule, Outcome.not_applicable, subject, reason=observation.not_applicable)
    if observation.state is None:
        return Verdict(rule, Outcome.error, subject, reason=observation.unseen or _NOTHING)
    found = differences(observation.state, kind.wanted(params), kind.labels())
    if not found:
        return Verdict(rule, Outcome.passed, subject, observed=observation.state)
    waiver = planned.waiver
    if waiver is not None and today <= waiver.until:
        return Verdict(rule, Outcome.waived, subject, found, waiver.reason, observation.state)
    return Verdict(rule, Outcome.failed, subject, found, None, observation.state)


def differences(
    state: Mapping[str, Value], wanted: Mapping[str, Condition], labels: Mapping[str, Text]
) -> tuple[Difference, ...]:
    """Return the fields that do not satisfy their condition; a field that was not seen never does."""
    return tuple(
        Difference(labels.get(name, _NO_LABEL), state.get(name), condition)
        for name, condition in wanted.items()
        if name not in state or not condition.admits(state[name])
    )


def reason_not_applicable(applies: Applies, facts: Facts) -> Text | None:
    """Return why a rule has no object on a host, or None where it applies."""
    if applies.os and facts.os not in applies.os:
        return Text(
            en=f"for {', '.join(applies.os)}, this is {facts.os}", fr=f"pour {', '.join(applies.os)}, ici {facts.os}"
        )
    if applies.version and facts.version not in applies.version:
        versions = ", ".join(applies.version)
        return Text(
            en=f"for version {versions}, this is {facts.version}", fr=f"pour la version {versions}, ici {facts.version}"
        )
    if applies.container is False and facts.container:
        return Text(
            en="not in a container: the kernel is the host's",
            fr="sans objet dans un conteneur : le noyau est celui de l'hôte",
        )
    if applies.container is True and not facts.container:
        return Text(en="only in a container", fr="seulement dans un conteneur")
    if applies.package and applies.package not in facts.packages:
        return Text(en=f"{applies.package} is not installed", fr=f"{applies.package} n'est pas installé")
    return None
