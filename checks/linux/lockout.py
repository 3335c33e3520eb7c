"""An account is locked for a while after wrong passwords; named accounts for emergencies are left
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.pam.profiles import (
    FOLDER,
    PROFILES,
    READ,
    REGENERATED,
    UNIX,
    Files,
    Line,
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
    en=(
        "Reads common-auth and common-account: pam_faillock must count before and after the "
        "password is asked for, "
        "and nobody but the named accounts may be let off."
    ),
    fr=(
        "Lit common-auth et common-account : pam_faillock doit compter avant et après la saisie "
        "du mot de passe, et "
        "seuls les comptes nommés peuvent en être dispensés."
    ),
)
PUT_RIGHT = Text(
    en="Writes two profiles of its own for pam-auth-update and has it rebuild the common stacks.",
    fr=(
        "Écrit deux profils à part pour pam-auth-update, puis lui fait reconstruire les piles"
        " communes."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Failures that root wiped out (faillock --reset), and stacks that do not include the "
            "common ones: "
            "pam_stack judges those."
        ),
        fr=(
            "Les échecs effacés par root (faillock --reset), et les piles qui n’incluent pas les "
            "piles "
            "communes : pam_stack les juge."
        ),
    ),
    Text(
        en="Attempts on accounts of a remote directory, which counts by itself.",
        fr="Les essais sur les comptes d’un annuaire distant, qui compte de son côté.",
    ),
)

MODULE = "pam_faillock.so"
BEFORE, BEHIND = f"{PROFILES}/tuile-lockout-before", f"{PROFILES}/tuile-lockout-behind"
_ENFORCING = ("required", "requisite")


@dataclass(frozen=True)
class Params:
    """What a rule says; how many tries and how long stands in faillock.conf, a matter of
    config_option.
    """

    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_.-]*[$]?$")], ...],
        Meta(description="Accounts for emergencies that are never locked"),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    missing: tuple[str, ...] = said("missing", "il manque")
    spared: tuple[str, ...] = said("never locked", "jamais verrouillés")
    installed: bool = said("module installed", "module installé")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is asked alike
    """Return the module that locks."""
    return MODULE


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- all of it is seen at once
    """Read all stacks once for all rules.

    Raises:
        NotApplicable: there are no common stacks.
        Unseen: the files cannot be read.

    """
    files, modules = read(output_of(host.run(READ)))
    if f"{FOLDER}/common-auth" not in files:
        raise NotApplicable("there is no common-auth", "il n'y a pas de common-auth")
    lines = list(stack(files, "common-auth", "auth"))
    return State(tuple(_missing(lines, files)), tuple(_spared(lines)), MODULE in modules)


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return that nothing is missing, and exactly who is let off."""
    return {"missing": Equals(()), "spared": Equals(params.spare)}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the two profiles, and all that pam-auth-update writes."""
    return (FILE(BEFORE), FILE(BEHIND), *GENERATED.each(REGENERATED))


def edit(draft: Draft, params: Params) -> str:
    """Return one half of the lockout: before the password is asked for, and behind pam_unix.

    Who is let off jumps over authsucc too: it says yes to whoever comes there.

    Raises:
        Unseen: the module is not installed: a stack that names it would let nobody in.

    """
    if not draft.seen.get("installed"):
        raise Unseen(
            f"{MODULE} is not installed: install libpam-modules first",
            f"{MODULE} n'est pas installé : installez d'abord libpam-modules",
        )
    header = start(Draft(draft.path, None, draft.header))
    let_off = f"pam_succeed_if.so quiet user in {':'.join(params.spare)}"
    if draft.path == BEFORE:
        jump = f"\t[success=1 default=ignore]\t{let_off}\n" if params.spare else ""
        account = f"Account-Type: Primary\nAccount:\n\trequired\t{MODULE}\n"
        return f"{header}{_head('before', 1100)}{jump}\trequired\t{MODULE} preauth\n{account}"
    jump = f"\t[success=2 default=ignore]\t{let_off}\n" if params.spare else ""
    return (
        f"{header}{_head('behind', 0)}{jump}\t[default=die]\t{MODULE}"
        f" authfail\n\tsufficient\t{MODULE} authsucc\n"
    )


def _head(half: str, priority: int) -> str:
    return (
        f"Name: Tuile lockout {half} the password\nDefault: no\nPriority: {priority}\nAuth-Type:"
        " Primary\nAuth:\n"
    )


def _missing(lines: Sequence[Line], files: Files) -> Iterator[str]:
    at = next((number for number, line in enumerate(lines) if line.module == UNIX), len(lines))
    if not any(
        "preauth" in line.arguments and line.control in _ENFORCING for line in _ours(lines[:at])
    ):
        yield "auth preauth"
    if not any("authfail" in line.arguments for line in _ours(lines[at:])):
        yield "auth authfail"
    if not any(
        line.control in _ENFORCING for line in _ours(stack(files, "common-account", "account"))
    ):
        yield "account"


def _ours(lines: Sequence[Line] | Iterator[Line]) -> list[Line]:
    return [line for line in lines if line.module == MODULE]


def _spared(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the accounts for which a line jumps over the count before the password; of other jumps,
    their condition.
    """
    for line, following in pairwise(lines):
        if (
            line.control.startswith("[success=")
            and line.module != UNIX
            and following.module == MODULE
            and "preauth" in following.arguments
        ):
            by_name = line.module == "pam_succeed_if.so" and line.arguments[-3:-1] == ("user", "in")
            yield from (
                line.arguments[-1].split(":")
                if by_name
                else (" ".join((line.module, *line.arguments)),)
            )
