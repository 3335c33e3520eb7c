"""`tuile baseline`: list, show, validate, compare, sign and verify baselines, and see what they
cover.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tuile.commands.options import common, data, lang_of, of_vault, repository, vault
from tuile.commands.output import show
from tuile.commands.release import sign, verify
from tuile.jobs import baseline as flow
from tuile.policy.errors import Mistake, Place, PolicyMistakes
from tuile.policy.model import Level
from tuile.workspace.policy_repository import Request
from tuile.workspace.prepare import prepare


@click.group()
def command() -> None:
    """List, show, validate, compare, sign and verify baselines: those that ship, and those of your
    own repository.
    """


command.add_command(sign)
command.add_command(verify)


@command.command("list")
@data
@common
@click.pass_context
# Flags
def list_(ctx: click.Context, /, home: Path | None, lang: str | None, **flags: Any) -> None:  # noqa: ANN401
    """List the baselines with their versions and the number of their rules."""
    show("baseline_list", flow.wholes(repository(home)), lang_of(ctx, lang), flags)


@command.command("show")
@click.argument("name")
@data
@common
@click.pass_context
def show_(
    # Flags
    ctx: click.Context,
    /,
    name: str,
    home: Path | None,
    lang: str | None,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Show the rules of NAME (linux-server, or linux-server@0.2.0), after extension, by level."""
    show("baseline_show", flow.whole(repository(home), name), lang_of(ctx, lang), flags)


@command.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@data
@common
@click.pass_context
def diff(
    ctx: click.Context,
    /,
    before: str,
    after: str,
    home: Path | None,
    lang: str | None,
    **flags: Any,  # noqa: ANN401 -- flags
) -> None:
    """Say what changes from baseline A to B, or from one version to another, rule by rule.

    \b
    tuile baseline diff linux-server@0.1.0 linux-server@0.2.0
    tuile baseline diff linux-server linux-workstation
    """  # noqa: D301 -- \b is click's
    show("baseline_diff", flow.compared(repository(home), before, after), lang_of(ctx, lang), flags)


@command.command()
@click.argument("framework")
@click.option(
    "--baseline", metavar="NAME[@VERSION]", help="By this baseline only; else by all at hand."
)
@click.option(
    "--level",
    type=click.Choice([level.name for level in Level]),
    default="high",
    show_default=True,
    help="By rules up to this level only; goes with --baseline.",
)
@data
@common
@click.pass_context
def coverage(
    # Flags
    ctx: click.Context,
    /,
    framework: str,
    home: Path | None,
    lang: str | None,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Say which controls of FRAMEWORK are met: by rules, by people's answers, or not, and then why not.

    \b tuile baseline coverage ANSSI-BP-028 tuile baseline coverage ANSSI-BP-028 --baseline
    linux-server --level enhanced
    """  # noqa: D301 -- \b is click's
    level = Level[flags.pop("level")]
    found = flow.covered(repository(home), framework, flags.pop("baseline"), level)
    show("coverage", found, lang_of(ctx, lang), flags)


@command.command()
@click.option(
    "-i",
    "--inventory",
    metavar="PATH",
    help="With policy.yaml, waivers.yaml and attestations.yaml beside it.",
)
@of_vault
@data
@common
@click.pass_context
def lint(
    ctx: click.Context,
    /,
    inventory: str | None,
    home: Path | None,
    lang: str | None,
    **flags: Any,  # noqa: ANN401 -- flags
) -> None:
    """Validate all baselines and mappings, and the policy of an inventory; every mistake with file
    and line.
    """
    found, passwords = flow.linted(repository(home)), vault(flags)
    if inventory is not None:
        workspace = prepare(Request(inventory=inventory, home=home, vault=passwords, bare=True))
        wrong = [(t.name, t.obstacle.en) for t in workspace.targets.values() if t.obstacle]
        if wrong:
            raise PolicyMistakes(
                Mistake(Place(inventory), f'host "{name}": {why}') for name, why in wrong
            )
        found = replace(found, planned=len(workspace.plans), unplanned=len(workspace.unassigned))
    show("baseline_lint", found, lang_of(ctx, lang), flags)
