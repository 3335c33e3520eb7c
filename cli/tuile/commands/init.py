"""`tuile init`: a policy repository of one's own."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import click

from tuile import catalog
from tuile.commands.options import common
from tuile.commands.schema import of
from tuile.policy.errors import Refused


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@common
def command(folder: Path, **_: object) -> None:
    """Start a policy repository in FOLDER: commented, valid, with an example fleet and a CI job.

    \b
    tuile init my-policy
    tuile baseline lint -i my-policy/inventories/example --repo my-policy
    """  # noqa: D301 -- \b is click's
    if folder.exists() and any(folder.iterdir()):
        raise Refused(
            f"{folder} is not empty. Name a new folder.",
            f"{folder} n’est pas vide. Indiquez un nouveau dossier.",
        )
    with resources.as_file(resources.files("tuile") / "skeleton") as skeleton:
        shutil.copytree(skeleton, folder, dirs_exist_ok=True)
    _copy_example(catalog.shipped() / "inventories" / "example", folder / "inventories" / "example")
    for file in ("baseline", "policy", "waivers", "attestations", "mapping"):
        target = folder / "schemas" / f"{file}.schema.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            json.dumps(of(file), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    click.echo(
        f"Started {folder}. Next: edit {folder}/inventories/example, then tuile check -i"
        f" {folder}/inventories/example"
    )


def _copy_example(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        text = path.read_text(encoding="utf-8").replace("../../docs/schemas/", "../../schemas/")
        (target / path.name).write_text(text, encoding="utf-8")
