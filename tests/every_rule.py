"""Plays rules as the baselines have them: all broken on purpose, seen to fail, put right, seen to
pass.
"""

from __future__ import annotations

import importlib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.batch import AT_ONCE, WATCH
from tests.breaks.package import MADE
from tests.lab import LabHost, Machine
from tuile.catalog import Kinds
from tuile.engines import engine
from tuile.engines.interface import EngineResult
from tuile.jobs import apply as flow
from tuile.jobs.diff import HostDiff, diff
from tuile.policy.change.resource import computed
from tuile.policy.model import Plan, PlannedRule, Rule, Verdict
from tuile.policy.target import Target
from tuile.policy.traits import SessionModel, Traits, Zone
from tuile.workspace.inventory.variables import target
from tuile.workspace.prepare import Request, Workspace, prepare

LOGIN = "tuile"
"""The account that the baselines' own exceptions are about."""
ASSIGNED = {"server": "linux-server", "station": "linux-workstation"}
TAILORED: dict[str, dict[str, Any]] = {
    "boot-menu-needs-password": {"hash": f"grub.pbkdf2.sha512.10000.{'A5' * 64}.{'5A' * 64}"},
    "logs-leave-the-machine": {"target": "192.0.2.9:6514", "protocol": "tcp"},
}
"""What only a site can say, by rule: without, the rule cannot be put right by anybody."""
OF_ITS_OWN = {"package": "packages", "mount": "mounts"}
"""Kinds whose breaks take the ground from under others: they are played apart, by root, since sudo
is a package.
"""
APART = {
    "homes-owned": "owners",
    "clock-kept-by-timesyncd": "other-clock",
    "homes-private": "open-homes",
    "system-files-of-root": "system-files",
    "log-service-keeps-messages": "log-rules",
    "lasting-folders-not-covered": "covers",
}
"""Rules that do not go with others: the start files in a home of somebody else stay, one service
keeps the time, the log service is stopped by another break, what is mounted over folders hides what
lies there, a home that is open to all is a shared folder to another rule, and what another rule
gives back to root is
no longer a person's to do."""

SETTLED = (
    "while systemctl is-active tuile-aideinit.service | grep -qx -e active -e activating; do sleep"
    " 1; done"
)
"""Waits for what an apply leaves to go on by itself: AIDE's first look at all files."""
INSTALLED = (
    "dpkg-query --show --showformat='${{db:Status-Status}}' {name} 2>/dev/null | grep -qx installed"
)


@dataclass(frozen=True)
class Part:
    """Rules that are broken and put right together on one host."""

    name: str
    plan: Plan

    @property
    def apart(self) -> set[str]:
        """Return the kinds in it that are played apart."""
        return {planned.rule.kind for planned in self.plan.rules} & set(OF_ITS_OWN)


@dataclass(frozen=True)
class Stand:
    """A part, and a host on which an engine puts it right."""

    part: Part
    host: LabHost | Machine
    engine: str


@dataclass
class Played:
    """What became of one rule, on each host that it was played on, in their order."""

    broken: list[str] = field(default_factory=list)
    """What its break said where it failed, else ""."""
    first: list[Verdict] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    """Why nothing can be done, else ""."""
    failures: list[str] = field(default_factory=list)
    after: list[Verdict] = field(default_factory=list)
    files: list[list[str]] = field(default_factory=list)
    """Digest, type, mode and owner of all that it touches, after the apply."""


def plans(folder: Path) -> dict[str, Plan]:
    """Return the plans of a server and of a workstation, at the highest level, as a policy
    repository gives them.
    """
    hosts = {name: {"ansible_host": "192.0.2.1"} for name in ASSIGNED}
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    why = {"fr": "Banc d’essai", "en": "Test bench"}
    policy = {
        "assign": [
            {"to": name, "baseline": baseline, "level": "high"}
            for name, baseline in ASSIGNED.items()
        ],
        "tailor": [
            {"to": "all", "rule": rule, "params": params, "reason": why, "by": "lab"}
            for rule, params in TAILORED.items()
        ],
    }
    (folder / "policy.yaml").write_text(json.dumps(policy), encoding="utf-8")
    return dict(prepare(Request(inventory=str(folder / "hosts.json"))).plans)


