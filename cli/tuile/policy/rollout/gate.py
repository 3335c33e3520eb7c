"""What an apply on one host comes to within a rollout, and what speaks against opening the next
ring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from tuile.policy.change.outcome import HostApplied, Result
from tuile.policy.model import HostResult, Outcome
from tuile.policy.rollout.state import Member, Step
from tuile.policy.text import Text

_WELL = (Outcome.passed, Outcome.not_applicable, Outcome.waived, Outcome.pending)
"""Outcomes that a gate does not look at."""


def open_of(result: HostResult) -> dict[str, str]:
    """Return the rules that fail, or could not be looked at, with their outcome."""
    judged = {verdict.rule: verdict.outcome for verdict in result.verdicts}
    planned = {item.rule.id: judged.get(item.rule.id, Outcome.error) for item in result.plan.rules}
    return {rule: outcome.value for rule, outcome in planned.items() if outcome not in _WELL}


def step_of(applied: HostApplied) -> tuple[Step, Text | None]:
    """Return whether a host is done or has failed, and why.

    It is done where all that was tried was put right, nothing else was broken, and the host
    confirmed it. What was left because nothing could be tried does not fail a host.
    """
    wrong = [
        rule for rule in applied.rules if rule.result in (Result.still_failing, Result.unknown)
    ]
    if applied.refused is not None or applied.not_reached is not None:
        return Step.failed, applied.refused or applied.not_reached
    if applied.failures:
        said = "; ".join(
            f"{kind}: {words}" if kind else words
            for kind, words in sorted(applied.failures.items())
        )
        return Step.failed, Text(said, said)
    if applied.broken:
        return Step.failed, _rules(
            "passed before and does not now", "ne passe plus", (r.rule for r in applied.broken)
        )
    if wrong:
        return Step.failed, _rules("not put right", "non corrigé", (rule.rule for rule in wrong))
    return Step.done, None


def settled(result: HostResult, tried: Collection[str]) -> tuple[Step, Text | None]:
    """Return what became of a host that confirmed its apply while nobody listened, as a check sees
    it now.
    """
    wrong = sorted(rule for rule in open_of(result) if rule in tried)
    if not result.reached:
        return Step.unclear, result.not_reached
    if wrong:
        return Step.failed, _rules("not put right", "non corrigé", wrong)
    return Step.done, None


def reasons(members: Iterable[Member], seen: Mapping[str, HostResult]) -> Iterator[Text]:
    """Yield what speaks against a ring after its hosts were looked at again: hosts away, new
    failures, new errors.
    """
    done = [member for member in members if member.step is Step.done]
    for member in done:
        result = seen.get(member.host)
        if result is None or not result.reached:
            why = (
                result.not_reached
                if result and result.not_reached
                else Text("it was not looked at", "non contrôlé")
            )
            yield Text(
                f"{member.host} could not be looked at again: {why.en}",
                f"{member.host} non recontrôlé : {why.fr}",
            )
            continue
        news = {
            rule: outcome
            for rule, outcome in open_of(result).items()
            if member.open.get(rule) != outcome
        }
        for rule, outcome in sorted(news.items()):
            words = Outcome(outcome)
            yield Text(
                f"{member.host}: {rule} is now {words}",
                f"{member.host} : {rule} est maintenant en {_FR[words]}",
            )
    if not done:
        yield Text("no host of this ring is done", "aucun hôte de cet anneau n’est terminé")


_FR = {Outcome.failed: "échec", Outcome.error: "erreur"}


def _rules(en: str, fr: str, rules: Iterable[str]) -> Text:
    names = ", ".join(rules)
    return Text(f"{en}: {names}", f"{fr} : {names}")
