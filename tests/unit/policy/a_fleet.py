"""A fleet of three hosts and policies for it, made with few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tests.unit.policy.made import KIND, Params, baseline, reference, rule
from tuile.policy.condition import Condition
from tuile.policy.errors import Place
from tuile.policy.limit import Range
from tuile.policy.model import Assignment, Level, Plan, Policy, Rule, Tailoring, Waiver
from tuile.policy.plan.resolve import Fleet, resolve
from tuile.policy.text import both

FLEET = Fleet(("pc-1", "srv-1", "srv-2"), {"servers": ("srv-1", "srv-2"), "wards": ("pc-1",)})
LINUX = baseline(
    "linux",
    rule("a"),
    rule("b", range={"least": Range(min=2, max=9), "key": Range(one_of=("b", "c"))}),
)
AT = Place("policy.yaml", 9)


def wanted(found: Rule) -> tuple[str, Mapping[str, Condition]]:
    """Return what a dial wants."""
    params = Params(**found.params)
    return params.key, KIND.wanted(params)


def param_mistakes(_rule: Rule, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Return a mistake for a parameter that a dial does not have."""
    return [(f'unknown parameter "{name}"', "") for name in params if name not in {"key", "least"}]


def human(found: Rule) -> bool:
    """Return whether a person answers: where the rule's name says so."""
    return found.id.startswith("person")


def policy(*assign: str, **fields: Any) -> Policy:  # noqa: ANN401 -- any field of a policy
    """Return a policy with these assignments: "servers linux high"."""
    made = []
    for words in assign:
        to, name, level = words.split()
        made.append(Assignment(to, reference(name), Level[level], AT))
    return Policy(**{"baselines": (LINUX,), "assign": tuple(made), **fields})


# Any parameter
def tailoring(to: str, name: str, *, off: bool = False, **params: Any) -> Tailoring:  # noqa: ANN401
    """Return a tailoring."""
    return Tailoring(to, name, both("reason"), "rssi", params, off, AT)


def waiver(to: str, name: str, until: date) -> Waiver:
    """Return a waiver."""
    return Waiver(to, name, both("reason"), "owner", "approver", until, place=AT)


def plans(found: Policy) -> dict[str, Plan]:
    """Return the plans of a policy without mistakes."""
    made, mistakes = resolve(found, FLEET, wanted, param_mistakes, human)
    assert mistakes == []
    return made


def said(found: Policy) -> list[str]:
    """Return the mistakes of a policy."""
    return [str(mistake) for mistake in resolve(found, FLEET, wanted, param_mistakes, human)[1]]


def ids(plan: Plan) -> list[str]:
    """Return the ids of the rules of a plan."""
    return [planned.rule.id for planned in plan.rules]