def parts(found: Mapping[str, Plan], *, machine: bool) -> list[Part]:
    """Return what is played in a virtual machine (rules that need a kernel of their own), or on
    other hosts.

    What a workstation must meet and a server must too is played once, on the server. The machine
    stands for one of metal.
    """
    of_servers = {planned.rule.id: planned.rule for planned in found["server"].rules}
    rest = [
        planned
        for planned in found["station"].rules
        if of_servers.get(planned.rule.id) != planned.rule
    ]
    chosen = {"server": list(found["server"].rules), "station": rest}
    return [
        Part(
            f"{host}-{name}-{traits.session_model}-{traits.zone}",
            replace(found[host], rules=rules, traits=traits),
        )
        for host, planned in chosen.items()
        for (name, traits), rules in _groups(
            item for item in planned if playable(item, machine=machine)
        )
    ]


def playable(planned: PlannedRule, *, machine: bool) -> bool:
    """Return whether a rule is seen on a host at all, and on a virtual machine or on others."""
    return not planned.human and (planned.rule.applies.container is False) is machine


def breaking(kind: str) -> Any:  # noqa: ANN401 -- a module
    """Return the module that says how rules of a kind are broken.

    Raises:
        ModuleNotFoundError: there is none.

    """
    return importlib.import_module(f"tests.breaks.{kind}")


def play(stands: Sequence[Stand], logs: Path) -> dict[str, Played]:
    """Play parts on fresh hosts, all at once, and return what became of each rule on the hosts of
    its part.
    """
    played = {planned.rule.id: Played() for stand in stands for planned in stand.part.plan.rules}
    setup = Workspace(
        targets={stand.host.name: _way(stand.part, stand.host) for stand in stands},
        plans={stand.host.name: replace(stand.part.plan, host=stand.host.name) for stand in stands},
        kinds=Kinds(),
    )
    hosts = [stand.host for stand in stands]
    breaks = [
        _breaks(host, setup) for host in hosts
    ]  # one after the other: a kind is loaded when it is asked for
    with ThreadPoolExecutor(AT_ONCE) as pool:
        broken = dict(
            zip([host.name for host in hosts], pool.map(_break, hosts, breaks), strict=True)
        )
        first = _seen(setup)
        outcomes = _apply([(stand.engine, first[stand.host.name]) for stand in stands], setup, logs)
        list(pool.map(lambda host: host.run(SETTLED, 600), hosts))
    after = _seen(setup)
    for stand in stands:
        name = stand.host.name
        mine = {planned.rule.id: played[planned.rule.id] for planned in stand.part.plan.rules}
        for rule, what in mine.items():
            what.broken.append(broken[name].get(rule, ""))
        _note(mine, first[name], outcomes.get(name, {}), after[name])
        _note_files(mine, stand.host, first[name])
    return played


def as_account(host: LabHost | Machine) -> Target:
    """Return the way to a host through the account that the baselines know, and sudo."""
    return target(host.name, {**host.inventory_vars(LOGIN), "ansible_become": True}, ())


def again(part: Part, host: LabHost | Machine) -> dict[str, Verdict]:
    """Return the verdicts on a host as it is now."""
    setup = Workspace(
        targets={host.name: _way(part, host)},
        plans={host.name: replace(part.plan, host=host.name)},
        kinds=Kinds(),
    )
    (seen,) = _seen(setup).values()
    return {verdict.rule: verdict for verdict in seen.result.verdicts}


def _way(part: Part, host: LabHost | Machine) -> Target:
    root = {**host.inventory_vars("root"), "ansible_become": False}
    return target(host.name, root, ()) if part.apart else as_account(host)


def _groups(
    planned: Iterable[PlannedRule],
) -> Iterator[tuple[tuple[str, Traits], tuple[PlannedRule, ...]]]:
    def key(item: PlannedRule) -> tuple[str, Traits]:
        name = APART.get(item.rule.id) or OF_ITS_OWN.get(item.rule.kind, "settings")
        return name, _traits(item.rule)

    in_order = sorted(map(_also_virtual, planned), key=lambda item: str(key(item)))
    yield from ((group, tuple(members)) for group, members in groupby(in_order, key))


