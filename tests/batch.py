"""Plays packs of scenarios on real hosts, several at once: one host for Ansible, and a twin for
pyinfra.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

from tests.foreseen import broken_promises, unforeseen
from tests.lab import LabHost
from tests.pack import Pack
from tests.scenario import Scenario, plan_for
from tests.witness import between, witness
from tuile.catalog import Kinds
from tuile.engines import engine
from tuile.gather import run_probes
from tuile.jobs import apply as flow
from tuile.jobs.check import CheckContext, check
from tuile.jobs.diff import HostDiff, diff
from tuile.jobs.guarded_apply import ApplyOptions, GuardedResult, guarded_apply
from tuile.platforms.interface import Limits
from tuile.platforms.linux import guard
from tuile.platforms.linux.resources.unit import RELOAD, UNIT
from tuile.policy.change.fix import Fix
from tuile.policy.change.outcome import HostApplied
from tuile.policy.change.pre_image import Ending
from tuile.policy.change.resource import computed, untouched
from tuile.policy.model import HostResult, Outcome, Verdict
from tuile.workspace.inventory.variables import target
from tuile.workspace.prepare import Workspace

T = TypeVar("T")
ENGINES = ("ansible", "pyinfra")
AT_ONCE = 6
"""Hosts on which the witness and the scripts are at work at the same time."""
WATCH = CheckContext(datetime(2026, 1, 1, tzinfo=UTC), Limits(connect=60, silence=120, total=900))
"""With patience: other tests are at work on the same machine."""


@dataclass
class Played:
    """What became of one scenario on each host of its pack, in the order of ENGINES."""

    prepared: list[str] = field(default_factory=list)
    """What the script said where it failed."""
    first: list[Verdict] = field(default_factory=list)
    failures: list[Mapping[str, str]] = field(default_factory=list)
    after: list[Verdict] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Digest, type, mode and owner of all that the rule touches, after the apply."""
    unforeseen: list[list[str]] = field(default_factory=list)
    """What the apply of the pack changed and the preview had not said, and files that are not what
    it had shown.
    """
    again: list[Mapping[str, str]] = field(default_factory=list)
    files_again: list[str] = field(default_factory=list)
    left_to_do: list[bool] = field(default_factory=list)
    endings: list[Ending | None] = field(default_factory=list)
    """How the guard of the host ended."""
    undone: list[Verdict] = field(default_factory=list)
    """The verdict after the undo."""
    left_behind: list[list[str]] = field(default_factory=list)
    """What differs between the host as it was before the apply and as it is after the undo."""


@dataclass(frozen=True)
class Stand:
    """A pack and its hosts: a pair, one for each of ENGINES, or one where no engine is at work."""

    pack: Pack
    hosts: tuple[LabHost, ...]


@dataclass(frozen=True)
class Stage:
    """The stands of one play, and what the program is told of their hosts."""

    stands: tuple[Stand, ...]
    setup: Workspace
    logs: Path

    @classmethod
    def of(cls, stands: Iterable[Stand], logs: Path) -> Self:
        """Return the stage with a plan for each host: the rules of its pack."""
        chosen = tuple(stands)
        by_host = {host.name: (host, stand.pack) for stand in chosen for host in stand.hosts}
        setup = Workspace(
            targets={
                name: target(name, {**host.inventory_vars(), "ansible_become": True}, ())
                for name, (host, _) in by_host.items()
            },
            plans={name: plan_for(pack.scenarios, name) for name, (_, pack) in by_host.items()},
            kinds=Kinds(),
        )
        return cls(chosen, setup, logs)

    @property
    def hosts(self) -> list[LabHost]:
        """Return all hosts."""
        return [host for stand in self.stands for host in stand.hosts]

    def only(self, names: Iterable[str]) -> Stage:
        """Return the stage with the stands of these hosts only."""
        chosen = frozenset(names)
        stands = tuple(stand for stand in self.stands if stand.hosts[0].name in chosen)
        hosts = {host.name for stand in stands for host in stand.hosts}
        plans = {name: plan for name, plan in self.setup.plans.items() if name in hosts}
        return Stage(stands, replace(self.setup, plans=plans), self.logs)


