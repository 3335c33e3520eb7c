"""From baselines, assignments, tailoring and waivers to one plan per host.

Collects mistakes instead of raising.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tuile.policy.attestation import Attestation
from tuile.policy.condition import Condition
from tuile.policy.digest import digest
from tuile.policy.errors import Mistake, did_you_mean
from tuile.policy.limit import Limit
from tuile.policy.model import (
    Applies,
    Assignment,
    Plan,
    PlannedRule,
    Policy,
    Rule,
    Tailoring,
    Waiver,
)
from tuile.policy.pattern import select, unknown_terms
from tuile.policy.plan.extend import Library
from tuile.policy.plan.tailoring import ParamMistakes, limit_mistakes, tailoring_mistakes
from tuile.policy.traits import HostEntry, Safety, Traits

Wanted = Callable[[Rule], tuple[str, Mapping[str, Condition]]]
"""What a rule wants: the subject, unique within its kind, and the conditions on it."""

Human = Callable[[Rule], bool]
"""Whether a person answers for a rule."""

_Targeted = TypeVar("_Targeted", Assignment, Tailoring, Waiver, Attestation, Limit)
_OfRule = TypeVar("_OfRule", Tailoring, Waiver, Attestation, Limit)


@dataclass(frozen=True)
class Fleet:
    """The hosts of an inventory and their groups, by name."""

    hosts: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]

    def select(self, pattern: str) -> frozenset[str]:
        """Return the hosts that a pattern names."""
        return select(pattern, self.groups, self.hosts)


def resolve(
    policy: Policy, fleet: Fleet, wanted: Wanted, param_mistakes: ParamMistakes, human: Human
) -> tuple[dict[str, Plan], list[Mistake]]:
    """Return a plan for each host that has a baseline assigned, and every mistake found on the way."""
    library = Library(policy.baselines)
    mistakes = [
        *library.mistakes,
        *library.reference_mistakes(assignment.baseline for assignment in policy.assign),
        *_pattern_mistakes(policy, fleet),
        *_rule_mistakes(policy, library),
        *tailoring_mistakes(policy, library, param_mistakes),
        *_window_mistakes(policy, fleet),
        *_answer_mistakes(policy, library, human),
    ]
    if mistakes:
        return {}, sorted(set(mistakes))
    plans: dict[str, Plan] = {}
    alike: dict[tuple[Any, ...], Plan] = {}
    for host, said in sorted(_said(policy, fleet).items()):
        if said.key not in alike:  # a fleet has many hosts and few sorts of them
            alike[said.key], wrong = _plan(host, said, library, wanted, human)
            mistakes += wrong
        plans[host] = replace(alike[said.key], host=host)
    return plans, sorted(set(mistakes))


@dataclass(frozen=True)
class _Said:
    """All that a policy says of one host, each kind of entry in the order of its file."""

    assign: Sequence[Assignment]
    tailor: Sequence[Tailoring]
    waivers: Sequence[Waiver]
    attestations: Sequence[Attestation]
    limits: Sequence[Limit]
    traits: Traits

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what hosts share of which the same entries speak."""
        entries = (self.assign, self.tailor, self.waivers, self.attestations, self.limits)
        return (*(tuple(map(id, items)) for items in entries), self.traits)


def _said(policy: Policy, fleet: Fleet) -> dict[str, _Said]:
    """Return what is said of each host that has a baseline assigned."""
    assigned, traits = _by_host(policy.assign, fleet), _traits(policy, fleet)
    tailored, waived = _by_host(policy.tailor, fleet), _by_host(policy.waivers, fleet)
    answered, limited = _by_host(policy.attestations, fleet), _by_host(policy.limits, fleet)
    return {
        host: _Said(
            assign,
            tailored.get(host, ()),
            waived.get(host, ()),
            answered.get(host, ()),
            limited.get(host, ()),
            traits.get(host, Traits()),
        )
        for host, assign in assigned.items()
    }


def _by_host(items: Iterable[_Targeted], fleet: Fleet) -> dict[str, Sequence[_Targeted]]:
    found: dict[str, list[_Targeted]] = {}
    for item in items:
        for host in fleet.select(item.to):
            found.setdefault(host, []).append(item)
    return dict(found)


def _by_rule(items: Iterable[_OfRule]) -> Mapping[str, list[_OfRule]]:
    found: dict[str, list[_OfRule]] = defaultdict(list)
    for item in items:
        found[item.rule].append(item)
    return found


def _plan(
    host: str, said: _Said, library: Library, wanted: Wanted, human: Human
) -> tuple[Plan, list[Mistake]]:
    """Return the plan of a host, and the mistakes that show only when all is put together."""
    tailored, waived = _by_rule(said.tailor), _by_rule(said.waivers)
    answered, limited = _by_rule(said.attestations), _by_rule(said.limits)
    rules: list[PlannedRule] = []
    mistakes: list[Mistake] = []
    for item in _assigned(said.assign, library):
        rule = item.rule.id
        mistakes += limit_mistakes(item.rule, tailored[rule], limited[rule])
        final = _finish(item, tailored[rule], waived[rule])
        if final is not None:
            rules.append(replace(final, human=human(item.rule), attestations=tuple(answered[rule])))
    mistakes += _conflicts(host, rules, wanted)
    facts = [(p.rule.id, p.rule.kind, p.rule.params, p.rule.applies, p.baseline) for p in rules]
    what = [sorted(facts, key=lambda fact: fact[0]), said.traits.session_model, said.traits.zone]
    baselines = tuple(sorted({planned.baseline for planned in rules}))
    level = max(assignment.level for assignment in said.assign)
    return Plan(host, tuple(rules), baselines, digest(what), level, said.traits), mistakes


