"""A release: the name, version and content of a policy repository, as its signers vouch for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from tuile.policy.errors import Refused
from tuile.policy.text import Text, both
from tuile.signing.snapshot import COVERED, INVENTORIES, Files, digests

MANIFEST = "release.json"
NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
VERSION = r"^\d+\.\d+\.\d+$"
_ALTERED = Text("altered since", "modifiés depuis")
_MISSING = Text("missing", "manquants")
_EXTRA = Text("not part of the release", "étrangers à la version")
SHOWN = 8
"""Files that are named of those that are not as they were signed."""


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed: `files` has the sha256 of each file by its path."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    version: Annotated[str, msgspec.Meta(pattern=VERSION)]
    files: dict[str, str]
    inventories: bool = False
    """Whether `inventories/` is signed too: hosts, assignments, tailoring, seals, waivers,
    attestations.
    """

    @property
    def covered(self) -> tuple[str, ...]:
        """Return the folders that are signed as a whole."""
        return (*COVERED, INVENTORIES) if self.inventories else COVERED

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Signed:
    """The manifest and its signatures as they were read, before anything in them is believed."""

    manifest: bytes
    signatures: Mapping[str, bytes]
    """By the name of their file."""


def read_signed(home: Path) -> Signed | None:
    """Return the manifest of a repository and its signatures; None where there is no manifest."""
    try:
        manifest = (home / MANIFEST).read_bytes()
        names = sorted(home.glob(f"{MANIFEST}*.sig"))
        return Signed(manifest, {path.name: path.read_bytes() for path in names})
    except FileNotFoundError:
        return None


def compose(name: str, version: str, files: Files, *, inventories: bool = False) -> bytes:
    """Return the manifest of a release: the very bytes that are signed.

    Raises:
        Refused: the name or the version does not look like one.

    """
    body: dict[str, object] = {"name": name, "version": version, "files": digests(files)}
    if inventories:
        body["inventories"] = True
    text = json.dumps(body, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
    parse(text.encode(), MANIFEST)
    return text.encode()


def parse(manifest: bytes, where: str) -> Release:
    """Return what a manifest says.

    Raises:
        Refused: it is no manifest.

    """
    try:
        return msgspec.json.decode(manifest, type=Release)
    except msgspec.DecodeError as error:
        raise Refused(
            f"{where}: not the manifest of a release: {error}. Sign it again: tuile baseline sign",
            f"{where} : ce n’est pas le manifeste d’une version : {error}. Signez-la de nouveau :"
            " tuile baseline sign",
        ) from error


def differences(release: Release, files: Files) -> Iterator[Text]:
    """Yield, in words, what is not as it was signed: altered, missing and extra files."""
    now = digests(files)
    yield from _named(
        _ALTERED, [name for name in now if release.files.get(name, now[name]) != now[name]]
    )
    yield from _named(_MISSING, [name for name in release.files if name not in now])
    yield from _named(_EXTRA, [name for name in now if name not in release.files])


def other_than(release: Release, asked: str | None) -> Iterator[Text]:
    """Yield, in words, what is not as asked: `asked` is NAME or NAME@VERSION."""
    name, _, version = (asked or "").partition("@")
    if name and (name != release.name or version not in ("", release.version)):
        yield Text(
            f"it is signed as {release}, and {asked} was asked for. Get that one, or ask for"
            f" {release.name}",
            f"il est signé en tant que {release}, alors que {asked} est demandée. Récupérez "
            f"celle-ci, ou demandez "
            f"{release.name}",
        )


def _named(what: Text, names: Sequence[str]) -> Iterator[Text]:
    if names:
        shown, rest = ", ".join(sorted(names)[:SHOWN]), len(names) - SHOWN
        more = Text(f" and {rest} more", f" et {rest} autres") if rest > 0 else both("")
        yield Text(f"{what.en}: {shown}{more.en}", f"{what.fr} : {shown}{more.fr}")
