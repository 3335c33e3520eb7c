"""Two states of a host compared: what changed, and for which cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tuile.policy.history.host_state import HostState, InPlan, Recorded, Run, Seen
from tuile.policy.model import Outcome
from tuile.policy.text import Lang, Text

__all__ = ["Cause", "Change", "HostState", "Recorded", "Run", "Seen", "compare", "never_compliant"]


class Cause(StrEnum):
    """Why something is not what it was, the most pressing first.

    More causes may come: do not list them elsewhere.
    """

    regressed = "regressed"
    fails_differently = "fails_differently"
    waiver_ended = "waiver_ended"
    not_reached = "not_reached"
    could_not_look = "could_not_look"
    baseline_changed = "baseline_changed"
    awaits_reboot = "awaits_reboot"
    applicability_changed = "applicability_changed"
    seen_again = "seen_again"
    newly_seen = "newly_seen"
    waived = "waived"
    reached_again = "reached_again"
    repaired = "repaired"
    never_compliant = "never_compliant"

    def say(self, lang: Lang) -> str:
        """Return the cause as drift lists show it, in capitals."""
        return _WORDS[self].say(lang)


_WORDS = {
    Cause.regressed: Text("REGRESSED", "RÉGRESSION"),
    Cause.fails_differently: Text("FAILS DIFFERENTLY", "ÉCART DIFFÉRENT"),
    Cause.waiver_ended: Text("WAIVER ENDED", "DÉROGATION ÉCHUE"),
    Cause.not_reached: Text("NOT REACHED", "NON JOINT"),
    Cause.could_not_look: Text("COULD NOT LOOK", "CONTRÔLE IMPOSSIBLE"),
    Cause.baseline_changed: Text("BASELINE CHANGED", "RÉFÉRENTIEL MODIFIÉ"),
    Cause.awaits_reboot: Text("AWAITS A REBOOT", "REDÉMARRAGE ATTENDU"),
    Cause.applicability_changed: Text("APPLICABILITY CHANGED", "APPLICABILITÉ MODIFIÉE"),
    Cause.seen_again: Text("SEEN AGAIN", "DE NOUVEAU CONTRÔLÉ"),
    Cause.newly_seen: Text("NEW", "NOUVEAU"),
    Cause.waived: Text("WAIVED", "DÉROGATION ACCORDÉE"),
    Cause.reached_again: Text("REACHED AGAIN", "DE NOUVEAU JOINT"),
    Cause.repaired: Text("REPAIRED", "RÉTABLI"),
    Cause.never_compliant: Text("NEVER COMPLIANT", "JAMAIS CONFORME"),
}
_UNMET = frozenset({Outcome.failed, Outcome.pending})
_RANK = {cause: rank for rank, cause in enumerate(Cause)}


@dataclass(frozen=True)
class Change:
    """One thing that is not what it was; a change of the host as a whole names no rule."""

    host: str
    cause: Cause
    rule: str = ""
    before: Recorded | None = None
    """None: the rule was not in the plan."""
    after: Recorded | None = None
    """None: the rule is no longer in the plan."""
    since: Seen | None = None
    """The first visit that saw what is now."""
    until: Seen | None = None
    """The last visit known to have seen it as it was before."""
    note: Text | None = None
    human: bool = False
    """A person answers for the rule."""

    @property
    def order(self) -> tuple[int, str, str]:
        """Return the key to sort by: the most pressing cause first, then rule and host."""
        return (_RANK[self.cause], self.rule, self.host)

    @property
    def worse(self) -> bool:
        """Return whether the host is worse off, or less is known of it, than before."""
        unknown = self.cause in {Cause.not_reached, Cause.could_not_look}
        bad = {Outcome.failed, Outcome.error, *([] if self._was_unmet else [Outcome.pending])}
        return unknown or (self.after is not None and self.after.outcome in bad)

    @property
    def _was_unmet(self) -> bool:
        return self.before is not None and self.before.outcome in _UNMET


def compare(before: HostState | None, after: HostState) -> tuple[Change, ...]:
    """Return what changed on a host between two states of it, sorted; `before` is None if it was
    not known then.

    Of a host that is not reached, what changed up to its last known state is still said.
    """
    changes = list(_of_host(before, after))
    if before is not None and before.seen is not None and after.seen is not None:
        for rule in sorted({*before.rules, *after.rules, *before.findings, *after.findings}):
            changes += _of_rule(rule, before, after)
    return tuple(sorted(changes, key=lambda change: change.order))


def never_compliant(state: HostState) -> tuple[Change, ...]:
    """Return the rules that fail and have never passed since they came into the host's plan."""
    return tuple(
        Change(
            state.host,
            Cause.never_compliant,
            found.rule,
            found,
            found,
            since=found.since,
            human=found.rule in state.rules and state.rules[found.rule].human,
        )
        for found in state.all()
        if found.outcome is Outcome.failed and found.passed is None
    )


