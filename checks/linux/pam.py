"""A module stands in a stack of PAM with its arguments, ahead of the modules that it must not be
skipped by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.pam.profiles import (
    COMMON,
    FOLDER,
    LINE,
    PROFILES,
    READ,
    REGENERATED,
    UNIX,
    WORD,
    Files,
    Line,
    profiles,
    read,
    stack,
)
from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en="Reads the files of /etc/pam.d with what they include, and the profiles of pam-auth-update.",
    fr=(
        "Lit les fichiers de /etc/pam.d, avec ce qu’ils incluent, et les profils de"
        " pam-auth-update."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Adds the module by a profile of pam-auth-update for the common stacks, by a line in the "
        "service's file "
        "elsewhere; arguments alone are changed in their line."
    ),
    fr=(
        "Ajoute le module par un profil de pam-auth-update dans les piles communes, par une ligne "
        "dans le fichier du "
        "service ailleurs ; si seuls les arguments diffèrent, seule leur ligne change."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="What a module does inside, and modules whose file was replaced.",
        fr="Ce que fait un module en interne, et un module dont le fichier a été remplacé.",
    ),
    Text(
        en="Whether the stack as a whole lets somebody in: pam_stack judges that.",
        fr="Si la pile dans son ensemble laisse entrer quelqu’un : pam_stack le juge.",
    ),
)

_DEFAULT = {
    "auth": "required",
    "account": "required",
    "password": "requisite",
    "session": "optional",
}
_ENFORCING = {"required", "requisite"}

_Argument = Annotated[str, Meta(pattern=r"^[a-z_]+((=|>=|<=)[^\s#\[\]]+)?$")]
_Name = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_.-]*[$]?$")]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    service: Annotated[
        str, Meta(pattern=r"^[a-z0-9_-]+$", description="File in /etc/pam.d: common-auth, su")
    ]
    type: Annotated[
        Literal["auth", "account", "password", "session"],
        Meta(description="The stack in that file"),
    ]
    module: Annotated[
        str, Meta(pattern=r"^pam_[a-z0-9_]+\.so$", description="The module: pam_pwhistory.so")
    ]
    control: (
        Annotated[
            str,
            Meta(pattern=r"^[^\n#]+$", description="required …; null: any that is not optional"),
        ]
        | None
    ) = None
    arguments: Annotated[
        tuple[_Argument, ...],
        Meta(description="Arguments that it must have: use_authtok, remember>=24, retry<=3"),
    ] = ()
    without: Annotated[
        tuple[_Name, ...], Meta(description="Arguments that it must not have: nullok")
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    missing: tuple[str, ...] = said("missing", "il manque")
    unwanted: tuple[str, ...] = said("not wanted", "en trop")
    present: bool = said("in the stack", "dans la pile")
    installed: bool = said("module installed", "module installé")
    shipped: str | None = said("profile that brings it", "profil qui l’apporte")


def subject(params: Params) -> str:
    """Return stack and module."""
    return f"{params.service}: {params.type} {params.module}"


def observe(host: Host, params: Params) -> State:
    """Read all stacks and profiles once for all rules.

    Raises:
        NotApplicable: there is no such service.
        Unseen: the files cannot be read.

    """
    files, modules = read(output_of(host.run(READ)))
    if f"{FOLDER}/{params.service}" not in files:
        raise NotApplicable(
            f"there is no service {params.service}", f"il n'y a pas de service {params.service}"
        )
    lines = list(stack(files, params.service, params.type))
    own = [line for line in lines if line.module == params.module]
    missing = tuple(_missing(lines, params))
    unwanted = tuple(
        f"{params.module} {word}"
        for word in params.without
        if any(word in x.arguments for x in own)
    )
    return State(missing, unwanted, bool(own), params.module in modules, _shipped(files, params))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that nothing is missing, and nothing there that must not be."""
    return {"missing": Equals(()), "unwanted": Equals(())}


def touches(params: Params) -> Resources:
    """Return the service's file; for a common stack the profiles, and all that pam-auth-update
    writes.
    """
    own = f"{FOLDER}/{params.service}"
    if params.service not in COMMON:
        return (FILE(own),)
    profile = f"{PROFILES}/tuile-{params.module.removeprefix('pam_').removesuffix('.so')}"
    return (FILE(own), FILE(profile), *GENERATED.each(REGENERATED))


def edit(draft: Draft, params: Params) -> str:
    """Return a profile that brings the module, where it is missing; or the file with its line put
    right.

    Raises:
        Unseen: the module is not installed: a stack that names it would let nobody in; or it stands
            in the wrong place.

    """
    if not draft.seen.get("installed"):
        raise Unseen(
            f"{params.module} is not installed: its package first",
            f"{params.module} n'est pas installé : d'abord son paquet",
        )
    present = bool(draft.seen.get("present"))
    if f"{params.module} … {UNIX}" in (draft.seen.get("missing") or ()):  # type: ignore[operator] # a list of words
        raise Unseen(
            f"it stands behind {UNIX}, which may skip it: a person moves it",
            f"il est placé après {UNIX}, qui peut le sauter : à une personne de le déplacer",
        )
    if draft.path.startswith(PROFILES):
        return draft.text or "" if present or draft.seen.get("shipped") else _profile(draft, params)
    if present:
        return "".join(_put_right(_raw(draft), params))
    return draft.text or "" if params.service in COMMON else _inserted(draft, params)


