"""A text shown around a login carries a notice, and does not say which system this is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.posix_shell.commands import together
from tuile.policy.condition import Condition, Equals
from tuile.policy.condition import listed as items
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads the text and what is shown along with it (issue.d, motd.d, update-motd.d); looks "
        "for the system’s "
        "name, and for the escapes that getty replaces by its name and version."
    ),
    fr=(
        "Lit le texte et ce qui s’affiche avec lui (issue.d, motd.d, update-motd.d) ; y cherche "
        "le nom du système et "
        "les séquences que getty remplace par son nom et sa version."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the whole text: the one that the policy gives, or a legal notice in French and"
        " English."
    ),
    fr=(
        "Écrit le texte entier : celui que donne la politique, ou un avertissement légal en"
        " français et en anglais."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What programs print that run at login (profile scripts, pam_exec), and banners of "
            "services other "
            "than login and SSH."
        ),
        fr=(
            "Ce qu’affichent les programmes lancés à la connexion (scripts de profil, pam_exec), "
            "et les "
            "bannières d’autres services que login et SSH."
        ),
    ),
)

NOTICE = """\
Accès réservé aux personnes autorisées. Les accès sont enregistrés et contrôlés.
Tout accès ou maintien frauduleux est puni par les articles 323-1 et suivants
du Code pénal.

Authorised users only. Access is recorded and monitored.
Unauthorised access is a criminal offence.
"""
"""What is written where the policy gives no text."""

_NAMES = re.compile(r"\\S(?:\{[A-Z_]*\})?|\\[mrsv]|(?i:\b(?:debian|ubuntu|(?:gnu/)?linux)\b)")
"""The escapes of agetty(8) for machine, release, system and version, and the names themselves."""
_LISTED = "grep -aHn '' /etc/issue /etc/issue.net /etc/motd"
_MORE = (
    "grep -aHns '' /etc/issue.d/*.issue /run/issue.d/*.issue /usr/lib/issue.d/*.issue"
    " /etc/motd.d/* /run/motd.d/* /usr/lib/motd.d/*"
)
_SCRIPTS = (
    "find /etc/update-motd.d -type f -perm /111 ! -name 10-uname"
    " -exec grep -aHnE "
    "'uname|os-release|lsb_release|hostnamectl|debian_version|/proc/version|/etc/issue' {} +"
    " 2>/dev/null"
)
"""The scripts that make the text after a login; Debian's own is left to a rule on its mode."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    path: Annotated[
        Literal["/etc/issue", "/etc/issue.net", "/etc/motd"],
        Meta(
            description=(
                "The text before a login at the console, before one by network (sshd's Banner), or"
                " after it"
            )
        ),
    ]
    text: Annotated[
        str | None, Meta(description="The exact text; without one, any that is there passes")
    ] = None

    def __post_init__(self) -> None:
        """Refuse a text that the rule itself forbids."""
        found = _NAMES.findall(self.text or "")
        if found:
            raise ValueError(f'text names the system: "{found[0]}"')


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    notice: bool = said("shows the notice", "affiche l’avertissement")
    names: tuple[str, ...] = said("names the system", "désigne le système")
    besides: tuple[str, ...] = said("named besides by", "désigné aussi par")


def subject(params: Params) -> str:
    """Return the path."""
    return params.path


def observe(host: Host, params: Params) -> State:
    """Read the three texts at once, and what is shown along with them.

    Raises:
        Unseen: the text cannot be read.

    """
    own, more, scripts = together(host, (_LISTED,), (_MORE,), (_SCRIPTS,))
    text = _text(own, params.path)
    shown = text.strip() == params.text.strip() if params.text else bool(text.strip())
    besides = sorted(set(_besides(params.path, more.stdout, scripts.stdout)))
    return State(shown, tuple(sorted(set(_NAMES.findall(text)))), tuple(besides))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- the same for every text
    """Return: the notice, and no name."""
    return {"notice": Equals(value=True), "names": Equals(()), "besides": Equals(())}


def touches(params: Params) -> Resources:
    """Return the file."""
    return (FILE(params.path),)


def edit(draft: Draft, params: Params) -> str:
    """Return the text.

    Raises:
        Unseen: another file names the system, and is a person's matter.

    """
    if others := items(draft.seen.get("besides")):
        raise Unseen(f"take it away by hand: {others[0]}", f"à retirer à la main : {others[0]}")
    return f"{params.text.strip()}\n" if params.text else NOTICE


def _besides(path: str, more: str, scripts: str) -> Iterator[str]:
    """Yield the files shown along with a text that name the system: of agetty's folders, of
    pam_motd's, its scripts.
    """
    folder = {"/etc/issue": "/issue.d/", "/etc/motd": "/motd.d/"}.get(path)
    for name, text in _texts(more).items():
        if folder and folder in name and _NAMES.search(text):
            yield name
    if path == "/etc/motd":
        yield from _texts(scripts)


def _text(listed: CommandResult, path: str) -> str:
    problems = [
        line
        for line in listed.stderr.splitlines()
        if f" {path}: " in line and "No such file" not in line
    ]
    if problems or listed.rc not in (0, 1, 2):
        raise Unseen(
            (problems or listed.stderr.strip().splitlines() or [f"exit status {listed.rc}"])[-1]
        )
    return _texts(listed.stdout).get(path, "")


@lru_cache(maxsize=6)  # three answers serve all rules of a host
def _texts(printed: str) -> Mapping[str, str]:
    """Return the text of each file from what `grep -aHn ''` prints."""
    texts: dict[str, str] = {}
    for path, line in re.findall(r"^(/[^:\n]+):\d+:(.*)$", printed, re.MULTILINE):
        texts[path] = f"{texts.get(path, '')}{line}\n"
    return texts
