"""The stacks of each service as libpam puts them together from its files: includes, substacks,
"other", bad lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

FOLDERS = ("/etc/pam.d", "/usr/lib/pam.d")
"""The first with a file for a service counts, whole; what is included by name comes from the first
only (Debian).
"""
TYPES = ("auth", "account", "password", "session")
ELSEWHERE = "?"
"""Stands for what a file outside these folders holds: it was not looked at, and may say anything.
"""
SUBSTACK = ""

_DEPTH = 32
_WORDS: Mapping[str, Mapping[str, str]] = {
    "required": {"success": "ok", "new_authtok_reqd": "ok", "ignore": "ignore", "default": "bad"},
    "requisite": {"success": "ok", "new_authtok_reqd": "ok", "ignore": "ignore", "default": "die"},
    "sufficient": {"success": "done", "new_authtok_reqd": "done", "default": "ignore"},
    "optional": {"success": "ok", "new_authtok_reqd": "ok", "default": "ignore"},
}
_BAD: Mapping[str, str] = {"default": "bad"}
_ACTIONS = ("ignore", "ok", "done", "bad", "die", "reset")
_RETURN = re.compile(
    "default|success|open_err|symbol_err|service_err|system_err|buf_err|perm_denied|auth_err|cred_insufficient|"
    "authinfo_unavail|user_unknown|maxtries|new_authtok_reqd|acct_expired|session_err|cred_unavail|cred_expired|"
    "cred_err|no_module_data|conv_err|authtok_err|authtok_recover_err|authtok_lock_busy|authtok_disable_aging|"
    "try_again|ignore|abort|authtok_expired|module_unknown|bad_item|conv_again|incomplete"
)
_TOKEN = re.compile(r"\[((?:\\.|[^\]\\])*)\]|(\S+)")
_PAIR = re.compile(r"([a-z_]+)\s*=\s*([a-z]+|\d+)\s*")


@dataclass(frozen=True)
class Handler:
    """One line of a stack, as libpam acts on it."""

    where: str
    """File and line."""
    text: str
    level: int
    """How many substacks it stands in."""
    module: str | None = None
    """The path as written; None: libpam fails here; SUBSTACK: the head of one."""
    arguments: tuple[str, ...] = ()
    actions: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)

    @property
    def name(self) -> str:
        """Return the module without its folder."""
        return (self.module or "").rsplit("/", 1)[-1]

    def __str__(self) -> str:
        """Return where it stands and what it says."""
        return f"{self.where}: {self.text}"


class Aborted(Exception):
    """libpam refuses the service whole: nobody gets in by it."""


Texts = Mapping[str, tuple[str, ...]]
"""The lines of each file by path."""


def services(texts: Texts) -> list[str]:
    """Return the services that have a file, without the files that others include."""
    found = {path.rsplit("/", 1)[-1] for path in texts if path.rsplit("/", 1)[0] in FOLDERS}
    return sorted(name for name in found if not name.startswith("common-"))


def stack(texts: Texts, service: str, type_: str) -> list[Handler]:
    """Return the stack of one type of a service; that of "other" where the service has no line of
    the type.

    Raises:
        Aborted: an @include leads nowhere: the service works for nobody.

    """
    for name in (service, "other"):
        path = next((f"{folder}/{name}" for folder in FOLDERS if f"{folder}/{name}" in texts), None)
        found = list(_lines(texts, path, type_, (0, 0))) if path else []
        if found:
            return found
    return []


def _lines(
    texts: Texts, path: str, type_: str, at: tuple[int, int], *, included: bool = False
) -> Iterator[Handler]:
    """Yield the lines of a file that belong to a type; `at`: how deep in files, and in substacks."""
    depth, level = at
    for number, text in _joined(texts[path]):
        words = [
            f"[{found[1]}]" if found[1] is not None else found[2] for found in _TOKEN.finditer(text)
        ]
        where, kind = f"{path}:{number}", words[0].lstrip("-").lower()
        if kind == "@include":
            yield from _pasted(
                texts, _target(words[1:2]), type_, (depth + 1, level), where, included=included
            )
        elif kind not in TYPES:
            if included or type_ == "auth":
                yield Handler(where, text, level, actions=_control(words[1:2]))
        elif kind == type_:
            yield from _line(texts, type_, at, where, words)


def _line(
    texts: Texts, type_: str, at: tuple[int, int], where: str, words: list[str]
) -> Iterator[Handler]:
    depth, level = at
    text, control = " ".join(words), words[1].lower() if len(words) > 1 else ""
    if control in ("include", "substack"):
        inner = level + (control == "substack")
        if inner > level:
            yield Handler(where, text, level, SUBSTACK)
        target = _target(words[2:3])
        if target in texts and depth < _DEPTH:
            yield from _lines(texts, target, type_, (depth + 1, inner), included=True)
        elif _is_elsewhere(target):
            yield Handler(where, text, inner, ELSEWHERE, actions=_WORDS["sufficient"])
        else:
            yield Handler(where, text, level, actions=_BAD)
    else:
        module = next(iter(words[2:]), None)
        yield Handler(where, text, level, module, tuple(words[3:]), _control(words[1:2]))


def _pasted(
    texts: Texts, target: str, type_: str, at: tuple[int, int], where: str, *, included: bool
) -> Iterator[Handler]:
    if target in texts and at[0] < _DEPTH:
        yield from _lines(texts, target, type_, at, included=included)
    elif _is_elsewhere(target):
        yield Handler(where, f"@include {target}", at[1], ELSEWHERE, actions=_WORDS["sufficient"])
    elif included:
        yield Handler(where, f"@include {target}", at[1], actions=_BAD)
    else:
        raise Aborted(where)


def _target(words: list[str]) -> str:
    name = words[0] if words else ""
    return name if name.startswith("/") else f"{FOLDERS[0]}/{name}"


def _is_elsewhere(path: str) -> bool:
    return path.rsplit("/", 1)[0] not in FOLDERS


def _joined(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield lines with what a backslash continues, without comments, and the number of the first of
    each.
    """
    kept, first = "", 0
    for number, line in enumerate(lines, 1):
        first = first if kept else number
        text = line.split("#", 1)[0].rstrip()
        if text.endswith("\\"):
            kept += f"{text[:-1]} "
            continue
        if whole := f"{kept}{text}".strip():
            yield first, whole
        kept = ""
    if kept.strip():
        yield first, kept.strip()


def _control(words: list[str]) -> Mapping[str, str]:
    """Return what is done on each answer; where the control is not understood, all answers are bad,
    success too.
    """
    said = words[0].lower() if words else ""
    if said in _WORDS:
        return _WORDS[said]
    rest, actions = said.strip("[]").strip(), {"default": "bad"}
    while rest:
        found = _PAIR.match(rest)
        if not found or not _RETURN.fullmatch(found[1]) or not _acts(found[2]):
            return _BAD
        actions[found[1]] = found[2]
        rest = rest[found.end() :]
    return actions


def _acts(action: str) -> bool:
    return int(action) > 0 if action.isdigit() else action in _ACTIONS
