"""Local accounts and groups are as they must be, in one respect; those that are not are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.accounts import READ, Account, Group, accounts, groups
from tuile.platforms.linux.resources.account import ACCOUNT
from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import Draft, Login, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en="Reads passwd, shadow and group; the hashes of passwords never leave the host.",
    fr=(
        "Lit passwd, shadow et group ; les empreintes des mots de passe ne quittent jamais la"
        " machine."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Locks accounts of the system; deleting, renumbering and setting passwords is left to a"
        " person."
    ),
    fr=(
        "Verrouille les comptes système ; supprimer, renuméroter ou définir un mot de passe revient"
        " à une personne."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Accounts of a remote directory (LDAP, sssd) or of systemd-homed.",
        fr="Les comptes d’un annuaire distant (LDAP, sssd) ou de systemd-homed.",
    ),
    Text(
        en=(
            "Ways into an account other than its password: keys, PAM and sudo have rules of their"
            " own."
        ),
        fr=(
            "Ce qui ouvre un compte sans son mot de passe : les clés, PAM et sudo ont leurs propres"
            " règles."
        ),
    ),
)

Aspect = Literal[
    "approved_only",
    "groups_exist",
    "ids_unique",
    "invalid_shell_locked",
    "last_change_past",
    "names_unique",
    "passwords_set",
    "root_alone",
    "root_group_alone",
    "root_locked",
    "shadow_group_empty",
    "shadowed",
    "system_locked",
]
_LOCKS = ("system_locked", "invalid_shell_locked")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[Aspect, Meta(description="What must be so of all accounts and groups")]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*[$]?$")], ...],
        Meta(description="Accounts that are left out; with approved_only: those that may be there"),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("not so", "non conforme")


@dataclass(frozen=True)
class _Local:
    """What is looked at, without the accounts that are spared."""

    accounts: Sequence[Account]
    groups: Sequence[Group]
    host: Host


def subject(params: Params) -> str:
    """Return the respect in which accounts are looked at."""
    return f"accounts: {params.aspect}"


def observe(host: Host, params: Params) -> State:
    """Read the accounts once for all rules.

    Raises:
        Unseen: a file cannot be read.

    """
    printed = output_of(host.run(READ))
    looked_at = [account for account in accounts(printed) if account.name not in params.spare]
    found = _LOOKS[params.aspect](_Local(looked_at, groups(printed), host))
    return State(tuple(sorted(set(found))))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {"offenders": Equals(())}


def touches(params: Params) -> Resources:
    """Return what locking an account writes; else the file that a person looks at."""
    if params.aspect in _LOCKS:
        return (
            GENERATED("/etc/passwd"),
            GENERATED("/etc/passwd-"),
            GENERATED("/etc/shadow"),
            GENERATED("/etc/shadow-"),
        )
    return (FILE("/etc/passwd"),)


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return the accounts that are locked."""
    found = [str(each).split(" ")[0] for each in listed(seen.get("offenders"))]
    return ACCOUNT.each(tuple(found) if params.aspect in _LOCKS else ())


def shuts_out(params: Params, login: Login, seen: Mapping[str, Value]) -> Text | None:
    """Return why who logs in would be locked."""
    locked = [str(each).split(" ")[0] for each in listed(seen.get("offenders"))]
    if params.aspect not in _LOCKS or login.user not in locked:
        return None
    return Text(
        f'it would lock "{login.user}", the account that Tuile logs in with. Give Tuile an '
        f"account of its own with a "
        f'number of 1000 or more, or spare this one: tailor "spare: [{login.user}]"',
        f"cela verrouillerait « {login.user} », le compte avec lequel Tuile se connecte. Donnez à "
        f"Tuile un compte à "
        f"lui, de numéro 1000 ou plus, ou épargnez celui-ci : adaptez « spare: [{login.user}] »",
    )


def edit(draft: Draft, params: Params) -> str:
    """Return nothing.

    Raises:
        Unseen: always: no program deletes, renumbers or lets in accounts.

    """
    words = _BY_HAND[params.aspect]
    raise Unseen(f"{draft.path}: {words.en}", f"{draft.path} : {words.fr}")


def _approved_only(local: _Local) -> Iterator[str]:
    return (account.name for account in local.accounts if account.is_personal and account.logs_in)


def _groups_exist(local: _Local) -> Iterator[str]:
    known = {group.gid for group in local.groups}
    return (
        f"{account.name} ({account.gid})" for account in local.accounts if account.gid not in known
    )