def _also_virtual(planned: PlannedRule) -> PlannedRule:
    applies = replace(planned.rule.applies, virtual=None)
    return replace(planned, rule=replace(planned.rule, applies=applies))


def _traits(rule: Rule) -> Traits:
    """Return what a host must be for a rule to apply."""
    models, zones = rule.applies.session_model, rule.applies.zone
    usual = Traits()
    model = (
        usual.session_model
        if usual.session_model in models or not models
        else SessionModel(models[0])
    )
    zone = usual.zone if usual.zone in zones or not zones else Zone(zones[0])
    return Traits(session_model=model, zone=zone)


def _breaks(host: LabHost | Machine, setup: Workspace) -> str:
    """Return the script that gives the host the packages its rules are about, then breaks every
    rule.

    A break that fails costs itself only, and is told.
    """
    # Ordered, so that a mount point is bound before those below it.
    rules = sorted(
        (item.rule for item in setup.plans[host.name].rules),
        key=lambda rule: (rule.kind, str(rule.params)),
    )
    asked = {rule.applies.package for rule in rules} - {None}
    lines = [
        f"{INSTALLED} || {{{{ {MADE} }}}}".format(name=name) for name in sorted(filter(None, asked))
    ]
    for rule in rules:
        script = breaking(rule.kind).script(setup.params(rule))
        told = f'printf "%s\\t%s\\n" {rule.id} "$(tail -n 1 /run/broken)"'
        lines.append(f"sh -euc {shlex.quote(script)} > /run/broken 2>&1 < /dev/null || {told}")
    return "\n".join(lines)


def _break(host: LabHost | Machine, script: str) -> dict[str, str]:
    """Break the rules of a host and return what breaks that failed said, by rule."""
    done = host.run(script, 600)
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)


def _seen(setup: Workspace) -> dict[str, HostDiff]:
    """Return what is seen of each host, and is to be done there, by its name."""
    seen = {found.result.host: found for found in diff(setup, WATCH)}
    for found in seen.values():
        assert found.result.reached, (found.result.host, found.result.not_reached)
    return seen


def _apply(
    todo: Sequence[tuple[str, HostDiff]], setup: Workspace, logs: Path
) -> dict[str, Mapping[str, str]]:
    """Let each engine put right its hosts in one run, both at the same time; return what failed, by
    host and kind.
    """

    def by(name: str) -> dict[str, EngineResult]:
        return flow.apply(
            [diff for other, diff in todo if other == name], setup, engine(name), logs
        )

    names = sorted({name for name, _ in todo})
    with ThreadPoolExecutor(len(names)) as pool:
        return {
            host: outcome.failures for done in pool.map(by, names) for host, outcome in done.items()
        }


def _note(
    played: Mapping[str, Played], before: HostDiff, failures: Mapping[str, str], after: HostDiff
) -> None:
    stuck = {blocked.rule: blocked.why.en for blocked in before.todo.blocked}
    kinds = {planned.rule.id: planned.rule.kind for planned in before.result.plan.rules}
    for verdict, now in zip(before.result.verdicts, after.result.verdicts, strict=True):
        what = played[verdict.rule]
        what.first.append(verdict)
        what.blocked.append(stuck.get(verdict.rule, ""))
        what.failures.append(failures.get(kinds[verdict.rule], failures.get("", "")))
        what.after.append(now)


def _note_files(played: Mapping[str, Played], host: LabHost | Machine, before: HostDiff) -> None:
    fixes = [fix for kind in before.todo.kinds for fix in kind.fixes]
    # Of what is not edited but made tight, the bytes are the host's own.
    touched = {fix.planned.rule.id: sorted(computed(fix.touches)) for fix in fixes if fix.kind.edit}
    paths = sorted({path for files in touched.values() for path in files if "\n" not in path})
    look = (
        'for p in "$@"; do printf "%s %s\\n" "$(stat -Lc "%F %a %U %G" "$p" 2>&1)" "$(sha256sum'
        ' "$p" 2>&1)"; done'
    )
    told = host.run(f"sh -c {shlex.quote(look)} sh {shlex.join(paths)}").stdout.splitlines()
    listed = dict(zip(paths, told, strict=True))
    for rule, what in played.items():
        what.files.append([listed[path] for path in touched.get(rule, ())])
