"""From a policy to one plan per host, or to all the mistakes in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.a_fleet import (
    AT,
    FLEET,
    LINUX,
    human,
    ids,
    param_mistakes,
    plans,
    policy,
    said,
    tailoring,
    waiver,
    wanted,
)
from tests.unit.policy.made import baseline, rule
from tuile.policy.attestation import Attestation
from tuile.policy.errors import Place
from tuile.policy.model import Applies, Policy, Severity
from tuile.policy.plan.resolve import resolve
from tuile.policy.traits import Day, HostEntry, Safety, Traits, Window, Zone


def test_hosts_get_what_is_assigned_to_them() -> None:
    """A host without assignment has no plan; the plan names its baselines."""
    found = plans(policy("servers linux minimal"))
    assert list(found) == ["srv-1", "srv-2"]
    assert ids(found["srv-1"]) == ["a", "b"]
    assert found["srv-1"].baselines == ("linux 1.0.0",)


def test_a_rule_by_two_ways_counts_once() -> None:
    """Of a rule that comes by two baselines, the first assignment counts."""
    other = baseline("other", rule("a", severity=Severity.high), rule("c"))
    found = plans(policy("all linux high", "srv-1 other high", baselines=(LINUX, other)))["srv-1"]
    assert ids(found) == ["a", "b", "c"]
    assert found.rules[0].rule.severity is Severity.medium
    assert found.baselines == ("linux 1.0.0", "other 1.0.0")


def test_tailoring_changes_parameters_the_last_word_counting() -> None:
    """Later tailorings go over earlier ones, parameter by parameter, on the hosts that they name."""
    found = plans(
        policy(
            "all linux high",
            tailor=(tailoring("all", "b", least=3, key="c"), tailoring("servers", "b", least=4)),
        )
    )
    assert found["srv-1"].rules[1].rule.params == {"key": "c", "least": 4}
    assert found["pc-1"].rules[1].rule.params == {"key": "c", "least": 3}
    assert found["pc-1"].rules[0].tailoring is None


def test_a_rule_switched_off_is_not_in_the_plan() -> None:
    """It is off where it is named, and may be on again by a later word."""
    found = plans(
        policy(
            "all linux high",
            tailor=(tailoring("all", "b", off=True), tailoring("srv-2", "b", least=2)),
        )
    )
    assert ids(found["srv-1"]) == ["a"]
    assert ids(found["srv-2"]) == ["a", "b"]


def test_the_last_entry_that_names_a_trait_counts() -> None:
    """What is said of a host is put together from all entries that name it; where none does the
    defaults hold.
    """
    night = Window((Day.tue,), time(2), time(4, 30), "Europe/Paris")
    found = plans(
        policy(
            "all linux high",
            hosts=(
                HostEntry("all", zone=Zone.ward, ring="rest"),
                HostEntry("srv-1", safety=Safety.window, windows=(night,)),
                HostEntry("servers", zone=Zone.office),
            ),
        )
    )
    assert found["srv-1"].traits == Traits(
        zone=Zone.office, safety=Safety.window, windows=(night,), ring="rest"
    )
    assert found["pc-1"].traits == Traits(zone=Zone.ward, ring="rest")
    assert plans(policy("all linux high"))["pc-1"].traits == Traits()


def test_the_digest_changes_with_what_can_change_a_verdict_only() -> None:
    """Where a host stands decides which rules apply; its ring and its windows do not."""
    said = [
        HostEntry("all", zone=Zone.ward),
        HostEntry("all", ring="rest"),
        HostEntry("all", safety=Safety.never),
    ]
    digests = [plans(policy("all linux high", hosts=(entry,)))["pc-1"].digest for entry in said]
    plain = plans(policy("all linux high"))["pc-1"].digest
    assert [digest == plain for digest in digests] == [False, True, True]


def test_rules_for_different_uses_are_no_conflict() -> None:
    """Two rules may want different things of one subject where no host can be one for both."""
    zones = (Applies(zone=(Zone.office,)), Applies(zone=(Zone.ward, Zone.theatre)))
    machines = (Applies(virtual=True), Applies(virtual=False))
    for one, other in (zones, machines):
        apart = baseline(
            "apart",
            rule("a", applies=one),
            rule("b", params={"key": "a", "least": 2}, applies=other),
        )
        assert ids(plans(policy("all apart high", baselines=(apart,)))["pc-1"]) == ["a", "b"]


def answer(to: str, name: str, on: date) -> Attestation:
    """Return a person's yes."""
    return Attestation(
        to, name, answer=True, by="rssi", on=on, evidence="record", until=date(2027, 1, 1), place=AT
    )


def test_answers_come_to_the_rules_that_people_answer_for() -> None:
    """Each host has those that name it; the plan says which rules are a person's matter, and its
    digest does not.
    """
    person = baseline("person", rule("person-asked"), rule("seen"))
    given = (
        answer("all", "person-asked", date(2026, 1, 1)),
        answer("srv-1", "person-asked", date(2026, 2, 1)),
    )
    found = plans(policy("all person high", baselines=(person,), attestations=given))
    assert [planned.human for planned in found["srv-1"].rules] == [True, False]
    assert [len(found[host].rules[0].attestations) for host in ("srv-1", "pc-1")] == [2, 1]
    assert (
        found["srv-1"].digest
        == plans(policy("all person high", baselines=(person,)))["srv-1"].digest
    )


