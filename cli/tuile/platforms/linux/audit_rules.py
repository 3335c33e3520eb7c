"""Rules of the kernel's audit as auditctl(8) takes them, apart from how they are spelled."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_UNSET = ("-1", "4294967295")
_WATCH = frozenset({"always", "exit"})
_NEVER = frozenset({"never", "exit"})
_PERMS = frozenset("rwxa")
_OPERATOR = re.compile(r"(!=|>=|<=|&=|=|>|<|&)")
_FIELDS = {"-F": "", "-C": "compare ", "-w": "path=", "-p": "perm=", "-k": "key="}
"""What the short options stand for: a watch is a rule on a path."""


@dataclass(frozen=True)
class AuditRule:
    """One rule of the kernel, apart from how it is spelled and from its key; no system call stands
    for all.
    """

    place: frozenset[str]
    calls: frozenset[str]
    perms: frozenset[str]
    filters: frozenset[str]
    enabled: int | None = None
    line: str = field(default="", compare=False)

    def hides(self, asked: AuditRule, call: str | None) -> bool:
        """Return whether it keeps all that another rule asks for of a system call from being
        reported.
        """
        if "exclude" in self.place:
            return self.filters <= {"msgtype=SYSCALL", "msgtype=1300"}
        return self.place == _NEVER and self._as_wide(asked, call)

    def does(self, asked: AuditRule, call: str | None) -> bool:
        """Return whether it reports at least what another rule asks for of a system call."""
        return self.place == asked.place and self.enabled is None and self._as_wide(asked, call)

    def _as_wide(self, asked: AuditRule, call: str | None) -> bool:
        of_the_call = not self.calls or call in self.calls
        return of_the_call and self.perms >= asked.perms and self.filters <= asked.filters


@lru_cache(maxsize=4)  # two answers serve all rules of a host
def known_rules(text: str) -> Sequence[AuditRule]:
    """Return the rules of a text; what is no rule of the kernel (-D, -b, "No rules") is left out."""
    return [
        read_rule(line) for line in map(str.strip, text.splitlines()) if re.match(r"-[aAwe] ", line)
    ]


@lru_cache(maxsize=4096)
def read_rule(line: str) -> AuditRule:
    """Return a rule apart from its spelling.

    Raises:
        ValueError: it is none.

    """
    words = shlex.split(line)
    if len(words) % 2:
        raise ValueError(f'"{line}" is no rule of auditctl: an option lacks its value')
    pairs = list(zip(words[::2], words[1::2], strict=True))
    fields = [_filter(_FIELDS[option] + value) for option, value in pairs if option in _FIELDS]
    return AuditRule(
        place=next(
            (frozenset(value.split(",")) for option, value in pairs if option in ("-a", "-A")),
            _WATCH,
        ),
        calls=frozenset(
            call for option, value in pairs if option == "-S" for call in value.split(",")
        )
        - {"all"},
        perms=next((frozenset(field[5:]) for field in fields if field.startswith("perm=")), _PERMS),
        filters=frozenset(field for field in fields if not field.startswith(("perm=", "key="))),
        enabled=next((int(value) for option, value in pairs if option == "-e"), None),
        line=line,
    )


def _filter(text: str) -> str:
    """Return a filter as the kernel means it: one spelling for no login, for numbers, for files and
    folders.
    """
    name, operator, value = (*_OPERATOR.split(text, maxsplit=1), "", "")[:3]
    if name in ("path", "dir"):
        return f"path={value.rstrip('/') or '/'}"
    if name.endswith(("uid", "gid")):
        value = "unset" if value in _UNSET else "0" if value == "root" else value
    if re.fullmatch(r"a[0-3]", name) and re.fullmatch(r"0x[0-9a-fA-F]+|\d+", value):
        value = str(int(value, 0))
    return f"{name}{operator}{value}"
