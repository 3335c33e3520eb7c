"""From flags and files to one plan per host; every mistake is raised before any host is touched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tuile import catalog
from tuile.catalog import Kinds
from tuile.policy.errors import PolicyMistakes, Usage, did_you_mean
from tuile.policy.model import Plan, PlannedRule, Rule
from tuile.policy.pattern import unknown_terms
from tuile.policy.plan.releases import Verified
from tuile.policy.plan.resolve import resolve
from tuile.policy.target import Target
from tuile.transports import preload
from tuile.workspace import inventories, inventory
from tuile.workspace.inventory import Inventory
from tuile.workspace.policy_repository import Repository, Request
from tuile.workspace.release import VerifiedRepository, signed, trusted
from tuile.workspace.repository import (
    NamedBaseline,
    find_home,
)


@dataclass(frozen=True)
class Workspace:
    """All that a flow needs to look at hosts."""

    targets: Mapping[str, Target]
    plans: Mapping[str, Plan]
    kinds: Kinds
    unassigned: tuple[str, ...] = ()
    """Hosts asked for that no assignment names."""
    release: Verified | None = None
    """The release that an apply was found to be signed as."""
    content: str = ""
    """The sha256 over the files of the policy repository, for an apply; "" where only what ships
    takes part.
    """
    home: Path | None = None
    """The policy repository, and where its code was loaded from."""
    code: Path | None = None

    def params(self, rule: Rule) -> Any:  # noqa: ANN401 -- an instance of the kind's Params
        """Return the typed parameters of a rule."""
        return catalog.read_params(self.kinds[rule.kind], rule.params)


def prepare(request: Request) -> Workspace:
    """Read inventory and policy and return the plans of the hosts asked for.

    Raises:
        PolicyMistakes: every mistake in every file.
        Usage: the flags make no sense.

    """
    if request.inventory is not None:
        threading.Thread(target=preload).start()  # while files are read
    beside = (
        None
        if request.inventory is None or "," in request.inventory
        else _folder(Path(request.inventory))
    )
    home = request.home or find_home(beside or Path.cwd())
    repository = Repository(home, beside, _vet(request))
    request = repository.as_verified(request)
    hosts, doubted = _inventory(request, repository)
    named = NamedBaseline(request.baseline, request.level) if request.baseline else None
    policy, mistakes = repository.read(named)
    if mistakes:
        raise PolicyMistakes(mistakes)
    if not policy.assign and not request.bare:
        raise Usage(_no_baseline(beside))
    plans, mistakes = resolve(
        policy, hosts.fleet, repository.wanted, repository.param_mistakes, repository.human
    )
    if mistakes:
        raise PolicyMistakes(repository.as_known(mistakes))
    chosen = sorted(_limited(request.limit, hosts))
    inventories.refuse_programs(chosen, hosts.programs, doubted)
    return Workspace(
        targets={name: hosts.targets[name] for name in chosen},
        plans={name: _only(plans[name], request.rules) for name in chosen if name in plans},
        kinds=repository.kinds,
        unassigned=tuple(name for name in chosen if name not in plans),
        release=repository.release,
        content=repository.content,
        home=home,
        code=repository.code,
    )


def _vet(request: Request) -> Callable[[Path], VerifiedRepository]:
    """Return how the repository is judged before anything in it runs."""
    return trusted if request.demand is None else partial(signed, demand=request.demand)


def _inventory(
    request: Request, repository: Repository
) -> tuple[Inventory, inventories.Doubted | None]:
    if request.inventory is None:
        hosts, doubted = inventory.this_machine(), None
    else:
        asked = inventories.Asked(request.inventory, repository.home, request.vault)
        must = request.demand is not None and not request.demand.unsigned
        hosts, doubted = inventories.load(asked, repository.verified_inventories, signed=must)
    answers: dict[str, Any] = {}
    if request.become:
        answers["become"] = True
    if request.become_password is not None:
        answers["become_password"] = request.become_password
    return (
        replace(hosts, targets={name: replace(t, **answers) for name, t in hosts.targets.items()}),
        doubted,
    )


def _folder(path: Path) -> Path:
    """Return the folder in which policy.yaml is looked for: that of the inventory, or the inventory
    itself.
    """
    return path if path.is_dir() else path.parent


def _no_baseline(beside: Path | None) -> str:
    if beside is None:
        return (
            "no baseline was named. Say which: --baseline linux-server (tuile baseline list shows"
            " them)."
        )
    return (
        f"no baseline was named, and no policy.yaml in {beside} assigns one. "
        "Say --baseline linux-server, or write policy.yaml beside the inventory."
    )


def _limited(limit: str | None, hosts: Inventory) -> frozenset[str]:
    if limit is None:
        return frozenset(hosts.fleet.hosts)
    unknown = unknown_terms(limit, hosts.fleet.groups, hosts.fleet.hosts)
    if unknown:
        advice = did_you_mean(unknown[0], {"all", *hosts.fleet.groups, *hosts.fleet.hosts})
        raise Usage(
            f'--limit: no host and no group of the inventory is called "{unknown[0]}". {advice}'.strip()
        )
    chosen = hosts.fleet.select(limit)
    if not chosen:
        raise Usage(f'--limit: "{limit}" names no host.')
    return chosen


def _only(plan: Plan, rules: tuple[str, ...]) -> Plan:
    """Return the plan with the named rules only; all where none is named."""
    if not rules:
        return plan
    kept: list[PlannedRule] = [planned for planned in plan.rules if planned.rule.id in rules]
    return replace(plan, rules=tuple(kept))
