"""The stacks of PAM, walked whole as libpam does for each service, let nobody round what must be
asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.pam.answers import (
    ASKED,
    BARRED,
    CHANGED,
    COUNTED,
    TOKEN,
    UNKNOWN,
    World,
    answers,
    is_standard,
)
from tuile.platforms.linux.pam.files import TYPES, Aborted, Handler, services, stack
from tuile.platforms.linux.pam.host import READ, Seen, seen
from tuile.platforms.linux.pam.walk import End, TooLong, ends
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import NotApplicable, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads all files of /etc/pam.d and /usr/lib/pam.d, puts the stacks of each service "
        "together as libpam does, and "
        "walks them with every answer that each module may give; a module that it does not know "
        "is taken to say yes."
    ),
    fr=(
        "Lit tous les fichiers de /etc/pam.d et /usr/lib/pam.d, assemble les piles de chaque "
        "service comme libpam et "
        "les parcourt avec chaque réponse possible de chaque module ; un module inconnu est "
        "réputé dire oui."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take out or correct the line that is named; pam-auth-update --force rebuilds the common "
        "files. A service that "
        "must be otherwise is named in the policy (spare)."
    ),
    fr=(
        "Retirez ou corrigez la ligne nommée ; pam-auth-update --force reconstruit les fichiers "
        "communs. Un service qui "
        "doit faire exception se nomme dans la politique (spare)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="what a module does inside, or a module replaced by another of the same name",
        fr="ce que fait un module en interne, ni un module remplacé par un autre du même nom",
    ),
    Text(
        en="programs that check passwords without PAM",
        fr="les programmes qui vérifient les mots de passe sans PAM",
    ),
    Text(
        en="accounts and rules of a remote directory",
        fr="les comptes et les règles d’un annuaire distant",
    ),
)

Aspect = Literal[
    "accounts_gated",
    "failures_counted",
    "modules_there",
    "password_asked",
    "passwords_checked",
    "programs_approved",
    "sessions_sound",
    "umask_kept",
]
_RUNS = ("pam_exec.so", "pam_script.so", "pam_python.so", "pam_lua.so")
_MARKED = ("cron", "login", "sshd")
"""Services whose sessions Debian marks with the account that logged in, whoever acts in them later.
"""
_NAMES = 4
"""How many services are named beside a line that many share."""
_ELSEWHERE = re.compile(r"(?:envfile|conffile)=(?!/etc/)")
_OPEN = 0o022
"""Rights that a umask of sessions must take away."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[Aspect, Meta(description="What must be so of the stacks of every service")]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z0-9_./-]+$")], ...],
        Meta(
            description=(
                "Services that are left out; with programs_approved: programs that may be run"
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("lines", "lignes")


def subject(params: Params) -> str:
    """Return the respect in which the stacks are looked at."""
    return f"PAM: {params.aspect}"


def observe(host: Host, params: Params) -> State:
    """Read all stacks once for all rules.

    Raises:
        NotApplicable: there is no PAM.
        Unseen: the files cannot be read.

    """
    printed = output_of(host.run(READ))
    if not services(seen(printed).texts):
        raise NotApplicable("there is no PAM", "il n'y a pas de PAM")
    return State(_found(printed, params))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is no such line."""
    return {"offenders": Equals(())}


@lru_cache(maxsize=16)  # the walk of one aspect serves for all hosts with the same files
def _found(printed: str, params: Params) -> tuple[str, ...]:
    """Return the lines at fault, each with the services that have it."""
    what = seen(printed)
    found: dict[str, list[str]] = {}
    for service in services(what.texts):
        if service not in params.spare:
            for line in dict.fromkeys(_LOOKS[params.aspect](what, service, params)):
                found.setdefault(line, []).append(service)
    return tuple(f"{line} ({_few(names)})" for line, names in sorted(found.items()))


def _few(names: Sequence[str]) -> str:
    return ", ".join([*names[:_NAMES], *(["…"] if len(names) > _NAMES else [])])


def _handlers(what: Seen, service: str, type_: str) -> list[Handler]:
    try:
        return stack(what.texts, service, type_)
    except Aborted:  # it lets nobody in
        return []


def _successes(what: Seen, service: str, type_: str, *, blank: bool = False) -> Iterator[End]:
    world = World(service, type_, what.modules, what.members, blank=blank)
    return (end for end in _ends(_handlers(what, service, type_), world) if end.success)


def _ends(handlers: Sequence[Handler], world: World) -> list[End]:
    try:
        return ends(handlers, partial(answers, world=world))
    except TooLong as error:
        raise Unseen(
            f"{world.service}: more ways through the stack than are walked",
            f"{world.service} : la pile a plus de chemins qu'il n'en est parcouru",
        ) from error


# All are asked alike
def _password_asked(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    for blank in (False, True):
        yield from (
            e.fault for e in _successes(what, service, "auth", blank=blank) if TOKEN not in e.marks
        )


# The same
def _accounts_gated(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    return (end.fault for end in _successes(what, service, "account"))


# The same
def _failures_counted(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    """Yield where a wrong password is refused, but neither counted nor barred once there were too
    many.
    """
    world = World(service, "auth", what.modules, what.members, spared=_spared(what))
    for end in _ends(_handlers(what, service, "auth"), world):
        if not end.success and ASKED in end.marks and not {COUNTED, BARRED} <= end.marks:
            asking = [step.handler for step in end.path if step.handler.name == "pam_unix.so"]
            yield str((asking or [end.path[0].handler])[0])


def _spared(what: Seen) -> frozenset[str]:
    """Return the accounts that the line before the count lets off: the kind lockout says whether
    they may be.
    """
    for line, following in pairwise(_handlers(what, "common-auth", "auth")):
        if (
            line.name == "pam_succeed_if.so"
            and line.arguments[-3:-1] == ("user", "in")
            and "preauth" in following.arguments
        ):
            return frozenset(line.arguments[-1].split(":"))
    return frozenset()


# The same
def _passwords_checked(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    return (end.fault for end in _successes(what, service, "password") if CHANGED in end.marks)


# The same
def _modules_there(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    for handler in _all(what, service):
        if not is_standard(handler):
            yield str(handler)
        lacking = handler.name and handler.name not in what.modules
        if lacking and handler.actions.get(UNKNOWN, handler.actions.get("default")) in (
            "bad",
            "die",
        ):
            yield str(handler)


def _programs_approved(what: Seen, service: str, params: Params) -> Iterator[str]:
    for handler in _all(what, service):
        programs = [word for word in handler.arguments if word.startswith("/")]
        if handler.name in _RUNS and not set(programs[:1]) & set(params.spare):
            yield str(handler)


# The same
def _umask_kept(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    for handler in _handlers(what, service, "session"):
        given = [word for word in handler.arguments if word.startswith("umask=")]
        if (
            handler.name == "pam_umask.so"
            and given
            and not _closes(given[-1].removeprefix("umask="))
        ):
            yield str(handler)


# The same
def _sessions_sound(what: Seen, service: str, params: Params) -> Iterator[str]:  # noqa: ARG001
    """Yield what takes the variables of a session from elsewhere, and services whose sessions bear
    no mark.
    """
    handlers = _handlers(what, service, "session")
    if service in _MARKED and not any(handler.name == "pam_loginuid.so" for handler in handlers):
        yield f"{service}: - pam_loginuid.so"
    for handler in handlers:
        if handler.name == "pam_env.so" and any(map(_ELSEWHERE.match, handler.arguments)):
            yield str(handler)


def _closes(mask: str) -> bool:
    return bool(re.fullmatch(r"[0-7]{1,4}", mask)) and int(mask, 8) & _OPEN == _OPEN


def _all(what: Seen, service: str) -> Iterator[Handler]:
    return (
        handler for type_ in TYPES for handler in _handlers(what, service, type_) if handler.module
    )


_LOOKS: Mapping[Aspect, Callable[[Seen, str, Params], Iterator[str]]] = {
    "accounts_gated": _accounts_gated,
    "failures_counted": _failures_counted,
    "modules_there": _modules_there,
    "password_asked": _password_asked,
    "passwords_checked": _passwords_checked,
    "programs_approved": _programs_approved,
    "sessions_sound": _sessions_sound,
    "umask_kept": _umask_kept,
}
