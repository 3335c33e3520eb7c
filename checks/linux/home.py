"""Homes of people, and what lies in them, are as they must be, in one respect; those that are not
are named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.accounts import READ, Account, accounts
from tuile.platforms.linux.homes import DOTS, HOMES, WALK
from tuile.platforms.linux.resources.file import FILE, MODE
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import Draft, Resources, Unseen, is_plain, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads owner and mode of homes and of the hidden files in them; for what lies deeper, walks"
        " local homes once."
    ),
    fr=(
        "Lit propriétaire et droits des répertoires personnels et de leurs fichiers cachés ; "
        "au-delà, parcourt une fois "
        "ceux qui sont locaux."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Takes away what the modes of homes and of start files grant too much, where these belong "
        "to their account. The "
        "rest belongs to people, who decide: a home that is a link, or that another account or "
        "root owns, is shown only."
    ),
    fr=(
        "Retire les droits de trop des répertoires personnels et des fichiers de démarrage qui "
        "appartiennent à leur "
        "compte. Le reste appartient aux personnes, qui décident : un répertoire qui est un lien, "
        "ou qui appartient à un "
        "autre compte ou à root, est seulement signalé."
    ),
)

DOES_NOT_SEE = (
    Text(
        "Access lists; where start files that are links lead.",
        "Les ACL ; la cible des fichiers-liens.",
    ),
)

Aspect = Literal[
    "dot_files_owned",
    "exist",
    "files_owned",
    "files_private",
    "no_dangerous_files",
    "owned",
    "private",
    "start_files_private",
]
_SHELLS = (
    *("bash_login", "bash_logout", "bash_profile", "bashrc", "cshrc"),
    *("kshrc", "login", "logout", "profile", "tcshrc"),
)
START_FILES = frozenset(
    f".{name}" for name in (*_SHELLS, "zlogin", "zlogout", "zprofile", "zshenv", "zshrc")
)

_DANGEROUS = (".rhosts", ".shosts", ".netrc", ".forward")
_MODES = ("private", "start_files_private")
_NARROWED = re.compile(r"(?P<path>.*) \(\d{4}\)", re.DOTALL)
"""An offender whose mode an apply narrows; one that is not its account's says so behind the mode.
"""
_FIELDS = 4
_OF_OTHERS = 0o007
_OF_LINKS = 0o777
_LINK = "0:0:0:link:"


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[Aspect, Meta(description="What must be so of all homes of people")]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*[$]?$")], ...],
        Meta(description="Accounts whose homes are left out"),
    ] = ()
    mode: Annotated[
        str,
        Meta(
            pattern=r"^0[0-7]{3}$",
            description="The most that a mode may grant, where the aspect is about modes",
        ),
    ] = "0750"


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("not so", "non conforme")


@dataclass(frozen=True)
class _People:
    """Those whose homes are looked at, the host, and the most that a mode may grant."""

    accounts: Sequence[Account]
    host: Host
    mode: int


def subject(params: Params) -> str:
    """Return the respect in which homes are looked at."""
    return f"homes: {params.aspect}"


def observe(host: Host, params: Params) -> State:
    """Read the accounts once for all rules, and what is in their homes once for those that ask for
    it.

    Raises:
        Unseen: a file cannot be read, or the homes take too long.

    """
    known = accounts(output_of(host.run(READ)))
    people = [
        each
        for each in known
        if each.is_personal and each.logs_in and each.name not in params.spare
    ]
    return State(
        tuple(sorted(set(_LOOKS[params.aspect](_People(people, host, int(params.mode, 8))))))
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {"offenders": Equals(())}


def touches(params: Params) -> Resources:
    """Return what is known beforehand: nothing, or the file that names the homes that a person
    looks at.
    """
    return () if params.aspect in _MODES else (FILE("/etc/passwd"),)


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return the paths whose modes are narrowed.

    Raises:
        Unseen: none is, as only a person can tell whose they are.

    """
    if params.aspect not in _MODES:
        return ()
    paths, _ = _narrowed(seen)
    if listed(seen.get("offenders")) and not paths:
        raise Unseen(_NOT_ITS_OWN.en, _NOT_ITS_OWN.fr)
    return MODE.each(paths)


def leaves(params: Params, seen: Mapping[str, Value]) -> Text | None:
    """Return what is not the account's own, beside what is narrowed."""
    _, left = _narrowed(seen)
    if params.aspect not in _MODES or not left:
        return None
    return Text(f"{', '.join(left)}: {_NOT_ITS_OWN.en}", f"{', '.join(left)} : {_NOT_ITS_OWN.fr}")