def _assigned(assign: Iterable[Assignment], library: Library) -> Iterable[PlannedRule]:
    """Return the rules that are assigned; of one that comes by two baselines the first assignment
    counts.
    """
    rules: dict[str, PlannedRule] = {}
    for assignment in assign:
        for planned in library.rules(assignment.baseline, assignment.level):
            rules.setdefault(planned.rule.id, planned)
    return rules.values()


def _finish(
    planned: PlannedRule, tailorings: list[Tailoring], waivers: list[Waiver]
) -> PlannedRule | None:
    """Apply tailorings in the order of the file, the most particular last; None where the rule is
    switched off.
    """
    for tailoring in tailorings:
        params = {**planned.rule.params, **tailoring.params}
        planned = replace(planned, rule=replace(planned.rule, params=params), tailoring=tailoring)
    if planned.tailoring is not None and planned.tailoring.off:
        return None
    return replace(planned, waiver=max(waivers, key=lambda w: w.until)) if waivers else planned


def _traits(policy: Policy, fleet: Fleet) -> dict[str, Traits]:
    """Return what the policy says of each host that it names; of two entries that name a trait the
    last counts.
    """
    traits: dict[str, Traits] = {}
    for entry in policy.hosts:
        for host in fleet.select(entry.to):
            traits[host] = entry.upon(traits.get(host, Traits()))
    return traits


def _pattern_mistakes(policy: Policy, fleet: Fleet) -> list[Mistake]:
    known = {"all", *fleet.groups, *fleet.hosts}
    items: list[Assignment | Tailoring | Waiver | HostEntry | Attestation | Limit]
    items = [
        *policy.assign,
        *policy.tailor,
        *policy.waivers,
        *policy.hosts,
        *policy.attestations,
        *policy.limits,
    ]
    return [
        Mistake(item.place, f'no host and no group is called "{term}"', did_you_mean(term, known))
        for item in items
        for term in unknown_terms(item.to, fleet.groups, fleet.hosts)
    ]


def _window_mistakes(policy: Policy, fleet: Fleet) -> list[Mistake]:
    """Return a mistake for each entry by which a host may be changed in a window, and has none."""
    windowless = {
        host
        for host, traits in _traits(policy, fleet).items()
        if traits.safety is Safety.window and not traits.windows
    }
    return [
        Mistake(
            entry.place,
            f'safety is "window", and {min(hosts)} has no window',
            "Give `windows` here, or in another entry that names the host.",
        )
        for entry in policy.hosts
        if entry.safety is Safety.window and (hosts := fleet.select(entry.to) & windowless)
    ]


def _rule_mistakes(policy: Policy, library: Library) -> list[Mistake]:
    known = library.rule_ids()
    named = [(tailoring.rule, tailoring.place, "tailoring") for tailoring in policy.tailor]
    named += [(waiver.rule, waiver.place, "waiver") for waiver in policy.waivers]
    named += [(answer.rule, answer.place, "answer") for answer in policy.attestations]
    named += [(limit.rule, limit.place, "limit") for limit in policy.limits]
    named += [(rule, place, "seal") for rule, place in policy.seal.items()]
    return [
        Mistake(
            place, f"this {what} names a rule that no baseline has", did_you_mean(rule, known), rule
        )
        for rule, place, what in named
        if rule not in known
    ]


def _answer_mistakes(policy: Policy, library: Library, human: Human) -> list[Mistake]:
    """Return a mistake for each answer to what is looked at on hosts: a person cannot overrule what
    is seen.
    """
    rules = {rule.id: rule for baseline in library.baselines() for rule in baseline.rules}
    what = "nobody is asked about this rule: it is looked at on the host"
    return [
        Mistake(answer.place, what, "Remove the answer, or write a waiver.", answer.rule)
        for answer in policy.attestations
        if answer.rule in rules and not human(rules[answer.rule])
    ]


def _conflicts(host: str, rules: Iterable[PlannedRule], wanted: Wanted) -> list[Mistake]:
    """Return a mistake for each pair of rules that want different values of the same thing."""
    first: dict[tuple[str, str, str], tuple[Rule, Condition]] = {}
    found: list[Mistake] = []
    for planned in rules:
        rule = planned.rule
        place = planned.tailoring.place if planned.tailoring else rule.place
        subject, conditions = wanted(rule)
        for name, condition in conditions.items():
            other, theirs = first.setdefault((rule.kind, subject, name), (rule, condition))
            if theirs != condition and not _apart(rule.applies, other.applies):
                what = (
                    f'wants {condition.say("en")} for {subject} on {host}, but "{other.id}" wants'
                    f" {theirs.say('en')}"
                )
                found.append(
                    Mistake(
                        place,
                        what,
                        "Switch one of them off there, or tailor one to the other.",
                        rule.id,
                    )
                )
    return found


def _apart(one: Applies, other: Applies) -> bool:
    """Return whether no host can be one for both: of different systems, versions, uses, or a
    container and not.
    """
    named = ("os", "version", "session_model", "zone")
    pairs = [(set(getattr(one, name)), set(getattr(other, name))) for name in named]
    if any(a and b and not a & b for a, b in pairs):
        return True
    return {True, False} in ({one.container, other.container}, {one.virtual, other.virtual})
