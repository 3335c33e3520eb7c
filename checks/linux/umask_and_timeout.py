"""Shells give new files to their owner only, or close when nobody types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.posix_shell.commands import text_found
from tuile.policy.condition import AtMost, Condition, Equals, ModeWithin, listed
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads /etc/profile, /etc/profile.d, root's start files, /etc/bash.bashrc and login.defs, "
        "in the order in which "
        "a login shell does, for the umask, or for TMOUT."
    ),
    fr=(
        "Lit /etc/profile, /etc/profile.d, les fichiers de démarrage de root, /etc/bash.bashrc et "
        "login.defs, dans "
        "l’ordre d’un shell de connexion, pour y trouver l’umask, ou TMOUT."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes a file of its own under /etc/profile.d; the umask also to /etc/bash.bashrc and"
        " login.defs."
    ),
    fr=(
        "Écrit un fichier à part sous /etc/profile.d ; l’umask aussi dans /etc/bash.bashrc et"
        " login.defs."
    ),
)

DOES_NOT_SEE = (
    Text(
        en="a umask that people set in their own start files, or that a program sets for itself",
        fr=(
            "l’umask que chacun fixe dans ses propres fichiers de démarrage, ou qu’un programme se"
            " donne"
        ),
    ),
    Text(
        en="a umask that depends on a condition: the last one written counts",
        fr="un umask qui dépend d’une condition : le dernier écrit compte",
    ),
)

PROFILE, FOLDER = "/etc/profile", "/etc/profile.d/"
BASHRC, LOGIN_DEFS = "/etc/bash.bashrc", "/etc/login.defs"
UMASK_FILE, TIMEOUT_FILE = f"{FOLDER}zz-tuile-umask.sh", f"{FOLDER}zz-tuile-timeout.sh"

_READ = (
    "grep -aHE -e '^[^#]*(umask|TMOUT|profile[.]d)' -e '^[[:space:]]*UMASK' -e '^#' /etc/profile "
    "/etc/profile.d/*.sh"
    " /etc/bash.bashrc /etc/login.defs /root/.bash_profile /root/.bash_login /root/.profile "
    "/root/.bashrc"
)
_UMASK = r"(?:^|[;&|({`]|\b(?:then|else|do|eval|builtin|command)\b)\s*umask\s+(?:-p\s+)?['\"]?([^\s;#'\"})]+)"
"""A umask wherever a command may stand."""
_TMOUT = r"\bTMOUT=['\"]?(\d+)"
_KERNEL = "0755"
"""What a folder gets where nothing sets a umask: that of the kernel's first process is 022."""
_NOTHING = "0000"
"""What a shell grants that is not there."""
_TIMEOUT = """if ! (unset TMOUT) 2>/dev/null; then
    : # it is read-only already
elif [ -n "${BASH_VERSION-}" ]; then
    declare -xr TMOUT=600
else
    TMOUT=600
    export TMOUT
    readonly TMOUT
fi
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[
        Literal["umask", "timeout"],
        Meta(description="The umask, or the time after which a shell closes"),
    ]
    value: Annotated[
        str, Meta(pattern=r"^[0-9]+$", description="Umask in octal: 077; or seconds: 600")
    ]

    def __post_init__(self) -> None:
        """Refuse what is no umask, and a time that means never."""
        if self.aspect == "umask" and not re.fullmatch(r"0?[0-7]{3}", self.value):
            raise ValueError(f'a umask has three octal digits, not "{self.value}"')
        if self.aspect == "timeout" and int(self.value) == 0:
            raise ValueError("0 seconds mean no limit")


@dataclass(frozen=True)
class State:
    """What was seen on a host: of a umask, what it leaves of the rights of a new folder."""

    profile: str | None = said(
        "new folders of login shells", "nouveaux dossiers des shells de connexion"
    )
    bashrc: str | None = said("new folders of other shells", "nouveaux dossiers des autres shells")
    login_defs: str | None = said("new folders by login.defs", "nouveaux dossiers selon login.defs")
    seconds: int | None = said("seconds", "secondes")
    read_only: bool = said("read-only", "en lecture seule")
    later: tuple[str, ...] = said("set again by", "fixé de nouveau par")
    times: tuple[str, ...] = said("TMOUT also in", "TMOUT aussi dans")


def subject(params: Params) -> str:
    """Return what is set."""
    return "umask" if params.aspect == "umask" else "TMOUT"


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- both are read together
    """Read what shells read first, once for all rules.

    Raises:
        Unseen: a file cannot be read.

    """
    files = _files(host.run(_READ))
    before, after = _login(files)
    profile = [text for _, text in (*before, *after)]
    times = [int(found) for text in profile for found in re.findall(_TMOUT, text)]
    read_only = any(
        re.search(r"\breadonly\s+TMOUT\b|\b(declare|typeset)\s+-\w*r\w*\s+TMOUT\b", text)
        for text in profile
    )
    return State(
        profile=_left(profile, _UMASK),
        bashrc=_left(files[BASHRC], _UMASK) if BASHRC in files else _NOTHING,
        login_defs=_left(files.get(LOGIN_DEFS, ()), r"^\s*UMASK\s+([^\s#]+)"),
        seconds=0 if 0 in times else max(times, default=None),
        read_only=read_only,
        later=tuple(f"{path}: {text.strip()}" for path, text in after if re.search(_UMASK, text)),
        times=tuple(
            f"{path}: {text.strip()}"
            for path, text in (*before, *after)
            if path != TIMEOUT_FILE and re.search(_TMOUT, text)
        ),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return what a new folder may grant, or how long a shell may wait."""
    if params.aspect == "timeout":
        return {"seconds": AtMost(int(params.value), floor=1), "read_only": Equals(value=True)}
    most = ModeWithin(f"{0o777 & ~int(params.value, 8):04o}")
    return {"profile": most, "bashrc": most, "login_defs": most}


