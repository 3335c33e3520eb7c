"""The files of the SSH server in the order in which it reads them: Include where it stands, Match
to its end.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

DROP_IN = "/etc/ssh/sshd_config.d/00-tuile.conf"
"""What Tuile writes; its place is marked, whether it is there yet or not."""
DEPTH = 16
"""How deep sshd follows Include (SERVCONF_MAX_DEPTH in OpenSSH's servconf.c)."""
ALIASES = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "skeyauthentication": "kbdinteractiveauthentication",
    "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
    "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms",
    "keepalive": "tcpkeepalive",
}


@dataclass(frozen=True)
class Line:
    """One setting, where it stands, and the Match block that it is in; option "" marks the place of
    the drop-in.
    """

    option: str
    value: str
    place: str
    match: str | None


def option_name(name: str) -> str:
    """Return an option in small letters, under its newest name."""
    return ALIASES.get(name.lower(), name.lower())


def lines_of(listed: CommandResult) -> dict[str, list[str]]:
    """Return the lines of files from what `grep -aHn ''` prints; a pattern that fits nothing is no
    mistake.
    """
    problems = [line for line in listed.stderr.splitlines() if "No such file" not in line]
    if problems:
        raise Unseen(problems[-1])
    files: dict[str, list[str]] = {}
    for line in listed.stdout.split("\n")[:-1]:
        path, _, text = line.split(":", 2)
        files.setdefault(path, []).append(text)
    return files


def settings_of(
    host: Host, files: Mapping[str, list[str]], path: str, match: str | None, depth: int
) -> Iterator[Line]:
    """Yield the settings in the order in which sshd reads them; a Match block ends with its file."""
    within = match
    for number, text in enumerate(files.get(path, ()), 1):
        option, value = _split(text)
        if option == "match":
            condition = None if value.lower() == "all" else value
            within = " ".join(filter(None, (match, condition))) or None
        elif option == "include" and depth < DEPTH:
            for pattern in value.split():
                yield from _include(host, files, pattern, within, depth)
        elif option:
            yield Line(option_name(option), value, f"{path}:{number}", within)


def _include(
    host: Host, files: Mapping[str, list[str]], pattern: str, match: str | None, depth: int
) -> Iterator[Line]:
    whole = pattern if pattern.startswith("/") else f"/etc/ssh/{pattern}"
    if not (
        fnmatchcase(whole, "/etc/ssh/sshd_config.d/*.conf")
        and "/" not in whole[len("/etc/ssh/sshd_config.d/") :]
    ):
        files = {**files, **lines_of(host.run("(IFS=; p=%s; grep -aHn '' /dev/null $p)", whole))}
    fitting = {
        path
        for path in (*files, DROP_IN)
        if fnmatchcase(path, whole) and path.count("/") == whole.count("/")
    }
    for path in sorted(fitting):
        if path == DROP_IN:
            yield Line("", "", path, match)
        yield from settings_of(host, files, path, match, depth + 1)


@lru_cache(maxsize=1024)  # the same lines are walked for each rule
def _split(text: str) -> tuple[str, str]:
    """Return option (lower case) and value of a line, without quotes and comment; ("", "") where
    there is none.
    """
    found = re.match(r"\s*\"?([A-Za-z0-9]+)\"?(?:\s*=\s*|\s+)(.*)", text)
    if found is None:
        return "", ""
    try:
        words = shlex.split(found[2], comments=True)
    except ValueError:  # an open quote: sshd refuses it, and says so
        words = found[2].split()
    return found[1].lower(), " ".join(words)


def without_global(text: str, pattern: str) -> str:
    """Return the text without the lines that match before the first Match block."""
    kept: list[str] = []
    within = False
    for line in text.splitlines(keepends=True):
        within = within or bool(re.match(r"(?i)\s*\"?match\"?[\s=]", line))
        if within or not re.match(pattern, line):
            kept.append(line)
    return "".join(kept)
