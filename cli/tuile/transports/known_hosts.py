"""The lines of known_hosts files, matched as OpenSSH's own client matches them.

Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, and ssh_config(5), HostKeyAlias.
"""

from __future__ import annotations

import base64
import hmac
import re
from binascii import Error
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

import asyncssh

_MARKERS = {"@revoked": "revoked", "@cert-authority": "authority"}


@dataclass(frozen=True)
class Line:
    """One line that names hosts and a key."""

    place: str
    """file:number."""
    marker: str
    """"revoked", "authority" or ""."""
    names: str
    key: asyncssh.SSHKey


@dataclass
class Found:
    """What the lines say of one host."""

    keys: list[asyncssh.SSHKey] = field(default_factory=list)
    authorities: list[asyncssh.SSHKey] = field(default_factory=list)
    revoked: list[asyncssh.SSHKey] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Where its own keys stand."""


def parse(place: str, text: str) -> Iterator[Line]:
    """Yield the lines of a file that make sense; ssh passes over the others too."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        marker = words.pop(0) if words[0].startswith("@") else ""
        # Names, type, key
        if (marker and marker not in _MARKERS) or len(words) < 3:  # noqa: PLR2004
            continue
        with suppress(asyncssh.KeyImportError):
            key = asyncssh.import_public_key(f"{words[1]} {words[2]}")
            yield Line(f"{place}:{number}", _MARKERS.get(marker, ""), words[0], key)


def names_of(host: str, port: int, alias: str | None) -> tuple[str, ...]:
    """Return the names under which the key of a host is looked for, the second only where the first
    has none.
    """
    if alias:
        return (alias.lower(),)
    bare = host.lower()
    return (bare,) if port == asyncssh.DEFAULT_PORT else (f"[{bare}]:{port}", bare)


def find(lines: Sequence[Line], names: Sequence[str]) -> Found:
    """Return what is known of a host by its names; a key that is revoked under any of them is."""
    every = [_of(lines, name) for name in names]
    known = next((found for found in every if found.keys or found.authorities), every[0])
    known.revoked = [key for found in every for key in found.revoked]
    return known


def _of(lines: Sequence[Line], name: str) -> Found:
    found = Found()
    for line in lines:
        if not _matches(line.names, name):
            continue
        {"revoked": found.revoked, "authority": found.authorities}.get(
            line.marker, found.keys
        ).append(line.key)
        if not line.marker:
            found.places.append(line.place)
    return found


def _matches(names: str, name: str) -> bool:
    """Return whether a list of names has this one; a negated one that fits rules it out."""
    if names.startswith("|"):
        return _is_hashed(names, name)
    fits = False
    for pattern in names.lower().split(","):
        if _pattern(pattern.removeprefix("!")).fullmatch(name):
            if pattern.startswith("!"):
                return False
            fits = True
    return fits


def _is_hashed(names: str, name: str) -> bool:
    try:
        _, magic, salt, digest = names.split("|")
        made = hmac.digest(base64.b64decode(salt), name.encode(), "sha1")
        return magic == "1" and hmac.compare_digest(made, base64.b64decode(digest))
    except (ValueError, Error):
        return False


@lru_cache(maxsize=65536)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = (
        re.escape(letter) if letter not in "*?" else {"*": ".*", "?": "."}[letter]
        for letter in pattern
    )
    return re.compile("".join(parts), re.DOTALL)
