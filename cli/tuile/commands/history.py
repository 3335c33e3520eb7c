"""`tuile history`: when rules of one host passed and failed."""

from __future__ import annotations

from typing import Any

import click

from tuile import paths
from tuile.commands.options import common, lang_of
from tuile.commands.output import format_options, show
from tuile.jobs.history import history
from tuile.store import Store


@click.command()
@click.argument("host")
@click.argument("rule", required=False)
@format_options("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Say when the rules of HOST passed and failed, from what is stored; with RULE, of that rule only.

    \b
    tuile history srv-pacs-01
    tuile history srv-pacs-01 ssh-root-login-disabled
    """  # noqa: D301 -- \b is click's
    with Store(paths.store()) as store:
        found = history(store, flags["host"], flags["rule"])
    show("history", found, lang_of(ctx, flags.pop("lang")), flags)
    return 0
