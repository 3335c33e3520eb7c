"""Checks hosts and says, from what was seen, what putting them right would change."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from testinfra.host import Host

from tuile.jobs import access
from tuile.jobs.check import CheckContext, Seen, observe
from tuile.platforms.interface import Probe
from tuile.platforms.linux.file_reader import FileSeen, read_file
from tuile.policy.change import safety
from tuile.policy.change.fix import Fix, Remediation
from tuile.policy.change.preview import HostPreview
from tuile.policy.change.remediation import Files, failing, preview, remediation
from tuile.policy.change.resource import computed
from tuile.policy.errors import Unseen, Usage, did_you_mean
from tuile.policy.kind import Resources
from tuile.policy.model import HostResult, Outcome, Plan
from tuile.policy.text import Text
from tuile.workspace.prepare import Workspace

FILE = "file:"
"""What the key of a look at a file begins with; rule ids have no colon."""
ALONG = "along:"
"""What the key of a look at what comes along with a rule begins with."""


@dataclass(frozen=True)
class HostDiff:
    """One host: what is, what is to be done, and the files as they were read."""

    result: HostResult
    todo: Remediation
    files: Mapping[str, FileSeen]
    safety: Text | None = None
    """When the host may be changed, in words; None where the policy does not restrict it."""

    @property
    def preview(self) -> HostPreview:
        """Return what is shown of it."""
        unseen, pending = self._rules(Outcome.error), self._rules(Outcome.pending)
        shown = replace(preview(self.todo), unseen=unseen, pending=pending, safety=self.safety)
        return replace(shown, not_reached=self.result.not_reached, host_keys=self.result.host_keys)

    def _rules(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(verdict.rule for verdict in self.result.verdicts if verdict.outcome is outcome)


def diff(
    workspace: Workspace,
    check_context: CheckContext,
    rules: Iterable[str] = (),
    *,
    irreversible: bool = True,
) -> Iterator[HostDiff]:
    """Check all hosts and yield, for each, what an apply would do; `rules` limits it to those.

    `irreversible`: whether what no undo can take back is done as well, or left.

    Raises:
        Usage: one of `rules` is in no plan.

    """
    only = frozenset(rules)
    known = {planned.rule.id for plan in workspace.plans.values() for planned in plan.rules}
    for unknown in sorted(only - known):
        advice = did_you_mean(unknown, known)
        raise Usage(f'--rule: no plan of these hosts has a rule "{unknown}". {advice}'.strip())
    for seen in observe(workspace, check_context, lambda plan: looks_ahead(plan, workspace, only)):
        fixes = failing(
            seen.result, workspace.kinds, lambda planned: workspace.params(planned.rule)
        )
        login = access.login(
            workspace.targets[seen.result.host], workspace.targets, seen.extra.get(access.GROUPS)
        )
        chosen = [
            replace(_foreseen(fix, seen), login=login)
            for fix in fixes
            if not only or fix.planned.rule.id in only
        ]
        read, texts = _files(seen)
        todo = remediation(seen.result.host, chosen, texts, irreversible=irreversible)
        yield HostDiff(
            seen.result, todo, read, safety.said(seen.result.plan.traits, check_context.now)
        )


def looks_ahead(plan: Plan, workspace: Workspace, only: Container[str]) -> dict[str, Probe]:
    """Return looks at what an apply of this plan may change: part of the one gathering of a check."""
    return {
        **_file_looks(plan, workspace),
        **_along_looks(plan, workspace, only),
        **_group_look(plan, workspace),
    }


def _file_looks(plan: Plan, workspace: Workspace) -> dict[str, Probe]:
    paths = {
        path
        for planned in plan.rules
        if (kind := workspace.kinds[planned.rule.kind]).edit is not None
        for path in computed(kind.touches(workspace.params(planned.rule)))
    }
    return {f"{FILE}{path}": partial(read_file, path=path) for path in sorted(paths)}


def _along_looks(plan: Plan, workspace: Workspace, only: Container[str]) -> dict[str, Probe]:
    return {
        f"{ALONG}{planned.rule.id}": partial(_along, foresee, workspace.params(planned.rule))
        for planned in plan.rules
        if (foresee := workspace.kinds[planned.rule.kind].foresee)
        and (not only or planned.rule.id in only)
    }


def _group_look(plan: Plan, workspace: Workspace) -> dict[str, Probe]:
    """Return the look at the groups of who logs in, where a rule may be about them."""
    user = access.user_of(workspace.targets[plan.host]) if plan.host in workspace.targets else None
    if user is None or not any(
        workspace.kinds[planned.rule.kind].shuts_out for planned in plan.rules
    ):
        return {}
    return {access.GROUPS: partial(access.groups, user=user)}


# Of a kind
def _along(foresee: Callable[[Host, Any], Resources], params: Any, host: Host) -> Resources:  # noqa: ANN401
    return foresee(host, params)


def _foreseen(fix: Fix, seen: Seen) -> Fix:
    along = seen.extra.get(f"{ALONG}{fix.planned.rule.id}")
    return fix if along is None else replace(fix, along=along)


def _files(seen: Seen) -> tuple[dict[str, FileSeen], Files]:
    """Return the files that were read, and the text of each that was looked at."""
    files = {
        key.removeprefix(FILE): value for key, value in seen.extra.items() if key.startswith(FILE)
    }
    read = {path: value for path, value in files.items() if isinstance(value, FileSeen)}
    return read, _texts(files)


def _texts(files: Mapping[str, FileSeen | Exception]) -> Files:
    return {path: _text(path, value) for path, value in files.items()}


def _text(path: str, value: FileSeen | Exception) -> str | Unseen | None:
    if not isinstance(value, FileSeen):
        return Unseen(f"{path} could not be read: {value}", f"{path} n'a pas pu être lu : {value}")
    return None if value.data is None else value.data.decode("utf-8", "surrogateescape")
