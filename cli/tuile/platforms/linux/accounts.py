"""The local accounts and groups of a host, as passwd, shadow and group say; no hash of a password
leaves the host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

READ = (
    r"sed -nE '/^[^:]*:(x|\*|!+|):/!s/^([^:]*:)[^:]*:/\1?:/; s/^[^:+-][^:]*:/passwd:&/p' "
    r"/etc/passwd && "
    r"sed -nE 's/^([^:+-][^:]*:)[!*][^:]*:/\1!:/; t done; "
    r"s/^([^:]*:)(\$[0-9a-z]+\$)[^:]*:/\1\2:/; t done; "
    r"s/^([^:]*:)[^:]+:/\1?:/; : done; s/^[^:+-][^:]*:/shadow:&/p' /etc/shadow && "
    r"sed -nE 's/^([^:+-][^:]*:)[^:]*:/group:\1x:/p' /etc/group"
)
"""Prints the three files; of a password only whether it is none, locked ("!") or how it is hashed
("$y$", "?").
"""
FIRST_UID, NOBODY = 1000, 65534
"""The accounts of people and of services that log in begin here (UID_MIN of Debian); nobody is none
of them.
"""
_NO_LOGIN = frozenset(
    (
        "/usr/sbin/nologin",
        "/sbin/nologin",
        "/bin/false",
        "/usr/bin/false",
        "/bin/sync",
        "/sbin/halt",
        "/sbin/shutdown",
    )
)


@dataclass(frozen=True)
class Account:
    """One line of passwd with that of shadow."""

    name: str
    uid: int
    gid: int
    home: str
    shell: str
    field: str
    """The second field of passwd: "x" where shadow says the rest."""
    password: str | None
    """"": none is asked for; "!": locked; None: no line in shadow; else how it is hashed."""
    days: Mapping[str, int | None]
    """Of shadow(5): changed, min, max, warn, inactive; None where nothing is said."""

    @property
    def logs_in(self) -> bool:
        """Return whether a shell waits behind it."""
        return self.shell not in _NO_LOGIN

    @property
    def is_personal(self) -> bool:
        """Return whether it stands above those of the system."""
        return self.uid >= FIRST_UID and self.uid != NOBODY

    @property
    def has_password(self) -> bool:
        """Return whether somebody can log in by a password, or by none."""
        return self.password not in (None, "!")


@dataclass(frozen=True)
class Group:
    """One line of group."""

    name: str
    gid: int
    members: tuple[str, ...]


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def accounts(printed: str) -> tuple[Account, ...]:
    """Return the accounts in the order of passwd, from what `READ` prints."""
    shadow = {row[0]: row for row in _rows(printed, "shadow", 9)}
    return tuple(_account(row, shadow.get(row[0])) for row in _rows(printed, "passwd", 7))


@lru_cache(maxsize=2)  # the same
def groups(printed: str) -> tuple[Group, ...]:
    """Return the groups in the order of the file, from what `READ` prints."""
    return tuple(
        Group(row[0], int(row[2]), tuple(filter(None, row[3].split(","))))
        for row in _rows(printed, "group", 4)
    )


def _rows(printed: str, file: str, fields: int) -> Iterator[list[str]]:
    for line in printed.splitlines():
        name, _, rest = line.partition(":")
        row = rest.split(":")
        if name == file and len(row) == fields:
            yield row


def _account(row: list[str], shadow: list[str] | None) -> Account:
    name, field, uid, gid, _, home, shell = row
    days = dict(
        zip(
            ("changed", "min", "max", "warn", "inactive"),
            map(_number, (shadow or [""] * 9)[2:7]),
            strict=True,
        )
    )
    return Account(
        name, int(uid), int(gid), home, shell, field, shadow[1] if shadow else None, days
    )


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None
