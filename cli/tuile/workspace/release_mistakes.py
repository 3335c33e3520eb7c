"""What speaks against a release, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tuile import paths
from tuile.policy.text import Text
from tuile.signing import authority, snapshot
from tuile.signing.release import Release
from tuile.workspace import repository


def too_few(claimed: Release, people: tuple[str, ...], uncounted: list[Text]) -> Iterator[Text]:
    """Yield, in words, what the signatures lack of what this machine wants."""
    folder = paths.authority()
    wanted = authority.accepted(folder)
    if wanted is not None and claimed.name not in wanted:
        names = ", ".join(sorted(wanted))
        yield Text(
            f"{folder}/releases accepts {names or 'nothing'}, and not {claimed.name}",
            f"{folder}/releases n’accepte {f'que {names}' if names else 'rien'}, et non"
            f" {claimed.name}",
        )
    need = (wanted or {}).get(claimed.name, authority.Wanted())
    if len(people) < need.signers:
        yield Text(
            f"{need.signers} of those in {folder}/allowed_signers must sign it, {len(people)} did",
            f"{need.signers} de ceux que nomme {folder}/allowed_signers doivent le signer,"
            f" {len(people)} l’ont fait",
        )
        yield from uncounted
    if need.inventories and not claimed.inventories:
        yield Text(
            f"{folder}/releases wants the inventories signed too. Sign a new version with"
            " --inventories",
            f"{folder}/releases exige que les inventaires soient signés aussi. Signez une "
            f"nouvelle version avec "
            "--inventories",
        )


def uncovered(claimed: Release, files: snapshot.Files) -> Iterator[Text]:
    """Yield, in words, that a baseline demands more signed than is."""
    for name in () if claimed.inventories else demanding(files):
        yield Text(
            f"{name} demands that the inventories are signed too. Sign a new version: tuile"
            " baseline sign",
            f"{name} exige que les inventaires soient signés aussi. Signez une nouvelle version :"
            " tuile baseline sign",
        )


def demanding(files: snapshot.Files) -> list[str]:
    """Return the baselines that demand that the inventories are signed too."""
    return [
        name
        for name, body in sorted(files.items())
        if repository.wants_signed_inventories(name, body)
    ]


def refusal_text(home: Path, wrong: list[Text]) -> Text:
    """Return what speaks against a repository, a line each."""
    return Text(
        "\n".join(f"{home}: {what.en}." for what in wrong),
        "\n".join(f"{home} : {what.fr}." for what in wrong),
    )
