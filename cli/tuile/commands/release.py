"""`tuile baseline sign` and `tuile baseline verify`: releases of a policy repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tuile.commands.options import common, lang_of
from tuile.policy.digest import plain
from tuile.policy.errors import Usage
from tuile.policy.text import Text
from tuile.workspace import release, repository

_REPO = click.option(
    "--repo",
    "home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Policy repository.",
)
_SIGNED = Text(
    en=(
        "{release}: {count} files, signature {number} written to {path}. Commit it together with"
        " release.json."
    ),
    fr=(
        "{release} : {count} fichiers, signature n° {number} écrite dans {path}. À versionner avec"
        " release.json."
    ),
)
_VERIFIED = Text(
    en="{release}: {count} files, all as they were signed by {signers}.",
    fr="{release} : {count} fichiers, tous tels que signés par {signers}.",
)
_COVERED = Text(
    en=(
        "Signed: baselines, mappings, checks, roles, probes, and the inventories with "
        "assignments, tailoring, seals, "
        "limits, waivers and attestations."
    ),
    fr=(
        "Signé : référentiels, correspondances, vérifications, rôles, sondes, et les inventaires "
        "avec affectations, "
        "ajustements, verrous, limites, dérogations et attestations."
    ),
)
_NOT_COVERED = Text(
    en=(
        "Signed: baselines, mappings, checks, roles, probes. NOT signed: the inventories, which "
        "say which hosts there "
        "are and how they are reached, and beside them assignments, tailoring, seals, limits, "
        "waivers and attestations. "
        "Whoever can write there can leave hosts out, lower levels and waive rules. To sign them "
        "too: tuile baseline sign "
        "--inventories."
    ),
    fr=(
        "Signé : référentiels, correspondances, vérifications, rôles, sondes. NON signé : les "
        "inventaires, qui disent "
        "quelles sont les machines et comment les joindre, et à côté d'eux affectations, "
        "ajustements, verrous, limites, "
        "dérogations et attestations. Qui peut y écrire peut omettre des machines, abaisser des "
        "niveaux et déroger à des "
        "règles. Pour les signer aussi : tuile baseline sign --inventories."
    ),
)


@click.command()
@_REPO
@click.option(
    "--key",
    required=True,
    metavar="FILE",
    help="SSH key: private, or the .pub of one in an agent or token.",
)
@click.option(
    "--name",
    help="Name of the release: ght-artois. Without name and version: sign the one that is there.",
)
@click.option("--version", help="Version of the release, three numbers; higher than any before.")
@click.option(
    "--inventories",
    is_flag=True,
    help="Sign inventories/ too: hosts, assignments, tailoring, waivers …",
)
@common
@click.pass_context
def sign(
    ctx: click.Context,
    /,
    *,
    home: Path | None,
    key: str,
    lang: str | None,
    **flags: Any,  # noqa: ANN401 -- flags
) -> None:
    """Sign the policy repository as it is now: baselines/ with the mappings, checks/, roles/ and probes/.

    With --inventories, or where a baseline says `inventories: signed`, also inventories/: hosts, assignments,
    tailoring, seals, waivers. An apply then takes these only as they were signed.

    \b
    tuile baseline sign --key ~/.ssh/id_ed25519.pub --name ght-artois --version 1.4.0
    tuile baseline sign --key ~/.ssh/id_rssi_sk          the second of two signers
    """  # noqa: D301 -- \b is click's
    name, version = flags["name"], flags["version"]
    if (name is None) != (version is None):
        raise Usage("--name and --version go together: a release has both.")
    naming = release.Naming(name, version, flags["inventories"]) if name and version else None
    made, path, number = release.sign(_home(home), naming, key)
    words = _SIGNED.say(lang_of(ctx, lang))
    click.echo(
        words.format(
            release=made, count=len(made.files), number=number, path=repository.shown(path)
        )
    )


@click.command()
@_REPO
@click.option("--release", "asked", metavar="NAME[@VERSION]", help="The release that it must be.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@common
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    *,
    home: Path | None,
    asked: str | None,
    as_json: bool,
    lang: str | None,
    **_: object,
) -> None:
    """Verify the policy repository as an apply would: every file, and who signed.

    Whose signatures count stands in /etc/tuile/allowed_signers, which is root's.

    Exit code: 0 all as signed, 2 anything else, with all that is wrong.
    """
    found, count = release.verified(_home(home), asked)
    if as_json:
        click.echo(json.dumps({**plain(found), "files": count}, indent=2))
        return
    words = _VERIFIED.say(lang_of(ctx, lang))
    click.echo(words.format(release=found, count=count, signers=", ".join(found.signers)))
    click.echo((_COVERED if found.inventories else _NOT_COVERED).say(lang_of(ctx, lang)))


def _home(home: Path | None) -> Path:
    found = home or repository.find_home(Path.cwd())
    if found is None:
        raise Usage("this is no policy repository. Say which: --repo my-policy")
    return found
