"""`tuile trust`: let a policy repository's own kinds run on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from tuile.commands.options import common
from tuile.flows.release import trust
from tuile.policy.errors import Usage


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@common
def command(folder: Path, **_: object) -> None:
    """Let the code in FOLDER (a policy repository) run here when hosts are checked.

    A kind is Python code that runs with your rights on this machine, and its role with root's on your hosts; an
    inventory may be a script. Read FOLDER/checks, FOLDER/roles and the scripts first. Any change needs your trust
    again. To apply, the repository must be signed as well: see tuile baseline sign.
    """
    found = trust(folder)
    if not found:
        raise Usage(
            f"{folder} brings no code of its own (checks/, roles/, probes/, scripts): there is nothing to trust."
        )
    click.echo(f"Trusted as it is now: {len(found)} files of code in {folder.resolve()}: {', '.join(found)}.")
