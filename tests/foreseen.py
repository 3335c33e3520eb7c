"""Holds what an apply changed on a host against what its preview had said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from tests.lab import LabHost
from tuile.policy.change.preview import HostPreview

_ACCOUNTS = {
    f"/etc/{name}{backup}"
    for name in ("passwd", "shadow", "group", "gshadow")
    for backup in ("", "-")
}
_FORMS = (
    re.compile(r"[0-9a-f]{64} [ *](?P<etc>\.)(?P<path>/.*)"),
    re.compile(r"(?P<etc>\.)?(?P<path>/.*) (?:file|(?P<type>[a-z])) [0-7]+ \S+:\S+(?P<target>.*)"),
    re.compile(r"(?P<path>/\S+) .*"),
    re.compile(r"(?:package|unit) (?P<name>\S+) .*"),
    re.compile(r"(?P<name>net\.\S+) = .*"),
    re.compile(r"(?P<name>\S+\.\S+) (?:\S+ )?(?:enabled|disabled|masked|static|indirect)( \S+)?"),
)
"""Lines of a witness: of a file, a mount, a package, a kernel key, a unit.

Any other is one of the firewall's rules.
"""
_FIREWALL = re.compile("firewall|nftables")
_ALIAS = re.compile(r"\S+ alias \S+")
"""A unit by another name: that is a link, which is seen as such."""


def unforeseen(preview: HostPreview, changed: Iterable[str], host: LabHost) -> list[str]:
    """Return the lines of a witness that changed, and that the preview had not said.

    What a package holds, and does to its host, is the package's: of an apply that installs one, the
    names of all packages that come, go or change are said before.
    """
    steps = [(step.words.en, step.thing) for rule in preview.rules for step in rule.steps]
    if any("install" in words for words, _ in steps):
        changed = [line for line in changed if line[2:].startswith("package ")]
    named = {file.path for file in preview.files} | {thing for _, thing in steps}
    named |= {
        host.run(f"readlink -f '{path}'").stdout.strip()
        for path in named
        if re.fullmatch(r"/[\w/.-]+", path)
    }
    if any("account" in words for words, _ in steps):
        named |= _ACCOUNTS
    folders = {
        str(folder)
        for name in named
        for folder in PurePosixPath(name).parents
        if name.startswith("/")
    }
    return [line for line in changed if not _said(line[2:], named, folders)]


def broken_promises(preview: HostPreview, host: LabHost) -> Iterator[str]:
    """Yield the files whose bytes are not those that the preview had shown."""
    for file in preview.files:
        found = host.run(f"sha256sum < '{file.path}'").stdout[:64]
        if found != sha256(file.after.encode("utf-8", "surrogateescape")).hexdigest():
            yield file.path


def _said(line: str, named: set[str], folders: set[str]) -> bool:
    if _ALIAS.fullmatch(line):
        return True
    found = next((match.groupdict() for form in _FORMS if (match := form.fullmatch(line))), None)
    if found is None:
        return any(_FIREWALL.search(name) for name in named)
    if (key := found.get("name") or "").startswith("net."):
        return key in named or re.sub(r"[.]conf[.][^.]+[.]", ".conf.all.", key) in named
    name = found.get("name") or f"{'/etc' if found.get('etc') else ''}{found['path']}"
    of_a_unit = "/" not in name or name.startswith(("/etc/systemd/system/", "/etc/rc"))
    names = {_unit(name), _unit(found.get("target") or name)}
    if of_a_unit and names & {_unit(one) for one in named}:
        return True
    return name in named or (name in folders and found.get("type") == "d")


def _unit(name: str) -> str:
    """Return the bare name of a unit, of a link to it, or of its start script."""
    return re.sub(r"^[SK]\d\d|[.]service$", "", PurePosixPath(name).name)
