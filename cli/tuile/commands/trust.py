"""`tuile trust`: let a policy repository's own kinds run on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from tuile.commands.options import common
from tuile.policy.errors import Usage
from tuile.workspace.release import trust

_SHOWN = 12
"""Files that are named of those that say how hosts are reached."""


@click.command()
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="."
)
@common
def command(folder: Path, **_: object) -> None:
    """Let the code in FOLDER (a policy repository) run here when hosts are checked.

    A kind is Python code that runs with your rights on this machine, and its role with root's on
    your hosts. An inventory starts programs too: scripts, plugins, templates with lookups,
    ProxyCommand, hosts that are this machine. Read FOLDER/checks, FOLDER/roles and the inventories
    first. Any change of these needs your trust again. To apply, the repository must be signed as
    well: see tuile baseline sign.
    """
    code, rest = trust(folder)
    if not code and not rest:
        raise Usage(
            f"{folder} brings no code of its own (checks/, roles/, probes/) and no inventory:"
            " nothing to trust."
        )
    where = folder.resolve()
    if code:
        click.echo(
            f"Trusted as it is now: {len(code)} files of code in {where}: {', '.join(code)}."
        )
    if rest:
        shown = ", ".join(rest[:_SHOWN]) + (" …" if len(rest) > _SHOWN else "")
        click.echo(
            f"Trusted as it is now: {len(rest)} files that say how hosts are reached in {where}:"
            f" {shown}."
        )
