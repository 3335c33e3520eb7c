"""Whose word counts on this machine: files that only root can change, outside of any policy
repository.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuile.policy.errors import Refused
from tuile.signing.signature import Allowed

ROOT = 0
_INVENTORIES = "inventories"
_LINE = "rssi@example.org ssh-ed25519 AAAA… (ssh-keygen(1), ALLOWED SIGNERS)"


def allowed(folder: Path, home: Path) -> Allowed:
    """Return whose signatures count, as `folder` says: allowed_signers, and revoked_keys where
    there are any.

    `home` is the repository whose release is verified: it may not vouch for itself.

    Raises:
        Refused: there is no such file, or others than root can change it.

    """
    if folder.resolve().is_relative_to(home.resolve()):
        raise Refused(
            f"{folder} lies in the policy repository, which cannot vouch for itself. Keep it"
            " elsewhere.",
            f"{folder} est dans le dépôt de politique, qui ne peut pas répondre de lui-même."
            " Gardez-le ailleurs.",
        )
    signers = read_guarded(folder / "allowed_signers")
    if signers is None:
        raise Refused(
            f"{folder}/allowed_signers does not exist, so nobody's signature counts here. Write"
            f" there: {_LINE}.",
            f"{folder}/allowed_signers n’existe pas : aucune signature ne compte donc ici."
            f" Écrivez-y : {_LINE}.",
        )
    return Allowed(signers, read_guarded(folder / "revoked_keys"))


@dataclass(frozen=True)
class Wanted:
    """What a release needs to be accepted here."""

    signers: int = 1
    inventories: bool = False
    """Whether its inventories must be signed too."""


def accepted(folder: Path) -> dict[str, Wanted] | None:
    """Return what the releases need that are accepted here, by name; None: any, with one signer.

    The file `releases` has a line for each: "ght-artois 2", or "ght-artois 2 inventories".

    Raises:
        Refused: others than root can change it, or a line makes no sense.

    """
    text = read_guarded(folder / "releases")
    found: dict[str, Wanted] = {}
    for number, line in enumerate((text or b"").decode("utf-8", "replace").splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        name, number_of_signers, *more = (*words, "")[: max(len(words), 2)]
        if (
            not number_of_signers.isdecimal()
            or int(number_of_signers) < 1
            or more not in ([], [_INVENTORIES])
        ):
            raise Refused(
                f'{folder}/releases:{number}: "{line.strip()}" is no name of a release and number '
                f"of signers. "
                "Write it like this: ght-artois 2 (or, to have the inventories signed too: "
                "ght-artois 2 inventories)",
                f"{folder}/releases:{number} : « {line.strip()} » n’est pas un nom de version "
                f"suivi d’un nombre de "
                "signataires. Écrivez : ght-artois 2 (ou, inventaires signés compris : ght-artois "
                "2 inventories)",
            )
        found[name] = Wanted(int(number_of_signers), inventories=bool(more))
    return None if text is None else found


def read_guarded(path: Path) -> bytes | None:
    """Return the bytes of a file that only root can change, it and the folders above it; None:
    there is none.

    Raises:
        Refused: others can change it, or it cannot be read.

    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(
            f"{path}: cannot be read: {error.strerror}. Everybody may read it, only root may"
            " write it.",
            f"{path} : illisible : {error.strerror}. Chacun peut le lire, seul root peut y écrire.",
        ) from None
    with os.fdopen(handle, "rb") as file:
        states = [
            (path, os.fstat(file.fileno())),
            *((folder, folder.stat()) for folder in _above(path)),
        ]
        for place, state in states:
            if not _guarded(state):
                raise Refused(
                    f"{place}: others than root can change it, so it says nothing about whom to "
                    f"trust. "
                    f"Make it root's: chown root {place} && chmod go-w {place}",
                    f"{place} : d’autres que root peuvent le modifier ; il ne dit donc rien de "
                    f"qui est digne de "
                    f"confiance. Rendez-le à root : chown root {place} && chmod go-w {place}",
                )
        return file.read()


def _above(path: Path) -> Iterator[Path]:
    """Yield the folders above a file, links in their names followed and not."""
    yield from dict.fromkeys((*path.absolute().parents, *path.resolve().parents))


def _guarded(state: os.stat_result) -> bool:
    """Return whether only root can change it; in a sticky folder others can add, but not replace."""
    sticky = stat.S_ISDIR(state.st_mode) and state.st_mode & stat.S_ISVTX
    return state.st_uid == ROOT and (bool(sticky) or not state.st_mode & 0o022)