def test_the_longest_waiver_counts() -> None:
    """Of two waivers of one rule, the one that lasts longer is kept; it changes no digest."""
    early, late = waiver("all", "a", date(2027, 1, 1)), waiver("srv-1", "a", date(2027, 2, 1))
    found = plans(policy("all linux high", waivers=(late, early)))
    assert found["srv-1"].rules[0].waiver == late
    assert found["srv-2"].rules[0].waiver == early
    assert found["srv-1"].digest == plans(policy("all linux high"))["srv-1"].digest


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            policy("server linux high"),
            'policy.yaml:9: no host and no group is called "server". Did you mean "servers"?',
        ),
        (policy("all linx high"), 'policy.yaml:1: unknown baseline "linx". Did you mean "linux"?'),
        (
            policy("all linux high", tailor=(tailoring("all", "z"),)),
            (
                'policy.yaml:9: rule "z": this tailoring names a rule that no baseline has. Known'
                " here: a, b."
            ),
        ),
        (
            policy("all linux high", waivers=(waiver("all", "z", date(2027, 1, 1)),)),
            (
                'policy.yaml:9: rule "z": this waiver names a rule that no baseline has. Known'
                " here: a, b."
            ),
        ),
        (
            policy("all linux high", attestations=(answer("all", "z", date(2026, 1, 1)),)),
            (
                'policy.yaml:9: rule "z": this answer names a rule that no baseline has. Known'
                " here: a, b."
            ),
        ),
        (
            policy("all linux high", attestations=(answer("all", "a", date(2026, 1, 1)),)),
            (
                'policy.yaml:9: rule "a": nobody is asked about this rule: it is looked at on the '
                "host. "
                "Remove the answer, or write a waiver."
            ),
        ),
        (
            policy("all linux high", seal={"z": AT}),
            (
                'policy.yaml:9: rule "z": this seal names a rule that no baseline has. Known here:'
                " a, b."
            ),
        ),
        (
            policy(
                "all linux high",
                seal={"a": Place("top.yaml", 2)},
                tailor=(tailoring("all", "a", off=True),),
            ),
            (
                'policy.yaml:9: rule "a": a sealed rule cannot be tailored. '
                "It is sealed in top.yaml:2: ask those who keep that file."
            ),
        ),
        (
            policy("all linux high", tailor=(tailoring("all", "a", lest=1),)),
            'policy.yaml:9: rule "a": unknown parameter "lest".',
        ),
        (
            policy("all linux high", tailor=(tailoring("all", "b", least=1),)),
            'policy.yaml:9: rule "b": "least" is 1. The baseline allows 2 or more.',
        ),
        (
            policy("all linux high", tailor=(tailoring("all", "b", least=10),)),
            'policy.yaml:9: rule "b": "least" is 10. The baseline allows 9 or less.',
        ),
        (
            policy("all linux high", tailor=(tailoring("all", "b", key="z"),)),
            'policy.yaml:9: rule "b": "key" is "z". The baseline allows b, c.',
        ),
        (
            policy(
                "srv-1 linux high",
                tailor=(tailoring("all", "b", key="c"), tailoring("all", "a", key="c", least=5)),
            ),
            (
                'policy.yaml:9: rule "b": wants 1 or more for c on srv-1, but "a" wants 5 or more. '
                "Switch one of them off there, or tailor one to the other."
            ),
        ),
    ],
)
def test_mistake_is_told_with_place_and_advice(found: Policy, words: str) -> None:
    """Each mistake says where, what and what to do."""
    assert said(found) == [words]


def test_two_baseline_rules_in_conflict_are_told_at_the_second() -> None:
    """Without tailoring the place is that of the rule."""
    two = baseline("two", rule("a"), rule("b", 7, params={"key": "a", "least": 2}))
    assert said(policy("srv-1 two high", baselines=(two,)))[0].startswith(
        'b.yaml:7: rule "b": wants 2 or more for a on srv-1'
    )


def test_mistakes_leave_no_plan() -> None:
    """With a mistake that makes plans uncertain there is none, and all mistakes are told at once,
    sorted by place.
    """
    found = policy("server linx high", tailor=(tailoring("nobody", "z"),))
    made, mistakes = resolve(found, FLEET, wanted, param_mistakes, human)
    assert made == {}
    assert len(mistakes) == 4
    assert mistakes == sorted(mistakes)


@given(st.permutations(["a", "b", "c"]))
def test_the_digest_does_not_depend_on_the_order_of_rules(names: list[str]) -> None:
    """Moving rules about in a file is no change of policy."""
    one = plans(policy("srv-1 x high", baselines=(baseline("x", *map(rule, names)),)))["srv-1"]
    other = plans(policy("srv-1 x high", baselines=(baseline("x", *map(rule, sorted(names))),)))[
        "srv-1"
    ]
    assert one.digest == other.digest


@given(st.integers(2, 9), st.integers(2, 9))
def test_the_digest_changes_with_the_parameters(one: int, other: int) -> None:
    """Two plans have one digest only if they ask for the same."""
    first = plans(policy("srv-1 linux high", tailor=(tailoring("all", "b", least=one),)))["srv-1"]
    second = plans(policy("srv-1 linux high", tailor=(tailoring("all", "b", least=other),)))[
        "srv-1"
    ]
    assert (first.digest == second.digest) is (one == other)
    assert replace(first, digest="") != replace(second, digest="") or one == other


def test_hosts_alike_share_their_rules_and_no_names() -> None:
    """What is said alike of many hosts is worked out once; each plan bears its own host."""
    found = plans(policy("all linux high", tailor=(tailoring("servers", "b", least=3),)))
    assert found["srv-1"].rules is found["srv-2"].rules
    assert found["srv-1"].rules is not found["pc-1"].rules
    assert [plan.host for plan in found.values()] == list(found)
