"""The same rules under plain pytest with stock testinfra, for people who know it and for doubters."""

from __future__ import annotations

from datetime import date
from functools import partial

from testinfra.host import Host

from tuile.jobs.check import look, verdict
from tuile.platforms.linux.facts import LOOKS, facts_from
from tuile.platforms.posix_shell.probes import look_once
from tuile.policy.model import Facts, PlannedRule, Verdict
from tuile.policy.traits import Traits
from tuile.workspace.prepare import Workspace


def facts_of(host: Host) -> Facts:
    """Return what a host of stock testinfra is.

    Raises:
        Unseen: it does not say.

    """
    return facts_from({name: look_once(ask, partial(_itself, host)) for name, ask in LOOKS.items()})


def verdict_on(
    host: Host, facts: Facts, planned: PlannedRule, workspace: Workspace, today: date
) -> Verdict:
    """Return the verdict on one rule, looked at through a host of stock testinfra."""
    kind, params = workspace.kinds[planned.rule.kind], workspace.params(planned.rule)
    seen = look_once(partial(look, kind, params), partial(_itself, host))
    return verdict(planned, (facts, Traits()), {planned.rule.id: seen}, workspace, today)


def _itself(host: Host) -> Host:
    return host