def _narrowed(seen: Mapping[str, Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths whose modes an apply narrows, and the offenders that it leaves."""
    found = {each: _NARROWED.fullmatch(each) for each in map(str, listed(seen.get("offenders")))}
    paths = {
        each: match["path"] for each, match in found.items() if match and is_plain(match["path"])
    }
    return tuple(paths.values()), tuple(each for each in found if each not in paths)


def edit(draft: Draft, params: Params) -> str:
    """Return nothing.

    Raises:
        Unseen: always: no program gives away or deletes what lies in the homes of people.

    """
    del draft
    raise Unseen(_BY_HAND[params.aspect].en, _BY_HAND[params.aspect].fr)


def _exist(people: _People) -> Iterator[str]:
    homes = _stats(people.host.run(HOMES))
    return (
        f"{account.home} ({account.name})"
        for account in people.accounts
        if account.home not in homes
    )


def _owned(people: _People) -> Iterator[str]:
    homes = _stats(people.host.run(HOMES))
    for account in people.accounts:
        if account.home in homes and homes[account.home][1:3] != (account.uid, account.gid):
            yield f"{account.home} ({account.name})"


def _private(people: _People) -> Iterator[str]:
    result = people.host.run(HOMES)
    homes, links = _stats(result), _links(result)
    for account in people.accounts:
        if account.home in homes and account.home != "/" and homes[account.home][0] & ~people.mode:
            mode, uid, gid = homes[account.home]
            yield _excess(
                account.home, mode, "link" if account.home in links else _other(account, uid, gid)
            )


def _excess(path: str, mode: int, whose: str) -> str:
    return f"{path} ({mode:04o}{whose and ', ' + whose})"


def _other(account: Account, uid: int, gid: int) -> str:
    """Return whose something is, "" where it is the account's own."""
    return "" if uid == account.uid else f"{uid}:{gid}"


def _files_owned(people: _People) -> Iterator[str]:
    for account, _, uid, gid, _ in _walked(people):
        if uid != account.uid:
            yield f"{account.home} ({uid}:{gid})"


def _files_private(people: _People) -> Iterator[str]:
    for account, mode, _, _, sort in _walked(people):
        if sort != "hidden" and mode & ~people.mode:
            yield f"{account.home} ({mode:04o})"


def _start_files_private(people: _People) -> Iterator[str]:
    for account, path, (mode, uid, gid) in _dot_files(people):
        if path.rsplit("/", 1)[-1] in START_FILES and mode & ~people.mode:
            yield _excess(path, mode, "link" if mode == _OF_LINKS else _other(account, uid, gid))


def _no_dangerous_files(people: _People) -> Iterator[str]:
    return (path for _, path, _ in _dot_files(people) if path.rsplit("/", 1)[-1] in _DANGEROUS)


def _dot_files_owned(people: _People) -> Iterator[str]:
    for account, path, (_, uid, gid) in _dot_files(people):
        if (uid, gid) != (account.uid, account.gid):
            yield f"{path} ({uid}:{gid})"


def _walked(people: _People) -> Iterator[tuple[Account, int, int, int, str]]:
    """Yield each sort of file that lies in the homes: whose home, mode as far as it counts, owner,
    group, type.
    """
    by_home = {account.home: account for account in people.accounts}
    for line in _without_problems(people.host.run(WALK)).splitlines():
        reached, mode, user, group, sort, home = line.split(":", 5)
        if home in by_home:
            counts = int(mode, 8) if reached == "open" else int(mode, 8) & ~_OF_OTHERS
            yield by_home[home], counts, int(user), int(group), sort


def _dot_files(people: _People) -> Iterator[tuple[Account, str, tuple[int, int, int]]]:
    """Yield the dot files of each account, in the order of accounts; there may be a hundred
    thousand of these.
    """
    by_home: dict[str, list[tuple[str, tuple[int, int, int]]]] = {}
    for path, found in _stats(people.host.run(DOTS)).items():
        by_home.setdefault(path.rsplit("/", 1)[0], []).append((path, found))
    for account in people.accounts:
        yield from ((account, path, found) for path, found in by_home.get(account.home, ()))


def _stats(result: CommandResult) -> Mapping[str, tuple[int, int, int]]:
    """Return mode, owner and group by path; what is not there is left out."""
    rows = (line.split(":", 4) for line in _without_problems(result, 1).splitlines())
    return {
        row[4]: (int(row[0], 8), int(row[1]), int(row[2]))
        for row in rows
        if len(row) > _FIELDS and row[3] != "link"
    }


def _links(result: CommandResult) -> frozenset[str]:
    """Return the homes that are links."""
    return frozenset(
        line.removeprefix(_LINK) for line in result.stdout.splitlines() if line.startswith(_LINK)
    )


def _without_problems(result: CommandResult, *also: int) -> str:
    """Return what was printed; what has gone meanwhile, or never was there, is no problem."""
    problems = [
        line
        for line in result.stderr.splitlines()
        if "No such file" not in line and "Not a dir" not in line
    ]
    if problems:
        raise Unseen(problems[-1])
    return output_of(result, *also)


_LOOKS: Mapping[Aspect, Callable[[_People], Iterable[str]]] = {
    "dot_files_owned": _dot_files_owned,
    "exist": _exist,
    "files_owned": _files_owned,
    "files_private": _files_private,
    "no_dangerous_files": _no_dangerous_files,
    "owned": _owned,
    "private": _private,
    "start_files_private": _start_files_private,
}
_NOT_ITS_OWN = Text(
    en=(
        "it does not belong to its account, or is a link: find out whose it is, then chown it or"
        " name another home"
    ),
    fr=(
        "il n’appartient pas à son compte, ou c’est un lien : déterminez à qui il est, puis "
        "corrigez le propriétaire ou "
        "indiquez un autre répertoire"
    ),
)
_BY_HAND: Mapping[Aspect, Text] = {
    "dot_files_owned": Text(
        en="ask the owner of the home whose file it is",
        fr="demandez au titulaire à qui est ce fichier",
    ),
    "exist": Text(
        en="create the home, or close the account", fr="créez le répertoire, ou fermez le compte"
    ),
    "files_owned": Text(
        en="find out whose the files are, then chown them or move them out",
        fr="déterminez à qui sont les fichiers, puis changez leur propriétaire ou déplacez-les",
    ),
    "files_private": Text(
        en="have the owner narrow the modes, and set the umask of sessions",
        fr="faites restreindre les droits par le titulaire, et réglez l’umask des sessions",
    ),
    "no_dangerous_files": Text(
        en="have the owner delete the file", fr="faites supprimer le fichier par le titulaire"
    ),
    "owned": Text(
        en="find out whose the home is, then chown it",
        fr="déterminez à qui est le répertoire, puis corrigez-le",
    ),
}
