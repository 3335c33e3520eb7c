"""`tuile apply`: put failing rules right, then look again."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tuile import paths
from tuile.commands.notices import Telling
from tuile.commands.options import OfFleet, common, fleet, lang_of, of_release, of_work, request
from tuile.commands.output import format_options, show
from tuile.commands.run_session import Running, again, final_code, limits, now, running
from tuile.engines import engine
from tuile.jobs import apply as flow
from tuile.jobs.diff import HostDiff, diff
from tuile.jobs.guarded_apply import ApplyOptions, GuardedResult, guarded_apply
from tuile.policy.change import safety
from tuile.policy.change.outcome import ApplyReport, HostApplied
from tuile.policy.errors import Refused
from tuile.policy.model import HostResult
from tuile.policy.text import Text
from tuile.policy.verdict.status import exit_code_of_apply
from tuile.reports import DiffReport
from tuile.workspace.prepare import Workspace, prepare
from tuile.workspace.release import remember

_ASK = Text(
    en="Apply with {engine} on {count} host(s)?",
    fr="Appliquer avec {engine} sur {count} machine(s) ?",
)


@click.command(cls=OfFleet)
@fleet
@of_release
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Only this rule; may be given again."
)
@of_work
@click.option("--yes", is_flag=True, help="Do not ask.")
@format_options("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Put failing rules right: show what will change, ask, let the engine do it, and look again over new connections.

    What stands on a host is kept there beforehand. Unless a new login, sudo and a check confirm the
    new state in time, the host puts itself back; `tuile undo` does so later. Only rules that fail
    are touched; where nothing fails nothing is run. Rules that are waived, not applicable or could
    not be looked at are left alone.

    \b tuile apply -i hosts.yml --baseline linux-server -l srv-web-01 tuile apply -i
    inventories/ght-artois -l canary --engine ansible --yes

    Exit code: 0 all put right, 1 something still fails, 2 usage or policy mistake, 3 a host could
    not be looked at.
    """  # noqa: D301 -- \b is click's
    options, lang = again(flags, limit=True), lang_of(ctx, flags.pop("lang"))
    started, workspace = now(), prepare(request(flags))
    with running(workspace, lang, limits(flags), store=True) as gathering:
        found = _keep(
            diff(
                workspace,
                gathering.check_context,
                flags["rules"],
                irreversible=flags["irreversible"],
            ),
            gathering,
        )
    refusals = _refusals(found, workspace, flags)
    todo = [host for host in found if host.todo.kinds and host.result.host not in refusals]
    if not flags["as_json"] and any(host.todo.kinds or host.todo.blocked for host in found):
        show(
            "diff",
            DiffReport(tuple(host.preview for host in found), options, hint=False),
            lang,
            flags,
        )
    if todo and not flags["yes"]:
        _confirm(len(todo), flags["engine"], lang)
    remember(workspace.release, now())
    logs = paths.logs(f"{started:%Y%m%dT%H%M%SZ}-{flags['engine']}") if todo else None
    done: dict[str, HostApplied] = {}
    if logs:
        with running(workspace, lang, limits(flags), store=True, hosts=len(todo)) as gathering:
            order = _order(flags, logs, gathering)
            carried = guarded_apply(
                todo, workspace, order, Telling(lang, quiet=flags["as_json"]).of
            )
            done = _carry(carried, gathering)
    hosts = tuple(_outcome(host, done, refusals) for host in found)
    report = ApplyReport(flags["engine"], started, now(), hosts, gathering.run, str(logs or ""))
    show("apply", report, lang, flags)
    return final_code(exit_code_of_apply(hosts), gathering.recorder)


def _order(flags: dict[str, Any], logs: Path, gathering: Running) -> ApplyOptions:
    if gathering.recorder:
        gathering.recorder.open()
    return ApplyOptions(
        engine(flags["engine"]),
        logs,
        gathering.check_context,
        confirm_within=flags["confirm_within"],
        irreversible=flags["irreversible"],
        ledger=gathering.recorder,
    )


def _carry(carried: Generator[GuardedResult], gathering: Running) -> dict[str, HostApplied]:
    """Collect what became of each host, while what the last look at it saw is stored."""
    done: dict[str, HostApplied] = {}

    def results() -> Iterator[HostResult]:
        with closing(carried):  # an interruption puts back what is armed
            for one in carried:
                done[one.applied.host] = one.applied
                if one.after is not None:
                    yield one.after

    for _ in gathering.results(results()):
        pass
    return done


def _keep(diffs: Iterable[HostDiff], gathering: Any) -> list[HostDiff]:  # noqa: ANN401 -- Running
    """Collect the diffs while their results are stored, as those of a check are."""
    kept: list[HostDiff] = []

    def results() -> Iterable[HostResult]:
        for host in diffs:
            kept.append(host)
            yield host.result

    for _ in gathering.results(results()):
        pass
    return kept


def _refusals(
    found: Sequence[HostDiff], workspace: Workspace, flags: dict[str, Any]
) -> dict[str, Text]:
    """Return why nothing is done on a host that has something to be done, by host."""
    own, moment = flow.own_machine_id(), now()
    asked = (
        (
            host.result.host,
            flow.refusal(host, workspace, flags["this_machine"], own)
            or safety.refusal(host.result.plan.traits, moment),
        )
        for host in found
        if host.todo.kinds
    )
    return {host: why for host, why in asked if why is not None}


def _confirm(count: int, name: str, lang: Any) -> None:  # noqa: ANN401 -- a Lang
    if not sys.stdin.isatty():
        raise Refused(
            "nobody is there to ask. Say --yes to apply without a question.",
            "personne n’est là pour répondre. Ajoutez --yes pour appliquer sans question.",
        )
    if not click.confirm(_ASK.say(lang).format(engine=name, count=count), err=True):
        raise Refused("nothing was changed.", "rien n’a été modifié.")


def _outcome(
    host: HostDiff, done: dict[str, HostApplied], refusals: dict[str, Text]
) -> HostApplied:
    return replace(
        done.get(host.result.host) or _idle(host, refusals), host_keys=host.result.host_keys
    )


def _idle(host: HostDiff, refusals: dict[str, Text]) -> HostApplied:
    name = host.result.host
    if name in refusals:
        return HostApplied(name, refused=refusals[name])
    if not host.result.reached:
        return HostApplied(name, not_reached=host.result.not_reached)
    return flow.applied(host, None, host.result)
