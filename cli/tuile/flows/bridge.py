"""The same rules under plain pytest with stock testinfra, for people who know it and for doubters."""

from __future__ import annotations

from datetime import date
from functools import partial

from testinfra.host import Host

from tuile.flows.check import look, verdict
from tuile.flows.prepare import Prepared
from tuile.hosts.facts import LOOKS, facts_from
from tuile.hosts.looks import look_once
from tuile.policy.model import Facts, PlannedRule, Verdict
from tuile.policy.traits import Traits


def facts_of(host: Host) -> Facts:
    """Return what a host of stock testinfra is.

    Raises:
        Unseen: it does not say.

    """
    return facts_from({name: look_once(ask, partial(_itself, host)) for name, ask in LOOKS.items()})


def verdict_on(host: Host, facts: Facts, planned: PlannedRule, prepared: Prepared, today: date) -> Verdict:
    """Return the verdict on one rule, looked at through a host of stock testinfra."""
    kind, params = prepared.kinds[planned.rule.kind], prepared.params(planned.rule)
    seen = look_once(partial(look, kind, params), partial(_itself, host))
    return verdict(planned, (facts, Traits()), {planned.rule.id: seen}, prepared, today)


def _itself(host: Host) -> Host:
    return host
