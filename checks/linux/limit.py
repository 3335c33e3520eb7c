"""A resource that a session may use is limited (pam_limits), by the line that counts, in all ways
to log in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.pam.profiles import FOLDER, READ, Files, read, stack
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.posix_shell.commands import output_of, text_found, together
from tuile.policy.condition import AtMost, Condition, Equals
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads limits.conf and limits.d in the order of pam_limits, takes the hard limit for "
        "everybody that counts, "
        "names the accounts and groups that may have more, and looks for pam_limits in the stacks "
        "of login, SSH, su and "
        "cron."
    ),
    fr=(
        "Lit limits.conf et limits.d dans l’ordre de pam_limits, retient la limite dure qui "
        "compte pour tous, nomme les "
        "comptes et groupes qui peuvent la dépasser, et cherche pam_limits dans les piles de "
        "login, SSH, su et cron."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the limit to a file of its own under /etc/security/limits.d that is read last; it "
        "counts from the next "
        "login."
    ),
    fr=(
        "Écrit la limite dans un fichier à part de /etc/security/limits.d, lu en dernier ; elle "
        "compte dès la prochaine "
        "connexion."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Services of systemd, which take their limits from their units (LimitCORE= and others),"
            " not from PAM."
        ),
        fr=(
            "Les services de systemd, qui tiennent leurs limites de leurs unités (LimitCORE= et"
            " autres), pas de PAM."
        ),
    ),
    Text(
        en=(
            "Sessions that stood before the limit was set, and root, whom a line for everybody does"
            " not bind."
        ),
        fr=(
            "Les sessions ouvertes avant la pose de la limite, et root, qu’une ligne pour tous ne"
            " lie pas."
        ),
    ),
)

DROP_IN = "/etc/security/limits.d/zz-tuile.conf"
_READ = "grep -aHn '' /etc/security/limits.conf /etc/security/limits.d/*.conf"
_SERVICES = ("cron", "login", "sshd", "su")
_NO_LIMIT = ("unlimited", "infinity", "-1")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    item: Annotated[
        str, Meta(pattern=r"^[a-z]+$", description="The resource, as in limits.conf(5): core")
    ]
    value: Annotated[int, Meta(ge=0, description="How much of it a session may use at most")]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^\s#]+$")], ...],
        Meta(
            description=(
                'Accounts and groups that may have more, as limits.conf names them: ["orthanc",'
                ' "@dev"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    value: int | None = said("hard limit", "limite dure")
    by: str | None = said("set by", "fixé par")
    more: tuple[str, ...] = said("may have more", "peuvent la dépasser")
    without: tuple[str, ...] = said("stacks without pam_limits", "piles sans pam_limits")


@dataclass(frozen=True)
class _Line:
    """A line of limits.conf(5) with its place; value None: no limit."""

    place: str
    domain: str
    type: str
    item: str
    value: int | None


def subject(params: Params) -> str:
    """Return the resource."""
    return f"limits: {params.item}"


def observe(host: Host, params: Params) -> State:
    """Read the limits and all stacks, once for all rules.

    Raises:
        Unseen: a file cannot be read.

    """
    listed, stacks = together(host, (_READ,), (READ,))
    files, _ = read(output_of(stacks))
    lines = [
        line for line in _lines(listed) if line.item in (params.item, "") and line.type != "soft"
    ]
    for_all = [line for line in lines if line.domain == "*" and line.item]
    others = [line for line in lines if line.domain not in ("*", "root", *params.spare)]
    return State(
        value=for_all[-1].value if for_all else None,
        by=for_all[-1].place if for_all else None,
        more=tuple(f"{line.place}: {line.domain}" for line in others if not _within(line, params)),
        without=tuple(
            name for name in _SERVICES if f"{FOLDER}/{name}" in files and not _limited(files, name)
        ),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the limit for all, without a way round it."""
    return {"value": AtMost(params.value), "more": Equals(()), "without": Equals(())}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the drop-in."""
    return (FILE(DROP_IN),)


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the line.

    Raises:
        Unseen: what somebody else wrote counts more, or a stack does not limit at all: both are a
            person's matter.

    """
    place = str(draft.seen.get("by") or "")
    later = [place] if place.rpartition(":")[0] > draft.path else []
    around = [
        *later,
        *_words(draft, "more"),
        *(f"{FOLDER}/{name}" for name in _words(draft, "without")),
    ]
    if around:
        raise Unseen(
            f"{around[0]} counts more: change it there, or name it in spare",
            f"{around[0]} l’emporte : à changer là, ou à nommer dans spare",
        )
    line = f"* hard {params.item} {params.value}"
    return set_line(start(draft), rf"\*\s+hard\s+{params.item}\s", line)


def _words(draft: Draft, field: str) -> Sequence[str]:
    seen = draft.seen.get(field)
    return [str(word) for word in seen] if isinstance(seen, list | tuple) else []


def _lines(listed: CommandResult) -> Iterator[_Line]:
    """Yield the lines in their order; "domain -" alone frees somebody from all limits."""
    for place, text in re.findall(r"^(/[^:\n]+:\d+):([^\n]*)$", text_found(listed), re.MULTILINE):
        domain, kind, item, value = (*text.partition("#")[0].split(), "", "", "", "")[:4]
        if kind == "-" and not item:
            yield _Line(place, domain, kind, "", None)
        elif kind in ("hard", "soft", "-") and (value.isdigit() or value in _NO_LIMIT):
            yield _Line(place, domain, kind, item, int(value) if value.isdigit() else None)


def _within(line: _Line, params: Params) -> bool:
    return line.value is not None and line.value <= params.value


def _limited(files: Files, service: str) -> bool:
    """Return whether pam_limits stands in the sessions of a service, with the files that are read
    here.
    """
    found = (line for line in stack(files, service, "session") if line.module == "pam_limits.so")
    return any(not any(word.startswith("conf=") for word in line.arguments) for line in found)
