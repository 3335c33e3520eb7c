"""What sudoers lets accounts do is narrow, in one respect; rules that are not are named with whom
they are for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import NotApplicable, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Has sudo's own cvtsudoers read sudoers with all that it includes, and looks at every"
        " command of every rule."
    ),
    fr=(
        "Fait lire sudoers, avec tout ce qu’il inclut, par cvtsudoers et regarde chaque commande de"
        " chaque règle."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Rewrite the rule with visudo: name the program, its arguments and the account that it "
        "runs as, or name in the "
        "policy (spare) those who need more."
    ),
    fr=(
        "Réécrivez la règle avec visudo : nommez le programme, ses arguments et le compte sous "
        "lequel il s’exécute, ou "
        "nommez dans la politique (spare) ceux à qui il faut davantage."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Rules that a directory holds (LDAP, sssd): sudo_policy tells that sudo asks one.",
        fr="Les règles d’un annuaire (LDAP, sssd) : sudo_policy signale que sudo en interroge un.",
    ),
    Text(
        en="What a command that is allowed can be made to do: run another, write a file, show one.",
        fr=(
            "Ce qu’une commande autorisée permet de faire : en lancer une autre, écrire un fichier,"
            " en montrer un."
        ),
    ),
)

Aspect = Literal[
    "arguments_given",
    "no_all_commands",
    "no_editors_or_shells",
    "no_negation",
    "no_root_target",
    "no_wildcards",
    "password_asked",
]

_ABSENT = 3
_READ = "command -v sudo >/dev/null || exit 3; cvtsudoers -f json /etc/sudoers"
_SHELLS = (
    "ash",
    "bash",
    "csh",
    "dash",
    "fish",
    "ksh",
    "mksh",
    "screen",
    "sh",
    "su",
    "tcsh",
    "tmux",
    "zsh",
)
_EDITORS = (
    "ed",
    "emacs",
    "ex",
    "joe",
    "less",
    "man",
    "mcedit",
    "more",
    "nano",
    "pico",
    "rvim",
    "vi",
    "view",
    "vim",
)
_RUNNERS = (
    "awk",
    "chroot",
    "env",
    "find",
    "gdb",
    "lua",
    "nice",
    "nsenter",
    "perl",
    "php",
    "python",
    "ruby",
    "script",
)
_WRAPPERS = ("setpriv", "systemd-run", "tclsh", "timeout", "unshare", "watch", "xargs")
_GIVES_A_SHELL = frozenset((*_SHELLS, *_EDITORS, *_RUNNERS, *_WRAPPERS))
_ROOT = frozenset(
    (
        "ALL",
        "root",
        "#0",
        *(f":{name}" for name in ("ALL", "root", "sudo", "disk", "shadow", "docker")),
    )
)
"""Accounts, and groups after a colon, that come to root."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[Aspect, Meta(description="What must be so of every rule of sudoers")]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^%?[A-Za-z_][A-Za-z0-9_.-]*[$]?$")], ...],
        Meta(description="Accounts and %groups whose rules are left out"),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("rules", "règles")


@dataclass(frozen=True)
class _Grant:
    """One command that one account or group may run."""

    who: str
    run_as: tuple[str, ...]
    command: str
    negated: bool
    asks: bool

    def __str__(self) -> str:
        """Return it much as sudoers has it."""
        return (
            f"{self.who}: ({','.join(self.run_as) or 'root'})"
            f" {'!' if self.negated else ''}{self.command}"
        )


def subject(params: Params) -> str:
    """Return the respect in which sudoers is looked at."""
    return f"sudoers: {params.aspect}"


def observe(host: Host, params: Params) -> State:
    """Ask for all of sudoers once for all rules.

    Raises:
        NotApplicable: there is no sudo.
        Unseen: sudoers cannot be read, or is refused by sudo itself.

    """
    printed = host.run(_READ)
    if printed.rc == _ABSENT:
        raise NotApplicable("there is no sudo", "il n'y a pas de sudo")
    grants, unasked = _grants(output_of(printed))
    found = {
        str(grant)
        for grant in grants
        if grant.who not in params.spare and _LOOKS[params.aspect](grant)
    }
    if params.aspect == "password_asked":
        found |= {
            f"Defaults:{who} !authenticate" if who else "Defaults !authenticate" for who in unasked
        }
        found -= {f"Defaults:{who} !authenticate" for who in params.spare}
    return State(tuple(sorted(found)))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {"offenders": Equals(())}


