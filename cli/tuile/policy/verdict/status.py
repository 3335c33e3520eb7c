"""Whether a host is compliant, and the exit code that a fleet comes to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tuile.policy.change.outcome import HostApplied, Result
from tuile.policy.change.preview import HostPreview
from tuile.policy.change.undo import HostUndo
from tuile.policy.errors import COMPLIANT, COULD_NOT_TELL, NOT_COMPLIANT
from tuile.policy.history.compare import Change
from tuile.policy.history.reboots import Reboots
from tuile.policy.model import HostResult, Outcome
from tuile.policy.rollout.state import LATER, Phase, Rollout, Step

_UNMET = frozenset({Outcome.failed, Outcome.pending})
_NOT_MET = (Result.pending, Result.still_failing, Result.left, Result.uncovered)


class Status(StrEnum):
    """What one host came to in a run."""

    compliant = "compliant"
    not_compliant = "not_compliant"
    with_errors = "with_errors"
    not_reached = "not_reached"


def status(result: HostResult) -> Status:
    """Return what a host came to; waived and not applicable rules are compliant, a pending one is
    not yet.

    A failure outweighs an error. A rule of the plan without a verdict, and a host for which nothing
    at all was judged, count as errors: silence is never compliance.
    """
    if not result.reached:
        return Status.not_reached
    if result.count(Outcome.failed) or result.count(Outcome.pending):
        return Status.not_compliant
    if result.count(Outcome.error) or not result.verdicts or unjudged(result):
        return Status.with_errors
    return Status.compliant


def unjudged(result: HostResult) -> tuple[str, ...]:
    """Return the ids of the rules of the plan that have no verdict, in the order of the plan."""
    judged = {verdict.rule for verdict in result.verdicts}
    return tuple(planned.rule.id for planned in result.plan.rules if planned.rule.id not in judged)


def exit_code(results: Iterable[HostResult]) -> int:
    """Return 0 where every host is compliant, 1 where one is not, 3 where none fails but not all
    could be told.

    A failure that was seen is certain, so 1 beats 3: `not compliant` stays true whatever the others
    would have shown. No host at all is 3: nothing was looked at.
    """
    found = {status(result) for result in results}
    if Status.not_compliant in found:
        return NOT_COMPLIANT
    return COMPLIANT if found == {Status.compliant} else COULD_NOT_TELL


def exit_code_of_diff(hosts: Iterable[HostPreview]) -> int:
    """Return 0 where no rule fails or is pending, 1 where one does, whether it can be put right or
    not, else 3.
    """
    code = COMPLIANT
    for host in hosts:
        if host.rules or host.blocked or host.pending:
            return NOT_COMPLIANT
        if not host.nothing_to_do:
            code = COULD_NOT_TELL
    return code


def exit_code_of_apply(hosts: Iterable[HostApplied]) -> int:
    """Return 0 where all is put right, 1 where a rule fails or is pending afterwards or a host was
    refused, else 3.

    Hosts on which nothing had to be done are compliant. 3: a host was not reached, or a rule could
    not be looked at.
    """
    code = COMPLIANT
    for host in hosts:
        if host.refused or host.broken or any(map(host.count, _NOT_MET)):
            return NOT_COMPLIANT
        if host.not_reached or host.failures or host.count(Result.unknown):
            code = COULD_NOT_TELL
    return code


def exit_code_of_undo(hosts: Iterable[HostUndo], *, over: bool) -> int:
    """Return 0 where all is undone, 1 where something was left or did not go back, 3 where nobody
    looked again.

    Where all is as it was before already there is nothing to do, and nothing wrong.
    """
    found = [host for host in hosts if not host.already]
    if any(not host.done or host.trouble for host in found) or (
        any(host.meanwhile for host in found) and not over
    ):
        return NOT_COMPLIANT
    return COULD_NOT_TELL if any(host.failing is None for host in found) else COMPLIANT


def exit_code_of_drift(changes: Iterable[Change], *, seen: bool) -> int:
    """Return 1 where a change seen on a host is for the worse, 3 where less is known than before,
    else 0.

    `seen`: whether any run ever looked at the hosts; without one nothing can be told. What fails as
    it did before is no drift.
    """
    worse = [change for change in changes if change.worse]
    if any(change.after is not None and change.after.outcome in _UNMET for change in worse):
        return NOT_COMPLIANT
    return COMPLIANT if seen and not worse else COULD_NOT_TELL


def exit_code_of_reboots(report: Reboots) -> int:
    """Return 1 where a host needs a reboot, 3 where none is known to but not all were reached, else
    0.
    """
    if report.needed:
        return NOT_COMPLIANT
    return COULD_NOT_TELL if report.unsure or not report.hosts else COMPLIANT


def exit_code_of_rollout(rollout: Rollout) -> int:
    """Return 1 where a host failed or the rollout is stopped, 3 where hosts are still to be caught
    up, else 0.
    """
    if rollout.phase is Phase.stopped or any(
        member.step is Step.failed for member in rollout.members.values()
    ):
        return NOT_COMPLIANT
    unseen = (*LATER, Step.applying)
    return (
        COULD_NOT_TELL
        if any(member.step in unseen for member in rollout.members.values())
        else COMPLIANT
    )
