"""`tuile trust`: let a policy repository's own kinds run on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from tuile import catalog
from tuile.commands.options import common
from tuile.evidence.trust import Trust
from tuile.flows import places
from tuile.policy.errors import Usage


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@common
def command(folder: Path, **_: object) -> None:
    """Let the kinds in FOLDER (a policy repository) run here.

    A kind is Python code that runs with your rights on this machine, and its role with root's on your hosts. Read
    FOLDER/checks and FOLDER/roles first. Any change to them needs your trust again.
    """
    kinds = catalog.kind_files(folder)
    if not kinds:
        raise Usage(f"{folder} brings no kinds of its own (checks/*.py): there is nothing to trust.")
    Trust(places.trust()).add(folder, catalog.code_digest(folder))
    click.echo(f"Trusted as it is now: {', '.join(path.stem for path in kinds)} in {folder.resolve()}.")