def _of_host(before: HostState | None, after: HostState) -> Iterator[Change]:
    was_reached = before is not None and not before.stale
    if after.seen is not None and (before is None or before.seen is None):
        yield Change(after.host, Cause.newly_seen, since=after.seen)
    elif before is not None and before.stale and not after.stale:
        yield Change(after.host, Cause.reached_again, since=after.seen, until=before.seen)
    if after.stale and (before is None or was_reached or before.missed != after.missed):
        yield Change(
            after.host, Cause.not_reached, since=after.missed, until=after.seen, note=after.why
        )


def _of_rule(rule: str, before: HostState, after: HostState) -> Iterator[Change]:
    was, now = before.rule(rule), after.rule(rule)
    old, new = before.rules.get(rule), after.rules.get(rule)
    human = any(planned is not None and planned.human for planned in (old, new))
    if was is None or now is None:
        note = _new_in(new) if was is None else _gone_from(old)
        since = now.since if now else None
        yield Change(
            after.host, Cause.baseline_changed, rule, was, now, since, before.seen, note, human
        )
    elif was.said != now.said:
        policy = (
            old is not None and new is not None and (old.kind, old.params) != (new.kind, new.params)
        )
        cause = Cause.baseline_changed if policy else _cause(was, now)
        note = _changed_in(new) if policy else now.reason or was.reason
        if cause is not None:
            yield Change(
                after.host, cause, rule, was, now, now.since, now.passed or before.seen, note, human
            )


def _cause(was: Recorded, now: Recorded) -> Cause | None:
    """Return why a rule that did not change itself came to something else; None where only the
    words differ.
    """
    if was.outcome is now.outcome:
        return Cause.fails_differently if now.outcome is Outcome.failed else None
    if now.outcome is Outcome.error:
        return Cause.could_not_look
    if Outcome.not_applicable in {was.outcome, now.outcome}:
        return Cause.applicability_changed
    if now.outcome is Outcome.passed:
        return Cause.seen_again if was.outcome is Outcome.error else Cause.repaired
    return Cause.waived if now.outcome is Outcome.waived else _cause_of_failure(was, now)


def _cause_of_failure(was: Recorded, now: Recorded) -> Cause:
    """Return why a rule fails, or is pending, that did not before."""
    if now.outcome is Outcome.pending and was.outcome is not Outcome.passed:
        return Cause.awaits_reboot
    if was.outcome is Outcome.pending:
        return Cause.fails_differently
    if was.outcome is Outcome.waived:
        return Cause.waiver_ended
    if was.outcome is Outcome.error and now.passed is None:
        return Cause.seen_again
    return Cause.regressed


def _new_in(planned: InPlan | None) -> Text | None:
    return (
        None
        if planned is None
        else Text(
            f"now in the plan, from {planned.baseline}",
            f"désormais au plan, par {planned.baseline}",
        )
    )


def _gone_from(planned: InPlan | None) -> Text | None:
    return (
        None
        if planned is None
        else Text(
            f"no longer in the plan, was in {planned.baseline}",
            f"sortie du plan, était dans {planned.baseline}",
        )
    )


def _changed_in(planned: InPlan | None) -> Text | None:
    return (
        None
        if planned is None
        else Text(
            f"parameters changed, {planned.baseline}", f"paramètres modifiés, {planned.baseline}"
        )
    )
