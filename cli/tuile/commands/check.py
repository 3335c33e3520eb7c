"""`tuile check`: look at hosts and say which rules they meet."""

from __future__ import annotations

from typing import Any

import click

from tuile.commands.options import OfFleet, common, fleet, lang_of, request
from tuile.commands.output import format_options, show
from tuile.commands.run_session import again, final_code, limits, now, running
from tuile.jobs.check import check
from tuile.policy.verdict.status import exit_code
from tuile.reports import CheckReport
from tuile.workspace.prepare import prepare


@click.command(cls=OfFleet)
@fleet
@format_options("text", "json", "junit")
@click.option(
    "--no-store", is_flag=True, help="Do not keep the results; drift will not know of them."
)
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Look at hosts and say which rules they meet. Nothing is written on any of them.

    \b tuile check --baseline linux-server                          this machine tuile check -i
    hosts.yml --baseline linux-server             all hosts of an inventory tuile check -i
    inventories/ght-artois -l 'lens:&*_servers'   as policy.yaml beside it assigns

    Exit code: 0 all compliant, 1 a rule fails, 2 usage or policy mistake, 3 a host or rule could
    not be looked at.
    """  # noqa: D301 -- \b is click's
    options, lang = again(flags, limit=False), lang_of(ctx, flags.pop("lang"))
    started = now()
    workspace = prepare(request(flags))
    with running(workspace, lang, limits(flags), store=not flags["no_store"]) as gathering:
        results = tuple(gathering.results(check(workspace, gathering.check_context)))
    report = CheckReport(gathering.run, started, now(), results, options)
    show("check", report, lang, flags)
    return final_code(exit_code(results), gathering.recorder)
