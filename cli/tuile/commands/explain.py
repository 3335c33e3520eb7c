"""`tuile explain`: what a rule wants, why, and which controls it meets."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from tuile import repo
from tuile.commands.options import common, lang_of
from tuile.flows.explain import explain
from tuile.flows.prepare import Repository
from tuile.policy.digest import plain
from tuile.reports.explanation import render_explanation


@click.command()
@click.argument("rule")
@click.option(
    "--repo", "home", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Policy repository."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@common
@click.pass_context
def command(ctx: click.Context, /, rule: str, home: Path | None, as_json: bool, lang: str | None, **_: object) -> None:  # noqa: FBT001 -- flags
    """Say what RULE wants and why, what an apply touches, and which controls of which frameworks it meets.

    \b
    tuile explain ssh-root-login-disabled
    tuile explain ssh-root-login-disabled --lang fr
    """  # noqa: D301 -- \b is click's
    found = explain(Repository(home or repo.find_home(Path.cwd())), rule)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(plain(found)), indent=2).decode())
    else:
        click.echo(render_explanation(found, lang_of(ctx, lang)), nl=False)
