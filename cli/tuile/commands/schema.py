"""`tuile schema`: the JSON Schemas of the files that a hospital writes."""

from __future__ import annotations

import json

import click

from tuile import catalog
from tuile.commands.options import common
from tuile.workspace.repository import schema


@click.command()
@click.argument(
    "file", type=click.Choice(["baseline", "policy", "waivers", "attestations", "mapping"])
)
@common
def command(file: str, **_: object) -> None:
    """Print the JSON Schema of a FILE, for editors and for validation elsewhere.

    \b
    tuile schema policy > policy.schema.json
    # and in the first line of policy.yaml: # yaml-language-server: $schema=policy.schema.json
    """  # noqa: D301 -- \b is click's
    click.echo(json.dumps(of(file), indent=2, ensure_ascii=False))


def of(file: str) -> dict[str, object]:
    """Return the schema of one kind of file."""
    if file == "baseline":
        kinds = catalog.Kinds()
        return schema.baseline({slug: catalog.params_schema(kinds[slug]) for slug in kinds})
    made = {
        name: getattr(schema, name) for name in ("policy", "waivers", "attestations", "mapping")
    }
    found: dict[str, object] = made[file]()
    return found
