"""What a tailoring may not do: change a sealed rule, or leave what a baseline or a group allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tuile.policy.errors import Mistake, did_you_mean
from tuile.policy.limit import Limit, Range
from tuile.policy.model import Policy, Rule, Tailoring
from tuile.policy.plan.extend import Library

ParamMistakes = Callable[[Rule, Mapping[str, Any]], Iterable[tuple[str, str]]]
"""What is wrong with the parameters of a rule, as (what, advice)."""


def tailoring_mistakes(
    policy: Policy, library: Library, param_mistakes: ParamMistakes
) -> list[Mistake]:
    """Return what is wrong with each tailoring, whatever the hosts: its parameters, their range, a
    seal.
    """
    rules = {
        planned.rule.id: planned.rule
        for b in library.baselines()
        for planned in library.flatten(b).values()
    }
    found: list[Mistake] = []
    for tailoring in policy.tailor:
        rule = rules.get(tailoring.rule)
        if rule is None:
            continue
        if rule.id in policy.seal:
            advice = f"It is sealed in {policy.seal[rule.id]}: ask those who keep that file."
            found.append(
                Mistake(tailoring.place, "a sealed rule cannot be tailored", advice, rule.id)
            )
        wrong = [*param_mistakes(rule, tailoring.params), *_out_of_range(rule, tailoring)]
        found += [Mistake(tailoring.place, what, advice, rule.id) for what, advice in wrong]
    return found


def limit_mistakes(
    rule: Rule, tailorings: Sequence[Tailoring], limits: Iterable[Limit]
) -> Iterator[Mistake]:
    """Yield how a rule, as it is tailored on one host, goes beyond the limits that hold there, and
    who set them.
    """
    values = dict(rule.params)
    for tailoring in tailorings:
        values |= tailoring.params
    for limit in limits:
        if tailorings and tailorings[-1].off:
            advice = f"{limit.by} limits it in {limit.place}: ask there."
            yield Mistake(
                tailorings[-1].place, "a limited rule cannot be switched off", advice, rule.id
            )
            continue
        for name, allowed in limit.params.items():
            if name not in values:
                advice = did_you_mean(name, values) or "Tailor it to a value within the limit."
                yield Mistake(limit.place, f'no "{name}" is given to limit', advice, rule.id)
            elif words := beyond(allowed, values[name]):
                at = next(
                    (one.place for one in reversed(tailorings) if name in one.params), limit.place
                )
                advice = f"{limit.by} allows {words}, in {limit.place}."
                yield Mistake(at, f'"{name}" is {_shown(values[name])}', advice, rule.id)


def beyond(allowed: Range, value: Any) -> str:  # noqa: ANN401 -- any parameter
    """Return what is allowed, in words, where a value is not; else "".

    A text that is a whole number counts as one.
    """
    if allowed.one_of is not None:
        chosen = value if isinstance(value, list | tuple) else (value,)
        return (
            ""
            if all(item in allowed.one_of for item in chosen)
            else ", ".join(map(str, allowed.one_of))
        )
    number = _number(value)
    if allowed.min is not None and (number is None or number < allowed.min):
        return f"{allowed.min} or more"
    if allowed.max is not None and (number is None or number > allowed.max):
        return f"{allowed.max} or less"
    return ""


def _out_of_range(rule: Rule, tailoring: Tailoring) -> Iterator[tuple[str, str]]:
    for name, value in tailoring.params.items():
        words = beyond(rule.range[name], value) if name in rule.range else ""
        if words:
            yield f'"{name}" is {_shown(value)}', f"The baseline allows {words}."


def _number(value: Any) -> int | None:  # noqa: ANN401 -- any parameter
    try:
        return None if isinstance(value, bool) else int(value)
    except (TypeError, ValueError):
        return None


def _shown(value: Any) -> str:  # noqa: ANN401 -- any parameter
    return f'"{value}"' if isinstance(value, str) else str(value)
