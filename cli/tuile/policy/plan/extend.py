"""Baselines that extend each other: found by reference, flattened, with every mistake on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tuile.policy.errors import Mistake, did_you_mean
from tuile.policy.model import Adjust, Baseline, Level, PlannedRule, Reference, Rule


@dataclass(frozen=True)
class Whole:
    """A baseline with all its rules, after extension."""

    baseline: Baseline
    rules: tuple[PlannedRule, ...]
    """By level, then by id."""


@dataclass(frozen=True)
class Linted:
    """What was validated, without a mistake; `planned` is None where no inventory was."""

    baselines: int
    rules: int
    mappings: int
    planned: int | None = None
    unplanned: int = 0


class Library:
    """The baselines at hand, by name and version."""

    def __init__(self, baselines: Iterable[Baseline]) -> None:
        self.mistakes: list[Mistake] = []
        self._by_name: dict[str, dict[str, Baseline]] = {}
        self._flat: dict[tuple[str, str], dict[str, PlannedRule]] = {}
        self._open: list[Baseline] = []
        for baseline in baselines:
            self._add(baseline)
        for baseline in self.baselines():
            self.flatten(baseline)

    def baselines(self) -> list[Baseline]:
        """Return all baselines, by name and version."""
        return [
            versions[v]
            for _, versions in sorted(self._by_name.items())
            for v in sorted(versions, key=version_key)
        ]

    def find(self, reference: Reference) -> Baseline | None:
        """Return the baseline of that name and version (no version: the newest), or None."""
        versions = self._by_name.get(reference.name, {})
        if reference.version is None and versions:
            return versions[max(versions, key=version_key)]
        return versions.get(reference.version or "")

    def rules(self, reference: Reference, level: Level) -> list[PlannedRule]:
        """Return the rules of a baseline up to a level, its parents' first; none where it is
        unknown.
        """
        baseline = self.find(reference)
        if baseline is None:
            return []
        return [
            planned for planned in self.flatten(baseline).values() if planned.rule.level <= level
        ]

    def whole(self, baseline: Baseline) -> Whole:
        """Return a baseline with all its rules."""
        return Whole(
            baseline,
            tuple(sorted(self.flatten(baseline).values(), key=lambda p: (p.rule.level, p.rule.id))),
        )

    def rule_ids(self) -> frozenset[str]:
        """Return the ids of all rules of all baselines."""
        return frozenset(rule.id for baseline in self.baselines() for rule in baseline.rules)

    def reference_mistakes(self, references: Iterable[Reference]) -> list[Mistake]:
        """Return a mistake for each reference that finds no baseline."""
        return [
            self._unknown(reference) for reference in references if self.find(reference) is None
        ]

    def flatten(self, baseline: Baseline) -> dict[str, PlannedRule]:
        """Return all rules of a baseline by id, after extension; a cycle is a mistake and is cut."""
        key = (baseline.name, baseline.version)
        if key in self._flat:
            return self._flat[key]
        if baseline in self._open:
            chain = " → ".join(
                b.name for b in [*self._open[self._open.index(baseline) :], baseline]
            )
            self.mistakes.append(
                Mistake(
                    baseline.place,
                    f"baselines extend each other in a circle: {chain}",
                    "Remove one of these `extends`.",
                )
            )
            return {}
        self._open.append(baseline)
        rules: dict[str, PlannedRule] = {}
        for reference in baseline.extends:
            rules.update(self._parent(reference))
        self._take_out(baseline, rules)
        for adjust in baseline.adjust:
            self._adjust(baseline, adjust, rules)
        for rule in baseline.rules:
            self._add_rule(baseline, rule, rules)
        self._open.pop()
        self._flat[key] = rules
        return rules

    def _add(self, baseline: Baseline) -> None:
        versions = self._by_name.setdefault(baseline.name, {})
        other = versions.setdefault(baseline.version, baseline)
        if other is not baseline:
            what = f'baseline "{baseline.label}" is also in {other.place}'
            self.mistakes.append(
                Mistake(baseline.place, what, "Give one of them another name or version.")
            )

    def _parent(self, reference: Reference) -> Mapping[str, PlannedRule]:
        parent = self.find(reference)
        if parent is None:
            self.mistakes.append(self._unknown(reference))
            return {}
        return self.flatten(parent)

    def _take_out(self, baseline: Baseline, rules: dict[str, PlannedRule]) -> None:
        for rule, place in baseline.without.items():
            if rules.pop(rule, None) is None:
                self.mistakes.append(
                    Mistake(
                        place,
                        f'`without` names "{rule}", which no extended baseline has',
                        did_you_mean(rule, rules),
                    )
                )

    def _adjust(self, baseline: Baseline, adjust: Adjust, rules: dict[str, PlannedRule]) -> None:
        planned = rules.get(adjust.rule)
        if planned is None:
            what = f'`adjust` names "{adjust.rule}", which no extended baseline has'
            self.mistakes.append(Mistake(adjust.place, what, did_you_mean(adjust.rule, rules)))
            return
        rule = planned.rule
        rules[adjust.rule] = PlannedRule(
            replace(
                rule,
                params={**rule.params, **adjust.params},
                level=adjust.level or rule.level,
                severity=adjust.severity or rule.severity,
                range={**rule.range, **adjust.range},
                place=adjust.place,
            ),
            baseline.label,
        )

    def _add_rule(self, baseline: Baseline, rule: Rule, rules: dict[str, PlannedRule]) -> None:
        other = rules.get(rule.id)
        if other is not None:
            advice = (
                f"It is first given in {other.rule.place}. Rename it, or change the inherited one"
                " under `adjust`."
            )
            self.mistakes.append(Mistake(rule.place, "duplicate id", advice, rule.id))
            return
        rules[rule.id] = PlannedRule(rule, baseline.label)

    def _unknown(self, reference: Reference) -> Mistake:
        versions = self._by_name.get(reference.name)
        if versions:
            advice = f"Here there is {', '.join(sorted(versions, key=version_key))}."
            return Mistake(
                reference.place,
                f'no version "{reference.version}" of baseline "{reference.name}"',
                advice,
            )
        return Mistake(
            reference.place,
            f'unknown baseline "{reference}"',
            did_you_mean(reference.name, self._by_name),
        )


def version_key(version: str) -> tuple[int, ...]:
    """Return what versions sort by: "1.10.0" is newer than "1.9.0"."""
    return tuple(int(part) for part in version.split("."))