def _arguments_given(grant: _Grant) -> bool:
    return not grant.negated and " " not in grant.command


def _no_all_commands(grant: _Grant) -> bool:
    return not grant.negated and grant.command == "ALL"


def _no_editors_or_shells(grant: _Grant) -> bool:
    program = grant.command.split(" ")[0].rsplit("/", 1)[-1]
    return not grant.negated and program.split(".")[0].rstrip("0123456789") in _GIVES_A_SHELL


def _no_negation(grant: _Grant) -> bool:
    return grant.negated


def _no_root_target(grant: _Grant) -> bool:
    return not grant.negated and (not grant.run_as or bool(_ROOT & set(grant.run_as)))


def _no_wildcards(grant: _Grant) -> bool:
    return not grant.negated and any(sign in grant.command for sign in "*?[^")


def _password_asked(grant: _Grant) -> bool:
    return not grant.negated and not grant.asks


_LOOKS: Mapping[Aspect, Callable[[_Grant], bool]] = {
    "arguments_given": _arguments_given,
    "no_all_commands": _no_all_commands,
    "no_editors_or_shells": _no_editors_or_shells,
    "no_negation": _no_negation,
    "no_root_target": _no_root_target,
    "no_wildcards": _no_wildcards,
    "password_asked": _password_asked,
}


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _grants(printed: str) -> tuple[tuple[_Grant, ...], tuple[str, ...]]:
    """Return every command that is granted, and who is asked for no password by a Defaults line
    ("": everybody).
    """
    try:
        policy = json.loads(printed)
    except ValueError as error:
        raise Unseen(f"cvtsudoers: {error}") from error
    return tuple(_granted(policy)), tuple(_unasked(policy))


def _granted(policy: Mapping[str, Any]) -> Iterator[_Grant]:
    for spec in policy.get("User_Specs", ()):
        users = list(_names(spec.get("User_List", ()), policy.get("User_Aliases", {})))
        for part in spec.get("Cmnd_Specs", ()):
            named = _names(part.get("runasusers", ()), policy.get("Runas_Aliases", {}))
            run_as = tuple(name for name, _ in named if name)
            if not run_as:  # "(:group)" alone: as the caller, with that group (sudoers(5))
                groups = part.get("runasgroups", ())
                run_as = tuple(
                    f":{name.lstrip('%')}"
                    for name, _ in _names(groups, policy.get("Runas_Aliases", {}))
                )
            asks = not any(
                option.get("authenticate") is False for option in part.get("Options", ())
            )
            for command, negated in _names(
                part.get("Commands", ()), policy.get("Command_Aliases", {})
            ):
                yield from (
                    _Grant(who, run_as, command, negated, asks) for who, out in users if not out
                )


def _unasked(policy: Mapping[str, Any]) -> Iterator[str]:
    for line in policy.get("Defaults", ()):
        if any(option.get("authenticate") is False for option in line.get("Options", ())):
            yield from [
                name for name, _ in _names(line.get("Binding", ()), policy.get("User_Aliases", {}))
            ] or [""]


def _names(
    items: Sequence[Mapping[str, Any]], aliases: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Yield what a list names, and whether it is negated; aliases are followed."""
    for item in items:
        sort, name = next((key, str(value)) for key, value in item.items() if key != "negated")
        negated = bool(item.get("negated"))
        if sort.endswith("alias") and name in aliases:
            yield from ((inner, out != negated) for inner, out in _names(aliases[name], aliases))
        else:
            yield f"{_SIGNS.get(sort, '')}{name}", negated


_SIGNS = {"usergroup": "%", "netgroup": "+", "userid": "#", "usergid": "%#", "nonunixgroup": "%:"}
