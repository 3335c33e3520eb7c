"""A made-up fleet for measuring the store: hosts of a few images that differ as hosts of one image
do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256

from tuile.policy.condition import Equals
from tuile.policy.digest import digest
from tuile.policy.model import (
    Difference,
    Facts,
    HostResult,
    Level,
    Outcome,
    Plan,
    PlannedRule,
    Rule,
    Severity,
    Verdict,
)
from tuile.policy.text import Text

IMAGES = 8
"""Hosts of one image have the same packages, and nearly all their settings the same."""
OWN = 12
"""Rules about what no other host has: its keys, addresses, accounts."""
DEVIATIONS = 3
"""Settings in which a host differs from its image, as some others do."""
PACKAGES = 450
PASSING, NOT_APPLICABLE, TWICE = 0.55, 0.15, 0.9
"""Of all rules those that pass, those that do not apply; beyond the last, a failure has two
differences.
"""
START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
TITLE = Text(en="A rule", fr="Une règle")
LABEL = Text(en="after a reboot", fr="après redémarrage")
RUNNING = Text(en="now", fr="actuellement")
NOT_HERE = Text(
    en="not in a container: the kernel is the host's",
    fr="sans objet dans un conteneur\u00a0: le noyau est celui de l’hôte",
)
BASELINE = "linux-server 1.2.0"
HAS_BASIS = any(field.name == "basis" for field in fields(HostResult))
"""Older programs have no such field, and look at all that was found."""


@dataclass
class Fleet:
    """The hosts.

    Each of their settings has a number that tells its value; `change` gives some a new one.
    """

    hosts: int
    rules: int
    turned: dict[int, dict[int, int]] = field(default_factory=dict)
    """By host and rule: how often it was changed."""
    _verdicts: dict[tuple[int, str], Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        planned = tuple(_planned(f"rule-number-{number:03}-holds") for number in range(self.rules))
        self._plan = planned, digest([one.rule.id for one in planned])
        self._packages = [
            frozenset(
                f"package-{number}-of-{image if number % 10 == 0 else 0}"
                for number in range(PACKAGES)
            )
            for image in range(IMAGES)
        ]

    def change(self, share: float, seed: int) -> None:
        """Change a share of all settings of the fleet, at random."""
        chance = random.Random(seed)  # noqa: S311 -- no secret
        for _ in range(round(self.hosts * self.rules * share)):
            of_host = self.turned.setdefault(chance.randrange(self.hosts), {})
            rule = chance.randrange(self.rules)
            of_host[rule] = of_host.get(rule, 0) + 1

    def results(self, start: int, end: int, *, basis: bool) -> list[HostResult]:
        """Return what a run finds on some hosts now; `basis`: with the digest of what it was judged
        from.
        """
        return [self._result(number, basis=basis) for number in range(start, end)]

    def name(self, number: int) -> str:
        """Return the name of a host."""
        return f"srv-{number:05}.ght.example"

    def _result(self, number: int, *, basis: bool) -> HostResult:
        name, image = self.name(number), number % IMAGES
        planned, plan_digest = self._plan
        turned = self.turned.get(number, {})
        deviating = {
            (number * 7 + step * 101) % self.rules: number % 5 for step in range(DEVIATIONS)
        }
        verdicts = tuple(
            self._verdict(rule, _value(name, image, rule, deviating.get(rule), turned.get(rule)))
            for rule in range(self.rules)
        )
        facts = Facts(
            name,
            "debian",
            "12",
            container=False,
            packages=self._packages[image],
            root=True,
            machine_id=sha256(name.encode()).hexdigest()[:32],
            kernel="6.1.0-38-amd64",
        )
        plan = Plan(name, planned, (BASELINE,), plan_digest)
        judged = sha256(f"{name} {sorted(turned.items())}".encode()).hexdigest()
        more = {"basis": judged} if basis and HAS_BASIS else {}
        return HostResult(name, plan, facts, verdicts, **more)

    def _verdict(self, rule: int, value: str) -> Verdict:
        """Return the verdict on a rule of which this is seen, made anew where it is one host's own."""
        known = self._verdicts.get((rule, value))
        if known is None:
            known = _judged(self._plan[0][rule].rule.id, value)
            if not value.startswith("srv-"):
                self._verdicts[rule, value] = known
        return known


def _planned(name: str) -> PlannedRule:
    params = {"key": f"net.ipv4.conf.{name}", "value": "0", "compare": "equals"}
    rule = Rule(name, "sysctl", params, Level.minimal, Severity.high, TITLE, TITLE)
    return PlannedRule(rule, BASELINE)


def _value(name: str, image: int, rule: int, deviating: int | None, turned: int | None) -> str:
    """Return what tells the value of a setting from others of the same rule."""
    if turned is not None:
        return f"changed for the {turned}. time"
    if rule < OWN:
        return f"{name} has its own"
    if deviating is not None:
        return f"as {deviating} of five have it"
    return f"as image {image} has it" if rule % 5 == 0 else "as all have it"


def _judged(rule: str, value: str) -> Verdict:
    drawn = random.Random(f"{rule} {value[-20:]}").random()  # noqa: S311 -- no secret
    state = {
        "running": value,
        "configured": [value],
        "file": f"/etc/sysctl.d/60-{rule}.conf",
        "overridden": False,
    }
    if drawn < PASSING:
        return Verdict(rule, Outcome.passed, f"net.ipv4.conf.{rule}", observed=state)
    if drawn < PASSING + NOT_APPLICABLE:
        return Verdict(rule, Outcome.not_applicable, f"net.ipv4.conf.{rule}", reason=NOT_HERE)
    differences = (
        Difference(RUNNING, value, Equals("0")),
        Difference(LABEL, (value,), Equals("0")),
    )
    some = differences if drawn > TWICE else differences[:1]
    return Verdict(rule, Outcome.failed, f"net.ipv4.conf.{rule}", some, None, state)
