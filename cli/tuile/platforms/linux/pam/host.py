"""What a host says of PAM: its files with the numbers of their lines, the modules that are there,
who is in groups.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tuile.platforms.linux.pam.files import Texts

READ = (
    'for f in /etc/pam.d/* /usr/lib/pam.d/*; do [ ! -f "$f" ] || echo "file:$f"; done;'
    " grep -aHn '' /etc/security/*.conf /etc/security/pwquality.conf.d/*.conf /etc/pam.d/* "
    "/usr/lib/pam.d/*"
    " 2>/dev/null;"
    " [ -r /etc/pam.d/other ] || [ ! -e /etc/pam.d/other ] || exit 1;"
    " ls -d /lib/security/*.so /lib/*/security/*.so /usr/lib/security/*.so 2>/dev/null;"
    " cut -d: -f1,3,4 /etc/group | sed 's/^/group:/'; cut -d: -f4 /etc/passwd | sort -u | sed "
    "'s/^/gid:/'"
)
"""Prints the files that stacks and their modules are made of, with an entry for empty ones too."""


@dataclass(frozen=True)
class Seen:
    """What was read of PAM on a host."""

    texts: Texts
    """The lines of the files of stacks by path."""
    settings: Texts
    """The lines of the files of modules, below /etc/security, by path."""
    modules: frozenset[str]
    members: Mapping[str, bool]
    """Whether somebody is in a group, by its name."""


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def seen(printed: str) -> Seen:
    """Return what `READ` prints."""
    files: dict[str, list[str]] = {}
    modules: set[str] = set()
    groups: dict[str, tuple[str, bool]] = {}
    used: set[str] = set()
    for line in printed.split("\n")[:-1]:
        head, _, rest = line.partition(":")
        if head == "file":
            files.setdefault(rest, [])
        elif head == "group":
            name, gid, members = rest.split(":", 2)
            groups[name] = (gid, bool(members))
        elif head == "gid":
            used.add(rest)
        elif found := re.match(r"\d+:(.*)", rest, re.DOTALL):
            files.setdefault(head, []).append(found[1])
        elif line.endswith(".so"):
            modules.add(line.rsplit("/", 1)[-1])
    lines = {path: tuple(texts) for path, texts in files.items()}
    return Seen(
        texts={path: text for path, text in lines.items() if not path.startswith("/etc/security/")},
        settings={path: text for path, text in lines.items() if path.startswith("/etc/security/")},
        modules=frozenset(modules),
        members={name: some or gid in used for name, (gid, some) in groups.items()},
    )
