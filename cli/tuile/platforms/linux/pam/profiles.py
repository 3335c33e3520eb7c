"""The stacks of PAM, as its files, the files that they include, and the profiles of pam-auth-update
say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

FOLDER, PROFILES = "/etc/pam.d", "/usr/share/pam-configs"
COMMON = (
    "common-account",
    "common-auth",
    "common-password",
    "common-session",
    "common-session-noninteractive",
)
UNIX = "pam_unix.so"
READ = (
    "grep -aHv -e '^[[:space:]]*#' -e '^[[:space:]]*$' /etc/pam.d/* /usr/share/pam-configs/*; s=$?;"
    " ls -d /lib/security/*.so /lib/*/security/*.so 2>/dev/null; exit $s"
)
"""Prints what counts in all stacks and profiles, and which modules are installed."""
LINE = re.compile(r"\s*-?(auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)(.*)")
WORD = re.compile(r"\[[^\]]*\]|\S+")

_DEPTH = 8
"""How deep files include each other before it is taken for a circle."""
_SAVED = ("account", "auth", "password", "seen", "session", "session-noninteractive")
_DEBCONF = ("config.dat", "config.dat-old", "templates.dat", "templates.dat-old")
REGENERATED = (
    *(f"{FOLDER}/{name}" for name in COMMON),
    *(f"/var/lib/pam/{name}" for name in _SAVED),
    *(f"/var/cache/debconf/{name}" for name in _DEBCONF),
)
"""All that pam-auth-update writes."""

Files = Mapping[str, tuple[str, ...]]
"""The lines of files by path, without comments."""


@dataclass(frozen=True)
class Line:
    """One line of a stack."""

    control: str
    module: str
    arguments: tuple[str, ...]


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def read(printed: str) -> tuple[Files, frozenset[str]]:
    """Return the lines of all files, and the names of the modules that are installed, from what
    `READ` prints.
    """
    files: dict[str, tuple[str, ...]] = {}
    modules: set[str] = set()
    for line in re.sub(r"\\\n[^:\n]*:", " ", printed).split("\n")[:-1]:
        path, colon, text = line.partition(":")
        if colon:
            files[path] = (*files.get(path, ()), text)
        else:
            modules.add(path.rsplit("/", 1)[-1])
    return files, frozenset(modules)


def stack(files: Files, service: str, type_: str, depth: int = 0) -> Iterator[Line]:
    """Yield the lines of one stack of a service, those of included files in their place."""
    for text in files.get(f"{FOLDER}/{service}", ()) if depth < _DEPTH else ():
        words, found = text.split(), LINE.match(text)
        if words[0] == "@include" and len(words) > 1:
            yield from stack(files, words[1], type_, depth + 1)
        elif found and found[1] == type_ and found[2] in ("include", "substack"):
            yield from stack(files, found[3], type_, depth + 1)
        elif found and found[1] == type_:
            yield _line(found)


def profiles(files: Files, type_: str) -> Iterator[tuple[str, list[Line]]]:
    """Yield name and lines of each profile that pam-auth-update may add to the common stack of a
    type.
    """
    for path in sorted(files):
        if path.startswith(f"{PROFILES}/"):
            found = [
                LINE.match(f"{type_} {text.strip()}")
                for text in _section(files[path], type_.capitalize())
            ]
            yield path.rsplit("/", 1)[-1], [_line(each) for each in found if each]


def _line(found: re.Match[str]) -> Line:
    return Line(
        found[2], found[3].rsplit("/", 1)[-1], tuple(WORD.findall(found[4].partition("#")[0]))
    )


def _section(lines: tuple[str, ...], name: str) -> Iterator[str]:
    section = ""
    for text in lines:
        header = re.match(r"([A-Za-z-]+):", text)
        section = header[1] if header else section
        if not header and section == name:
            yield text
