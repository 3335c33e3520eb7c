"""How one host of an apply is to end: confirmed, put back in part, or put back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tuile.engines.interface import EngineResult
from tuile.jobs.diff import HostDiff
from tuile.platforms.linux import guard
from tuile.policy.change.pre_image import (
    Ending,
    GuardOutcome,
    failed_fixes,
    is_risky,
    resources_only_of,
)
from tuile.policy.kind import Resources
from tuile.policy.model import HostResult
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host


@dataclass(frozen=True)
class PlannedEnding:
    """How one host is to end: all of it put back, these things only, or nothing; and why."""

    whole: bool = False
    resources: Resources = ()
    why: Text | None = None

    @classmethod
    def of(cls, diff: HostDiff, outcome: EngineResult | None, after: HostResult) -> PlannedEnding:
        """Return how a host ends after what the engine said of it, and what the check after it saw.

        An engine that was lost, or a rule that may cost the way in and failed, leaves nobody knows
        what: all of it goes back. What failed otherwise goes back alone: of a kind that failed, the
        rules that do not hold.
        """
        failures = outcome.failures if outcome else {"": "the engine said nothing"}
        if "" in failures:
            return cls(
                whole=True, why=Text("the engine did not finish", "le moteur n’a pas terminé")
            )
        failed = failed_fixes(
            [kind for kind in diff.todo.kinds if kind.kind.slug in failures], after
        )
        if risky := sorted(fix.planned.rule.id for fix in failed if is_risky(fix)):
            names = ", ".join(risky)
            return cls(
                whole=True,
                why=Text(f"{names} could not be put right", f"échec de la correction : {names}"),
            )
        return cls(resources=resources_only_of(failed, diff.todo.kinds))

    def go(self, host: Host, waiting: GuardOutcome) -> GuardOutcome:
        """Have the host that is waiting do so; return how it ended."""
        if self.whole:
            return replace(
                waiting, ending=Ending.put_back, trouble=guard.roll_back(host, waiting.id).trouble
            )
        if self.resources:
            guard.roll_back(host, waiting.id, self.resources)
        return replace(waiting, ending=Ending.confirmed, after=guard.confirm(host, waiting.id))