def _missing(lines: Sequence[Line], params: Params) -> Iterator[str]:
    """Yield what the best line of the module lacks."""
    own = [line for line in lines if line.module == params.module]
    if not own:
        yield params.module
        return
    best = min((list(_lacking(line, params)) for line in own), key=len)
    yield from best
    order = [line.module for line in lines]
    may_be_skipped = params.type in ("auth", "password") and params.module != UNIX and UNIX in order
    if may_be_skipped and order.index(params.module) > order.index(UNIX):
        yield f"{params.module} … {UNIX}"


def _lacking(line: Line, params: Params) -> Iterator[str]:
    if not _controls(line.control, params):
        yield f"{params.control or _DEFAULT[params.type]} {params.module}"
    for asked in params.arguments:
        if not any(_meets(word, asked) for word in line.arguments):
            yield f"{params.module} {asked}"


def _controls(control: str, params: Params) -> bool:
    if params.control is None:
        return control != "optional" or params.type == "session"
    return control == params.control or (control in _ENFORCING and params.control in _ENFORCING)


def _meets(word: str, asked: str) -> bool:
    """Return whether an argument is the one that is asked for, or goes further the right way."""
    name, sign, bound = _asked(asked)
    key, _, value = word.partition("=")
    if sign in ("", "="):
        return word == asked
    if key != name or not re.fullmatch(r"-?\d+", value):
        return False
    return int(value) >= int(bound) if sign == ">=" else int(value) <= int(bound)


def _asked(asked: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"([a-z_]+)(?:(=|>=|<=)(.*))?", asked)
    assert found is not None  # noqa: S101 -- the schema of Params holds it
    return found[1], found[2] or "", found[3] or ""


def _written(asked: str) -> str:
    name, sign, value = _asked(asked)
    return f"{name}={value}" if sign else name


def _profile(draft: Draft, params: Params) -> str:
    """Return the profile of our own that brings the module, with what another rule has asked of it
    already.
    """
    words = [_written(asked) for asked in params.arguments]
    names = {word.partition("=")[0] for word in words}
    found = re.search(rf"(?m)^\t\S+\t{re.escape(params.module)}(.*)$", draft.text or "")
    kept = (
        [word for word in found[1].split() if word.partition("=")[0] not in names] if found else []
    )
    line = " ".join(
        [f"\t{params.control or _DEFAULT[params.type]}\t{params.module}", *kept, *words]
    )
    part, block = params.type.capitalize(), "Additional" if params.type == "session" else "Primary"
    head = f"Name: Tuile {params.module}\nDefault: no\nPriority: 1000\n{part}-Type: {block}\n"
    alone = (
        f"{part}-Initial:\n{line.replace(' use_authtok', '')}\n" if " use_authtok" in line else ""
    )
    return f"{start(Draft(draft.path, None, draft.header))}{head}{part}:\n{line}\n{alone}"


def _shipped(files: Files, params: Params) -> str | None:
    """Return the profile of a package that brings the module with the right arguments."""
    for name, lines in profiles(files, params.type):
        own = [line for line in lines if line.module == params.module]
        if own and not name.startswith("tuile-") and not list(_missing(own, params)):
            return name
    return None


def _raw(draft: Draft) -> list[str]:
    return (draft.text or "").splitlines(keepends=True)


def _put_right(lines: Sequence[str], params: Params) -> Iterator[str]:
    """Yield the lines of a file with the arguments of the module as they must be."""
    for text in lines:
        found = LINE.match(text)
        if found is None or found[1] != params.type or found[3].rsplit("/", 1)[-1] != params.module:
            yield text
            continue
        rest, sign, comment = found[4].partition("#")
        words = [word for word in WORD.findall(rest) if word not in params.without]
        for asked in params.arguments:
            if not any(_meets(word, asked) for word in words):
                name = _asked(asked)[0]
                words = [word for word in words if word.partition("=")[0] != name] + [
                    _written(asked)
                ]
        control = (
            found[2] if _controls(found[2], params) else params.control or _DEFAULT[params.type]
        )
        head = text[: found.start(2)] + control + text[found.end(2) : found.end(3)]
        yield f"{' '.join([head, *words])}{f' {sign}{comment}'.rstrip() if sign else ''}\n"


def _inserted(draft: Draft, params: Params) -> str:
    """Return the service's file with a line for the module, ahead of the common stack that it
    includes.
    """
    lines = _raw(draft)
    words = " ".join([params.module, *map(_written, params.arguments)])
    line = f"{params.type} {params.control or _DEFAULT[params.type]} {words}\n"
    common = re.compile(
        rf"\s*@include\s+common-{params.type}\b|\s*{params.type}\s+(include|substack)\s"
    )
    at = next((n for n, text in enumerate(lines) if common.match(text)), len(lines))
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    return "".join([*lines[:at], line, *lines[at:]])
