"""From what was seen to a verdict: pure, so that old evidence can be judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tuile.policy.attestation import told
from tuile.policy.condition import Condition, Value
from tuile.policy.kind import Kind
from tuile.policy.model import (
    Applies,
    Difference,
    Facts,
    Observation,
    Outcome,
    PlannedRule,
    Verdict,
)
from tuile.policy.text import Text
from tuile.policy.traits import Traits

_NO_LABEL = Text(en="", fr="")
_NOTHING = Text(en="nothing was seen", fr="rien n'a été vu")
_PENDING = Text(en="right after the next reboot", fr="conforme après le prochain redémarrage")


def judge(
    planned: PlannedRule,
    kind: Kind,
    params: Any,  # noqa: ANN401
    observation: Observation,
    today: date,
) -> Verdict:
    """Return the verdict on a rule that applies to its host. `params` is an instance of
    `kind.params`.

    A failure that a waiver covers today is waived; nothing else is (an error stays an error). What
    differs only until the next reboot is pending, and a waiver covers that as well.
    """
    rule, subject = planned.rule.id, kind.subject(params)
    if observation.not_applicable is not None:
        return Verdict(rule, Outcome.not_applicable, subject, reason=observation.not_applicable)
    if observation.state is None:
        return Verdict(rule, Outcome.error, subject, reason=observation.unseen or _NOTHING)
    wanted = kind.wanted(params)
    found = differences(observation.state, wanted, kind.labels())
    if not found:
        return Verdict(rule, Outcome.passed, subject, observed=observation.state)
    waiver, why = planned.waiver, told(observation.state) if planned.human else None
    if waiver is not None and today <= waiver.until:
        return Verdict(rule, Outcome.waived, subject, found, waiver.reason, observation.state)
    if kind.until_reboot().issuperset(_unmet(observation.state, wanted)):
        return Verdict(rule, Outcome.pending, subject, found, _PENDING, observation.state)
    return Verdict(rule, Outcome.failed, subject, found, why, observation.state)


def differences(
    state: Mapping[str, Value], wanted: Mapping[str, Condition], labels: Mapping[str, Text]
) -> tuple[Difference, ...]:
    """Return the fields that do not satisfy their condition; a field that was not seen never does."""
    return tuple(
        Difference(labels.get(name, _NO_LABEL), state.get(name), wanted[name])
        for name in _unmet(state, wanted)
    )


def reason_not_applicable(applies: Applies, facts: Facts, traits: Traits) -> Text | None:
    """Return why a rule has no object on a host, or None where it applies."""
    return (
        _other_system(applies, facts) or _other_place(applies, facts) or _other_use(applies, traits)
    )


def _unmet(state: Mapping[str, Value], wanted: Mapping[str, Condition]) -> list[str]:
    return [
        name
        for name, condition in wanted.items()
        if name not in state or not condition.admits(state[name])
    ]


def _other_system(applies: Applies, facts: Facts) -> Text | None:
    if applies.os and facts.os not in applies.os:
        return Text(
            en=f"for {', '.join(applies.os)}, this is {facts.os}",
            fr=f"pour {', '.join(applies.os)}, ici {facts.os}",
        )
    if applies.version and facts.version not in applies.version:
        versions = ", ".join(applies.version)
        return Text(
            en=f"for version {versions}, this is {facts.version}",
            fr=f"pour la version {versions}, ici {facts.version}",
        )
    if applies.package and applies.package not in facts.packages:
        return Text(
            en=f"{applies.package} is not installed", fr=f"{applies.package} n'est pas installé"
        )
    return None


def _other_place(applies: Applies, facts: Facts) -> Text | None:
    if applies.container is False and facts.container:
        return Text(
            en="not in a container: the kernel is the host's",
            fr="sans objet dans un conteneur : le noyau est celui de l'hôte",
        )
    if applies.container is True and not facts.container:
        return Text(en="only in a container", fr="seulement dans un conteneur")
    if applies.virtual is False and facts.virtual:
        return Text(en="not in a virtual machine", fr="sans objet dans une machine virtuelle")
    if applies.virtual is True and not facts.virtual:
        return Text(en="only in a virtual machine", fr="seulement dans une machine virtuelle")
    return None


def _other_use(applies: Applies, traits: Traits) -> Text | None:
    model, zone = traits.session_model, traits.zone
    if applies.session_model and model not in applies.session_model:
        return _for_others([one.words for one in applies.session_model], model.words)
    if applies.zone and zone not in applies.zone:
        return _for_others([one.words for one in applies.zone], zone.words)
    return None


def _for_others(meant: Sequence[Text], here: Text) -> Text:
    return Text(
        en=f"for {', '.join(one.en for one in meant)}; this is {here.en}",
        fr=f"pour {', '.join(one.fr for one in meant)} ; ici {here.fr}",
    )
