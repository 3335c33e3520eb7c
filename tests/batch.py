"""Plays scenarios on real hosts, several at once: each on one host for Ansible and on a twin for pyinfra."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.foreseen import broken_promises, unforeseen
from tests.lab import LabHost
from tests.scenario import Scenario, plan_for
from tests.witness import between, witness
from tuile.catalog import Kinds
from tuile.engines import engine
from tuile.gather import run_probes
from tuile.jobs import apply as flow
from tuile.jobs.check import CheckContext, check
from tuile.jobs.diff import HostDiff, diff
from tuile.jobs.guarded_apply import ApplyOptions, GuardedResult, guarded_apply
from tuile.platforms.linux import guard
from tuile.policy.change.outcome import HostApplied
from tuile.policy.change.pre_image import Ending
from tuile.policy.model import HostResult, Outcome, Verdict
from tuile.workspace.inventory.variables import target
from tuile.workspace.prepare import Workspace

T = TypeVar("T")
ENGINES = ("ansible", "pyinfra")
AT_ONCE = 6
"""Hosts on which the witness and the scripts are at work at the same time."""
WATCH = CheckContext(datetime(2026, 1, 1, tzinfo=UTC))


@dataclass
class Played:
    """What became of one scenario on its two hosts, in the order of ENGINES."""

    workspace: list[str] = field(default_factory=list)
    """What the script said where it failed."""
    first: list[Verdict] = field(default_factory=list)
    failures: list[Mapping[str, str]] = field(default_factory=list)
    after: list[Verdict] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Digest, type, mode and owner of all that the rule touches, after the apply."""
    unforeseen: list[list[str]] = field(default_factory=list)
    """What the apply changed and the preview had not said, and files that are not what it had shown."""
    again: list[Mapping[str, str]] = field(default_factory=list)
    files_again: list[str] = field(default_factory=list)
    left_to_do: list[bool] = field(default_factory=list)
    endings: list[Ending | None] = field(default_factory=list)
    """How the guard of the host ended."""
    undone: list[Verdict] = field(default_factory=list)
    """The verdict after the undo."""
    left_behind: list[list[str]] = field(default_factory=list)
    """What differs between the host as it was before the apply and as it is after the undo."""


def play(scenarios: Sequence[Scenario], hosts: Sequence[LabHost], logs: Path) -> dict[str, Played]:
    """Play scenarios, each on two of the hosts, and return what became of each by name."""
    pairs = {s.name: (hosts[2 * n], hosts[2 * n + 1]) for n, s in enumerate(scenarios)}
    found = {scenario.name: Played() for scenario in scenarios}
    used = [host for pair in pairs.values() for host in pair]
    scripts = {host.name: scenario for scenario in scenarios for host in pairs[scenario.name]}
    ready = _at_once(used, lambda host: _prepare(scripts[host.name], host))
    for name, pair in pairs.items():
        found[name].workspace = [ready[host.name] for host in pair]
    setup = Workspace(
        targets={h.name: target(h.name, {**h.inventory_vars(), "ansible_become": True}, ()) for h in used},
        plans={h.name: plan_for(s, h.name) for s in scenarios for h in pairs[s.name]},
        kinds=Kinds(),
    )
    todo = {seen.result.host: seen for seen in diff(setup, WATCH)}
    for name, pair in pairs.items():
        found[name].first = [_verdict(todo[host.name].result) for host in pair]
    broken = [s for s in scenarios if s.repairable and all(v.outcome is Outcome.failed for v in found[s.name].first)]
    _put_right(broken, pairs, setup, todo, found, logs)
    return found


def _put_right(
    broken: Iterable[Scenario],
    pairs: Mapping[str, tuple[LabHost, LabHost]],
    setup: Workspace,
    todo: Mapping[str, HostDiff],
    found: Mapping[str, Played],
    logs: Path,
) -> None:
    names = [scenario.name for scenario in broken]
    used = [host for name in names for host in pairs[name]]
    before = _at_once(used, lambda host: _witness(host, setup))
    carried = _carry_out([todo[host.name] for host in used], pairs, setup, logs)
    surprises = _at_once(used, lambda host: _surprises(host, todo[host.name], before[host.name], setup))
    after = {result.host: result for result in check(setup, WATCH)}
    files = _at_once(used, lambda host: _files(host, todo[host.name]))
    again = _apply([todo[host.name] for host in used], pairs, setup, logs)
    files_again = _at_once(used, lambda host: _files(host, todo[host.name]))
    left = {seen.result.host: bool(seen.todo.kinds) for seen in diff(setup, WATCH)}
    for name in names:
        hosts = [host.name for host in pairs[name]]
        found[name].unforeseen = [surprises[host] for host in hosts]
        found[name].failures = [carried[host].failures for host in hosts]
        found[name].endings = [guarded.ending if (guarded := carried[host].guarded) else None for host in hosts]
        found[name].after = [_verdict(after[host]) for host in hosts]
        found[name].files = [files[host] for host in hosts]
        found[name].again = [again[host] for host in hosts]
        found[name].files_again = [files_again[host] for host in hosts]
        found[name].left_to_do = [left[host] for host in hosts]
    _undo({name: pairs[name] for name in names}, carried, setup, before, found)