def touches(params: Params) -> Resources:
    """Return the files that set it."""
    return (
        *FILE.each(
            (TIMEOUT_FILE,) if params.aspect == "timeout" else (UMASK_FILE, BASHRC, LOGIN_DEFS)
        ),
    )


def edit(draft: Draft, params: Params) -> str:
    """Return our own file under /etc/profile.d, read last; or a file with the umask in the place of
    its line.

    Raises:
        Unseen: a line of somebody else counts more than our own file.

    """
    later = listed(draft.seen.get("later"))
    if (
        params.aspect == "umask"
        and later
        and not wanted(params)["profile"].admits(draft.seen.get("profile"))
    ):
        raise Unseen(
            f"{later[-1]}: it is read last; take it out", f"{later[-1]} : lu en dernier ; à retirer"
        )
    for line in listed(draft.seen.get("times")) if params.aspect == "timeout" else ():
        if not wanted(params)["seconds"].admits(max(map(int, re.findall(_TMOUT, line)))):
            raise Unseen(
                f"{line}: take it out, a shell keeps it", f"{line} : à retirer, le shell le garde"
            )
    if draft.path == TIMEOUT_FILE:
        return start(Draft(draft.path, None, draft.header)) + _TIMEOUT.replace("600", params.value)
    if draft.path == UMASK_FILE:
        return set_line(start(draft), r"umask\s", f"umask {params.value}")
    field, key = ("bashrc", "umask ") if draft.path == BASHRC else ("login_defs", "UMASK\t\t")
    if draft.text is None or wanted(params)[field].admits(draft.seen.get(field)):
        return draft.text or ""
    return set_line(draft.text, rf"\s*{key.strip()}\s", f"{key}{params.value}")


def _login(
    files: Mapping[str, tuple[str, ...]],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what root's login shell runs up to our own file and after it, in order: each line with
    its file.

    /etc/profile runs its folder where it names it.
    """
    main = [(PROFILE, text) for text in files.get(PROFILE, ())]
    named = [number for number, (_, text) in enumerate(main, 1) if FOLDER.rstrip("/") in text]
    at = named[-1] if named else len(main)
    lines = [(path, text) for path, texts in files.items() for text in texts]
    folder = [(path, text) for path, text in lines if path.startswith(FOLDER)]
    first = [line for line in folder if line[0] <= UMASK_FILE]
    return [*main[:at], *first], [
        *folder[len(first) :],
        *main[at:],
        *(line for line in lines if "/root/" in line[0]),
    ]


def _left(lines: Sequence[str], pattern: str) -> str:
    """Return what the last umask leaves of the rights of a new folder."""
    found = [mask for text in lines for mask in re.findall(pattern, text)]
    if not found:
        return _KERNEL
    return (
        f"{0o777 & ~int(found[-1], 8):04o}"
        if re.fullmatch(r"[0-7]{1,4}", found[-1])
        else str(found[-1])
    )


def _files(listed: CommandResult) -> Mapping[str, tuple[str, ...]]:
    return dict(_by_file(text_found(listed)))


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _by_file(printed: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(_grouped(printed.splitlines()))


def _grouped(lines: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    files: dict[str, list[str]] = {}
    for line in lines:
        path, _, text = line.partition(":")
        kept = files.setdefault(path, [])
        if not text.startswith("#"):
            kept.append(text)
    yield from ((path, tuple(texts)) for path, texts in files.items())