def _ids_unique(local: _Local) -> Iterator[str]:
    yield from _twice([(each.name, each.uid) for each in local.accounts])
    yield from _twice([(each.name, each.gid) for each in local.groups])


def _names_unique(local: _Local) -> Iterator[str]:
    for names in ([each.name for each in local.accounts], [each.name for each in local.groups]):
        yield from (name for name, times in Counter(names).items() if times > 1)


def _twice(numbers: Sequence[tuple[str, int]]) -> Iterator[str]:
    counted = Counter(number for _, number in numbers)
    return (f"{name} ({number})" for name, number in numbers if counted[number] > 1)


def _invalid_shell_locked(local: _Local) -> Iterator[str]:
    return (
        account.name for account in local.accounts if account.has_password and not account.logs_in
    )


def _system_locked(local: _Local) -> Iterator[str]:
    for account in local.accounts:
        if account.uid and not account.is_personal and (account.has_password or account.logs_in):
            yield f"{account.name} ({account.shell})"


def _last_change_past(local: _Local) -> Iterator[str]:
    today = _days(output_of(local.host.run("date -u +%F")))
    return (account.name for account in local.accounts if (account.days["changed"] or 0) > today)


def _days(text: str) -> int:
    return (date.fromisoformat(text.strip()) - datetime.fromtimestamp(0, UTC).date()).days


def _passwords_set(local: _Local) -> Iterator[str]:
    return (
        account.name for account in local.accounts if account.password == "" or account.field == ""
    )


def _shadowed(local: _Local) -> Iterator[str]:
    return (
        a.name
        for a in local.accounts
        if a.field not in ("x", "*", "!") or (a.field == "x" and a.password is None)
    )


def _root_alone(local: _Local) -> Iterator[str]:
    return (
        account.name for account in local.accounts if account.uid == 0 and account.name != "root"
    )


def _root_group_alone(local: _Local) -> Iterator[str]:
    yield from (
        account.name for account in local.accounts if account.gid == 0 and account.name != "root"
    )
    yield from (group.name for group in local.groups if group.gid == 0 and group.name != "root")


def _root_locked(local: _Local) -> Iterator[str]:
    return (account.name for account in local.accounts if account.uid == 0 and account.has_password)


def _shadow_group_empty(local: _Local) -> Iterator[str]:
    for group in local.groups:
        if group.name == "shadow":
            yield from group.members
            yield from (account.name for account in local.accounts if account.gid == group.gid)


_LOOKS: Mapping[Aspect, Callable[[_Local], Iterable[str]]] = {
    "approved_only": _approved_only,
    "groups_exist": _groups_exist,
    "ids_unique": _ids_unique,
    "invalid_shell_locked": _invalid_shell_locked,
    "last_change_past": _last_change_past,
    "names_unique": _names_unique,
    "passwords_set": _passwords_set,
    "root_alone": _root_alone,
    "root_group_alone": _root_group_alone,
    "root_locked": _root_locked,
    "shadow_group_empty": _shadow_group_empty,
    "shadowed": _shadowed,
    "system_locked": _system_locked,
}
_BY_HAND: Mapping[Aspect, Text] = {
    "approved_only": Text(
        en="close the account, or name it in the policy (spare)",
        fr="fermez le compte, ou nommez-le dans la politique (spare)",
    ),
    "groups_exist": Text(
        en="create the group, or change that of the account",
        fr="créez le groupe, ou changez celui du compte",
    ),
    "ids_unique": Text(
        en="give one of them another number, and its files",
        fr="renumérotez l’un des deux, et ses fichiers",
    ),
    "last_change_past": Text(
        en="correct the date with chage --lastday", fr="corrigez la date avec chage --lastday"
    ),
    "names_unique": Text(
        en="rename or delete one of them", fr="renommez ou supprimez l’un des deux"
    ),
    "passwords_set": Text(
        en="set a password, or lock the account",
        fr="définissez un mot de passe, ou verrouillez le compte",
    ),
    "root_alone": Text(
        en="delete or renumber the other account", fr="supprimez ou renumérotez l’autre compte"
    ),
    "root_group_alone": Text(en="give it another group", fr="donnez-lui un autre groupe"),
    "root_locked": Text(
        en="once another way to become root is proven, lock it with passwd --lock root",
        fr="une fois prouvé un autre accès à root, verrouillez-le avec passwd --lock root",
    ),
    "shadow_group_empty": Text(
        en="take the members out of the group shadow", fr="retirez les membres du groupe shadow"
    ),
    "shadowed": Text(en="run pwconv", fr="exécutez pwconv"),
}