def hosts_for(pack: Pack) -> int:
    """Return how many hosts a pack is played on."""
    return len(ENGINES) if pack.repaired else 1


def play(packs: Sequence[Pack], hosts: Sequence[LabHost], logs: Path) -> dict[str, Played]:
    """Play packs, each on hosts of its own, and return what became of each scenario by name."""
    free = iter(hosts)
    stage = Stage.of([Stand(pack, tuple(islice(free, hosts_for(pack)))) for pack in packs], logs)
    packed = {host.name: stand.pack for stand in stage.stands for host in stand.hosts}
    said = _at_once(stage.hosts, lambda host: _prepare(packed[host.name], host))
    todo = {seen.result.host: seen for seen in diff(stage.setup, WATCH)}
    found: dict[str, Played] = {}
    for stand in stage.stands:
        for scenario in stand.pack.scenarios:
            found[scenario.name] = Played(
                prepared=[said[host.name].get(scenario.name, "") for host in stand.hosts],
                first=[_verdict(todo[host.name].result, scenario) for host in stand.hosts],
            )
    broken = [stand.hosts[0].name for stand in stage.stands if _all_failed(stand, found)]
    _put_right(stage.only(broken), todo, found)
    return found


def _all_failed(stand: Stand, found: Mapping[str, Played]) -> bool:
    """Return whether engines are to put a pack right, and all is as it was prepared to be."""
    verdicts = [
        verdict for scenario in stand.pack.scenarios for verdict in found[scenario.name].first
    ]
    return stand.pack.repaired and all(verdict.outcome is Outcome.failed for verdict in verdicts)


def _put_right(stage: Stage, todo: Mapping[str, HostDiff], found: Mapping[str, Played]) -> None:
    setup, hosts = stage.setup, stage.hosts
    work = [todo[host.name] for host in hosts]
    before = _at_once(hosts, lambda host: _witness(host, setup))
    carried = _carry_out(work, stage)
    surprises = _at_once(
        hosts, lambda host: _surprises(host, todo[host.name], before[host.name], setup)
    )
    after = {result.host: result for result in check(setup, WATCH)}
    files = _at_once(hosts, lambda host: _files(host, todo[host.name]))
    again = _apply(work, stage)
    files_again = _at_once(hosts, lambda host: _files(host, todo[host.name]))
    left = {seen.result.host: seen for seen in diff(setup, WATCH)}
    undone, left_behind = _undo(stage, carried, before)
    for stand in stage.stands:
        names = [host.name for host in stand.hosts]
        for scenario in stand.pack.scenarios:
            played, rule = found[scenario.name], scenario.rule
            played.unforeseen = [surprises[host] for host in names]
            played.failures = [_of_kind(carried[host].failures, scenario) for host in names]
            played.endings = [
                guarded.ending if (guarded := carried[host].guarded) else None for host in names
            ]
            played.after = [_verdict(after[host], scenario) for host in names]
            played.files = [files[host][rule] for host in names]
            played.again = [_of_kind(again[host], scenario) for host in names]
            played.files_again = [files_again[host][rule] for host in names]
            played.left_to_do = [rule in _fixes(left[host]) for host in names]
            played.undone = [_verdict(undone[host], scenario) for host in names]
            played.left_behind = [left_behind[host] for host in names]


def _carry_out(todo: Sequence[HostDiff], stage: Stage) -> dict[str, HostApplied]:
    """Let each engine put right its hosts, guarded, both at the same time."""

    def carry(name: str) -> list[GuardedResult]:
        order = ApplyOptions(engine(name), stage.logs, WATCH, irreversible=True)
        return list(guarded_apply(_of_engine(name, todo, stage), stage.setup, order))

    with ThreadPoolExecutor(len(ENGINES)) as pool:
        return {
            one.applied.host: one.applied for found in pool.map(carry, ENGINES) for one in found
        }


