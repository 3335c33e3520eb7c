"""Results made up for tests: plans, verdicts and hosts in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

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

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
LABEL = Text(en="after a reboot", fr="après redémarrage")
TITLE = Text(en="A rule", fr="Une règle")
FACTS = Facts(
    "srv-pacs-01",
    "debian",
    "12",
    container=False,
    packages=frozenset({"openssh-server"}),
    root=True,
)
SAID = {
    Outcome.error: Text(en="permission denied", fr="permission refusée"),
    Outcome.not_applicable: Text(en="no such key", fr="clé absente"),
    Outcome.waived: Text(en="until the kiosk arrives", fr="jusqu'à l'arrivée de la borne"),
}


def at(hours: float) -> datetime:
    """Return a time, in hours after the first run."""
    return START + timedelta(hours=hours)


def plan(host: str, rules: Mapping[str, str], baseline: str = "linux-server 1.0.0") -> Plan:
    """Return a plan of sysctl rules: wanted values by rule id."""
    planned = tuple(
        PlannedRule(
            Rule(
                rule,
                "sysctl",
                {"key": rule, "value": value},
                Level.minimal,
                Severity.high,
                TITLE,
                TITLE,
            ),
            baseline,
        )
        for rule, value in rules.items()
    )
    return Plan(host, planned, (baseline,), digest([sorted(rules.items()), baseline]))


def verdict(rule: str, outcome: Outcome, observed: str = "1", wanted: str = "0") -> Verdict:
    """Return a verdict as the judge would make it."""
    seen = outcome in {Outcome.passed, Outcome.failed, Outcome.waived}
    differs = outcome in {Outcome.failed, Outcome.waived}
    differences = (Difference(LABEL, observed, Equals(wanted)),) if differs else ()
    return Verdict(
        rule, outcome, rule, differences, SAID.get(outcome), {"running": observed} if seen else None
    )


def result(
    host: str,
    outcomes: Mapping[str, Outcome],
    *,
    observed: str = "1",
    baseline: str = "linux-server 1.0.0",
) -> HostResult:
    """Return the result of a host that was reached."""
    wanted = dict.fromkeys(outcomes, "0")
    verdicts = tuple(verdict(rule, outcome, observed) for rule, outcome in outcomes.items())
    return HostResult(host, plan(host, wanted, baseline), FACTS, verdicts)


def missed(host: str, why: str = "no answer for 8 s") -> HostResult:
    """Return the result of a host that was not reached."""
    words = Text(en=why, fr="pas de réponse depuis 8 s")
    return HostResult(host, plan(host, {"forwarding-disabled": "0"}), not_reached=words)
