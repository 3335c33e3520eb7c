"""Options of a mount: what a list of them comes to, and what the kernel has."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OPPOSITES = {"exec": "noexec", "dev": "nodev", "suid": "nosuid", "rw": "ro"}
_OPPOSITES |= {no: yes for yes, no in _OPPOSITES.items()}
_ONE_SECURE = ("nosuid", "nodev")
_IMPLIED = {"user": (*_ONE_SECURE, "noexec"), "owner": _ONE_SECURE, "group": _ONE_SECURE}
_IMPLIED["users"] = _IMPLIED["user"]
"""What some options of fstab stand for, unless a later one says otherwise (mount(8))."""
SAME = {
    "hidepid=1": "hidepid=noaccess",
    "hidepid=2": "hidepid=invisible",
    "hidepid=4": "hidepid=ptraceable",
}
"""Numbers that the kernel prints as words since 5.8 (proc(5))."""
_OF_MEMORY = frozenset(
    {
        *("nosuid", "nodev", "noexec", "ro", "noatime", "nodiratime", "relatime", "strictatime"),
        *("size", "mode", "nr_inodes", "uid", "gid"),
    }
)
"""Options with which a file system in memory can be mounted again as it runs."""


def with_options(options: str, wanted_options: Iterable[str]) -> str:
    """Return the options with those that are missing at the end, and without those that contradict
    them.
    """
    kept = [option for option in options.split(",") if option]
    for option in wanted_options:
        kept = [old for old in kept if old == option or not _contradicts(old, option)]
        if SAME.get(option, option) not in effective(kept):
            kept.append(option)
    return ",".join(kept)


def _contradicts(old: str, new: str) -> bool:
    key, equals, _ = new.partition("=")
    return _OPPOSITES.get(new) == old or bool(equals and old.startswith(f"{key}="))


def effective(options: Iterable[str]) -> tuple[str, ...]:
    """Return what a list of options comes to: of two that contradict each other the last one
    counts.
    """
    kept: dict[str, None] = {}
    for option in options:
        for each in (*_IMPLIED.get(option, ()), SAME.get(option, option)):
            kept = {old: None for old in kept if not _contradicts(old, each)}
            kept[each] = None
    return tuple(option for option in kept if option)


def of_memory(running: Iterable[str]) -> str:
    """Return the options of a running file system in memory as fstab takes them; a boot does not
    fail for it.
    """
    return ",".join(
        [*(option for option in running if option.partition("=")[0] in _OF_MEMORY), "nofail"]
    )


def running_options(mountinfo: str, path: str) -> tuple[tuple[str, ...] | None, str]:
    """Return the options (None: none are running) and the type of what is mounted on top; autofs
    waits for a demand.
    """
    found, kind = None, ""
    for line in mountinfo.splitlines():
        mount, _, system = line.partition(" - ")
        fields, (of_kind, _, of_system) = mount.split(" "), system.split(" ", 2)
        if same_path(fields[4], path):
            kind = of_kind
            options = [*fields[5].split(","), *(o for o in of_system.split(",") if o != "rw")]
            found = None if kind == "autofs" else effective(options)
    return found, kind


def same_path(field: str, path: str) -> bool:
    """Return whether a field of fstab or mountinfo, with blanks as octal numbers, is a mount point."""
    plain = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
    return (plain.rstrip("/") or "/") == path and plain.startswith("/")