def _undo(
    stage: Stage, carried: Mapping[str, HostApplied], before: Mapping[str, list[str]]
) -> tuple[dict[str, HostResult], dict[str, list[str]]]:
    """Undo what was carried out; return what a check sees then, and what is left behind, by host."""
    jobs = [
        (stage.setup.targets[host.name], {"": partial(guard.undo, kept=guarded.id)})
        for host in stage.hosts
        if (guarded := carried[host.name].guarded)
    ]
    seen = {sight.host: sight for sight in run_probes(jobs, replace(WATCH.limits, silence=300))}
    refused = {
        name: [f"not undone: {sight}"]
        for name, sight in seen.items()
        if sight.seen.get("") is not None
    }
    undone = {result.host: result for result in check(stage.setup, WATCH)}
    left = _at_once(
        stage.hosts, lambda host: between(before[host.name], _witness(host, stage.setup))
    )
    return undone, {name: [*refused.get(name, ()), *lines] for name, lines in left.items()}


def _at_once(hosts: Sequence[LabHost], work: Callable[[LabHost], T]) -> dict[str, T]:
    """Do this on several hosts at the same time, and return what came of it by their names."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip([host.name for host in hosts], pool.map(work, hosts), strict=True))


def _witness(host: LabHost, setup: Workspace) -> list[str]:
    touched = (
        resource
        for one in setup.plans[host.name].rules
        for resource in setup.kinds[one.rule.kind].touches(setup.params(one.rule))
    )
    return witness(host, sorted({one.name for one in touched if one.type in (UNIT, RELOAD)}))


def _surprises(host: LabHost, todo: HostDiff, before: list[str], setup: Workspace) -> list[str]:
    changed = between(before, _witness(host, setup))
    return [*unforeseen(todo.preview, changed, host), *broken_promises(todo.preview, host)]


def _of_engine(name: str, todo: Sequence[HostDiff], stage: Stage) -> list[HostDiff]:
    hosts = {stand.hosts[ENGINES.index(name)].name for stand in stage.stands}
    return [diff for diff in todo if diff.result.host in hosts]


def _apply(todo: Sequence[HostDiff], stage: Stage) -> dict[str, Mapping[str, str]]:
    """Let each engine put right its hosts once more, both at the same time, with what was found at
    first.
    """
    with ThreadPoolExecutor(len(ENGINES)) as pool:
        done = pool.map(
            lambda name: flow.apply(
                _of_engine(name, todo, stage), stage.setup, engine(name), stage.logs
            ),
            ENGINES,
        )
    return {host: outcome.failures for outcomes in done for host, outcome in outcomes.items()}


def _of_kind(failures: Mapping[str, str], scenario: Scenario) -> dict[str, str]:
    """Return what an engine failed at that may be a scenario's: its kind, or what is about the
    whole host.
    """
    return {kind: why for kind, why in failures.items() if kind in ("", scenario.kind)}


def _prepare(pack: Pack, host: LabHost) -> dict[str, str]:
    """Run the scripts of a pack on a fresh host, and return what those that failed said, by
    scenario.
    """
    host.reset()
    said = {}
    for scenario in pack.scenarios:
        done = host.run(f"set -e\n{scenario.path.read_text(encoding='utf-8')}")
        if done.returncode:
            said[scenario.name] = f"{done.returncode}: {done.stderr}"
    return said


def _verdict(result: HostResult, scenario: Scenario) -> Verdict:
    assert result.reached, (result.host, result.not_reached)
    (mine,) = (verdict for verdict in result.verdicts if verdict.rule == scenario.rule)
    return mine


def _fixes(todo: HostDiff) -> dict[str, Fix]:
    """Return what is to be done on a host, by rule."""
    return {fix.planned.rule.id: fix for kind in todo.todo.kinds for fix in kind.fixes}


def _files(host: LabHost, todo: HostDiff) -> dict[str, str]:
    """Return the digest, type, mode and owner of all files that putting the host right touches, by
    rule.
    """
    found = {}
    for rule, fix in _fixes(todo).items():
        quoted = [
            f"'{path}'"
            for path in sorted({*computed(fix.touches), *untouched(fix.touches)})
            if "'" not in path
        ]
        listing = [f"stat -L -c '%n %F %a %U %G' {path}; sha256sum {path} 2>&1" for path in quoted]
        found[rule] = host.run("; ".join(listing) or "true").stdout
    return found