def _carry_out(
    todo: Sequence[HostDiff], pairs: Mapping[str, tuple[LabHost, LabHost]], setup: Workspace, logs: Path
) -> dict[str, HostApplied]:
    """Let each engine put right its hosts, guarded, both at the same time."""

    def carry(name: str) -> list[GuardedResult]:
        order = ApplyOptions(engine(name), logs, WATCH, irreversible=True)
        return list(guarded_apply(_of_engine(name, todo, pairs), setup, order))

    with ThreadPoolExecutor(len(ENGINES)) as pool:
        return {one.applied.host: one.applied for found in pool.map(carry, ENGINES) for one in found}


def _undo(
    pairs: Mapping[str, tuple[LabHost, LabHost]],
    carried: Mapping[str, HostApplied],
    setup: Workspace,
    before: Mapping[str, list[str]],
    found: Mapping[str, Played],
) -> None:
    jobs = [
        (setup.targets[host.name], {"": partial(guard.undo, kept=guarded.id)})
        for pair in pairs.values()
        for host in pair
        if (guarded := carried[host.name].guarded)
    ]
    for sight in run_probes(jobs, replace(WATCH.limits, silence=300)):
        assert sight.seen[""] is None, (sight.host, sight.seen[""])
    undone = {result.host: result for result in check(setup, WATCH)}
    left = _at_once(
        [host for pair in pairs.values() for host in pair],
        lambda host: between(before[host.name], _witness(host, setup)),
    )
    for name, pair in pairs.items():
        found[name].undone = [_verdict(undone[host.name]) for host in pair]
        found[name].left_behind = [left[host.name] for host in pair]


def _at_once(hosts: Sequence[LabHost], work: Callable[[LabHost], T]) -> dict[str, T]:
    """Do this on several hosts at the same time, and return what came of it by their names."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip([host.name for host in hosts], pool.map(work, hosts), strict=True))


def _witness(host: LabHost, setup: Workspace) -> list[str]:
    (planned,) = setup.plans[host.name].rules
    touches = setup.kinds[planned.rule.kind].touches(setup.params(planned.rule))
    return witness(host, (*touches.units, *touches.reloads))


def _surprises(host: LabHost, todo: HostDiff, before: list[str], setup: Workspace) -> list[str]:
    changed = between(before, _witness(host, setup))
    return [*unforeseen(todo.preview, changed, host), *broken_promises(todo.preview, host)]


def _of_engine(name: str, todo: Sequence[HostDiff], pairs: Mapping[str, tuple[LabHost, LabHost]]) -> list[HostDiff]:
    hosts = {pair[ENGINES.index(name)].name for pair in pairs.values()}
    return [diff for diff in todo if diff.result.host in hosts]


def _apply(
    todo: Sequence[HostDiff], pairs: Mapping[str, tuple[LabHost, LabHost]], setup: Workspace, logs: Path
) -> dict[str, Mapping[str, str]]:
    """Let each engine put right its hosts once more, both at the same time, with what was found at first."""
    with ThreadPoolExecutor(len(ENGINES)) as pool:
        done = pool.map(lambda name: flow.apply(_of_engine(name, todo, pairs), setup, engine(name), logs), ENGINES)
    return {host: outcome.failures for outcomes in done for host, outcome in outcomes.items()}


def _prepare(scenario: Scenario, host: LabHost) -> str:
    host.reset()
    done = host.run(f"set -e\n{scenario.path.read_text(encoding='utf-8')}")
    return f"{done.returncode}: {done.stderr}" if done.returncode else ""


def _verdict(result: HostResult) -> Verdict:
    assert result.reached, (result.host, result.not_reached)
    (only,) = result.verdicts
    return only


def _files(host: LabHost, todo: HostDiff) -> str:
    """Return the digest, type, mode and owner of all files that putting the host right touches."""
    paths = {path for kind in todo.todo.kinds for fix in kind.fixes for path in fix.touches.files}
    quoted = [f"'{path}'" for path in sorted(paths) if "'" not in path]
    listing = [f"stat -L -c '%n %F %a %U %G' {path}; sha256sum {path} 2>&1" for path in quoted]
    return host.run("; ".join(listing) or "true").stdout
