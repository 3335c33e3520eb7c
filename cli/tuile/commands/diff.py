"""`tuile diff`: what an apply would change, line by line."""

from __future__ import annotations

from typing import Any

import click

from tuile.commands.options import OfFleet, common, fleet, lang_of, request
from tuile.commands.output import format_options, show
from tuile.commands.run_session import again, limits, running
from tuile.jobs.diff import diff
from tuile.policy.verdict.status import exit_code_of_diff
from tuile.reports import DiffReport
from tuile.workspace.prepare import prepare


@click.command(cls=OfFleet)
@fleet
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Only this rule; may be given again."
)
@format_options("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Show what an apply would change, line by line, computed from what is seen now. Changes nothing.

    \b tuile diff -i hosts.yml --baseline linux-server -l srv-web-01 tuile diff -i
    inventories/ght-artois --rule ssh-root-login-disabled

    Exit code: 0 nothing to do, 1 something to do, 2 usage or policy mistake, 3 a host or rule could
    not be looked at.
    """  # noqa: D301 -- \b is click's
    options, lang = again(flags, limit=True), lang_of(ctx, flags.pop("lang"))
    workspace = prepare(request(flags))
    with running(workspace, lang, limits(flags), store=False) as gathering:
        found = tuple(
            gathering.watched.through(diff(workspace, gathering.check_context, flags["rules"]))
        )
    previews = tuple(host.preview for host in found)
    show("diff", DiffReport(previews, options), lang, flags)
    return exit_code_of_diff(previews)
