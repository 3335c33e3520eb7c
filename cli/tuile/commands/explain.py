"""`tuile explain`: what a rule wants and why, how it is seen and put right, what that may break,
what it meets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tuile.commands.options import common, data, lang_of, repository
from tuile.commands.output import show
from tuile.jobs.explain import explain


@click.command()
@click.argument("rule")
@data
@common
@click.pass_context
def command(
    # Flags
    ctx: click.Context,
    /,
    rule: str,
    home: Path | None,
    lang: str | None,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Say what RULE wants and why, how it is checked and put right, what that may break, and which controls it meets.

    \b
    tuile explain ssh-root-login-disabled
    tuile explain ssh-root-login-disabled --lang fr
    """  # noqa: D301 -- \b is click's
    show("explain", explain(repository(home), rule), lang_of(ctx, lang), flags)
