"""`tuile undo`: put hosts back as they were before an apply."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from tuile import paths
from tuile.commands.options import OfFleet, common, fleet, lang_of, request
from tuile.commands.output import format_options, show
from tuile.commands.run_session import Running, final_code, limits, now, running
from tuile.jobs import undo as flow
from tuile.policy.change.pre_image import Ending
from tuile.policy.change.undo import HostUndo, UndoReport
from tuile.policy.errors import Refused, Usage
from tuile.policy.model import HostResult
from tuile.policy.text import Lang, Text
from tuile.policy.verdict.status import exit_code_of_undo
from tuile.store import Store
from tuile.workspace.prepare import prepare

_ASK = Text(en="Undo this on {count} host(s)?", fr="Annuler cela sur {count} machine(s) ?")


@click.command(cls=OfFleet)
@click.argument("run", type=int, required=False, metavar="[RUN]")
@click.argument("host", required=False, metavar="[HOST]")
@click.option("--last", is_flag=True, help="The last apply of each host, whatever its run.")
@fleet
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Only this rule; may be given again."
)
@click.option(
    "--over-changes", is_flag=True, help="Put back also what somebody else changed after the apply."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@format_options("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Put hosts back exactly as they were before an apply, from what they kept then; ask first, and look again.

    What somebody else changed after the apply is shown, and left as it is.

    \b
    tuile undo 847 -i hosts.yml --baseline linux-server
    tuile undo --last -i inventories/ght-artois -l srv-pacs-01
    tuile undo 847 srv-pacs-01 --rule ssh-root-login-disabled -i inventories/ght-artois

    Exit code: 0 undone, or as before already, 1 something was left as it is, 2 usage or policy mistake,
    3 a host was not reached.
    """  # noqa: D301 -- \b is click's
    lang = lang_of(ctx, flags.pop("lang"))
    run, host, over = flags.pop("run"), flags.pop("host"), flags["over_changes"]
    if (run is None) is not flags["last"]:
        raise Usage(
            "say which apply: its run (tuile undo 847), or --last for the last one of each host."
        )
    flags["limit"] = host if host and not flags["limit"] else flags["limit"]
    workspace = prepare(request(flags))
    with Store(paths.store()) as store:
        found = flow.applies(store, run, workspace.targets)
    with running(workspace, lang, limits(flags), store=False, hosts=len(found)) as gathering:
        looked = tuple(
            gathering.watched.through(
                flow.look(found, flags["rules"], workspace, gathering.check_context)
            )
        )
    report = UndoReport(tuple(one.shown for one in looked), over)
    todo = [one for one in looked if one.shown.calls_for(over=over)]
    if not flags["as_json"] or not todo:
        show("undo", report, lang, flags)
    if not todo:
        return exit_code_of_undo(report.hosts, over=over)
    if not flags["yes"]:
        _confirm(len(todo), lang)
    with running(workspace, lang, limits(flags), store=True, hosts=len(todo)) as gathering:
        undone = list(flow.undo(todo, workspace, gathering.check_context, over=over))
        hosts = _look_again(undone, workspace, gathering)
    _note(
        [
            one
            for one in undone
            if one.shown.done and not flags["rules"] and (over or not one.shown.meanwhile)
        ]
    )
    rest = [one.shown for one in looked if one not in todo]
    report = replace(report, hosts=(*hosts, *rest), run=gathering.run)
    show("undo", report, lang, flags)
    return final_code(exit_code_of_undo(report.hosts, over=over), gathering.recorder)


def _confirm(count: int, lang: Lang) -> None:
    if not sys.stdin.isatty():
        raise Refused(
            "nobody is there to ask. Say --yes to undo without a question.",
            "personne n’est là pour répondre. Ajoutez --yes pour annuler sans question.",
        )
    if not click.confirm(_ASK.say(lang).format(count=count), err=True):
        raise Refused("nothing was changed.", "rien n’a été modifié.")


def _look_again(
    undone: list[flow.HostUndoPlan],
    workspace: Any,  # noqa: ANN401
    gathering: Running,
) -> tuple[HostUndo, ...]:
    """Collect what became of each host, while what the check sees is stored."""
    hosts: list[HostUndo] = []

    def results() -> Iterator[HostResult]:
        for shown, result in flow.look_again(undone, workspace, gathering.check_context):
            hosts.append(shown)
            if result is not None:
                yield result

    for _ in gathering.results(results()):
        pass
    return tuple(hosts)


def _note(undone: list[flow.HostUndoPlan]) -> None:
    """Store that these applies are undone as a whole."""
    with Store(paths.store()) as store:
        for one in undone:
            store.end_apply(one.applied.kept.id, Ending.undone, "", now())
