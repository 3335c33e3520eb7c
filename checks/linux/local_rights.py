"""Nobody has more rights by a group, by the password of a group or by a shell than was approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.accounts import READ, accounts, groups
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads passwd, group and gshadow: members of groups, primary ones too, passwords and "
        "managers of groups, "
        "shells; and subuid and subgid; the hashes never leave the host."
    ),
    fr=(
        "Lit passwd, group et gshadow : membres des groupes, même principaux, mots de passe et "
        "gestionnaires de "
        "groupes, shells ; et subuid et subgid ; les empreintes ne quittent jamais la machine."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the account out of the group (gpasswd -d), the password off it (gpasswd -R), give "
        "the account a shell "
        "of a package (chsh), or name the account in the policy (spare)."
    ),
    fr=(
        "Retirez le compte du groupe (gpasswd -d), le mot de passe du groupe (gpasswd -R), donnez "
        "au compte un shell "
        "d’un paquet (chsh), ou nommez le compte dans la politique (spare)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="accounts and groups of a remote directory",
        fr="les comptes et les groupes d’un annuaire distant",
    ),
)

Aspect = Literal["groups_approved", "no_group_passwords", "shells_known", "subordinate_ids_apart"]

_GROUPS = (
    "sed -nE -e 's/^([^:]+):[!*x]*:([^:]*):.*/\\1:!:\\2/p; t' -e "
    "'s/^([^:]+):[^:]*:([^:]*):.*/\\1:?:\\2/p' /etc/gshadow"
    " && sed -nE 's/^([^:]+):([^x:*!][^:]*):.*/\\1:?:/p' /etc/group"
)
_RANGES = "grep -sH '^[^#]' /etc/subuid /etc/subgid; :"
_TO_ROOT = frozenset(
    (
        *(
            "root",
            "sudo",
            "wheel",
            "admin",
            "disk",
            "shadow",
            "kmem",
            "staff",
            "crontab",
            "utmp",
            "tty",
            "input",
        ),
        *(
            "docker",
            "podman",
            "lxd",
            "incus",
            "incus-admin",
            "microk8s",
            "libvirt",
            "messagebus",
            "polkitd",
            "_ssh",
        ),
        *("nopasswdlogin", "autologin"),
    )
)
"""Groups whose members come to root, read and write what root alone should, or log in without a
password.
"""
_OWN_GROUP = frozenset(("messagebus", "polkitd"))
"""Services whose group is meant for themselves alone."""
_SERVICES_OUT = frozenset(("adm", "systemd-journal"))
"""Groups that people may be in, services not: they read all logs."""
_SHELL = re.compile(
    r"(/usr)?/bin/(ba|da|z|k|mk|tc|c|fi|rba|a|r)?sh|/usr/bin/(git-shell|tmux|screen|scponly)|"
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[Aspect, Meta(description="What must be so of all accounts and groups")]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*[$]?$")], ...],
        Meta(description="Accounts that are left out; with no_group_passwords: groups"),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("not approved", "non approuvé")


def subject(params: Params) -> str:
    """Return the respect in which accounts are looked at."""
    return f"rights: {params.aspect}"


def observe(host: Host, params: Params) -> State:
    """Read accounts and groups once for all rules.

    Raises:
        Unseen: a file cannot be read.

    """
    ranges = params.aspect == "subordinate_ids_apart"
    local, other = together(host, (READ,), (_RANGES if ranges else _GROUPS,))
    found = _LOOKS[params.aspect](output_of(local), output_of(other))
    return State(tuple(sorted({text for name, text in found if name not in params.spare})))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {"offenders": Equals(())}


Found = Iterator[tuple[str, str]]
"""The name that `spare` may hold, and what is said of it."""


# Every aspect is asked alike
def _groups_approved(local: str, passwords: str) -> Found:  # noqa: ARG001
    known = accounts(local)
    people = {account.name for account in known if account.is_personal}
    everybody = groups(local)
    to_root = {group.gid for group in everybody if group.name in _TO_ROOT} | {0}
    for group in everybody:
        primary = (account.name for account in known if account.gid == group.gid)
        for name in sorted({*group.members, *primary} - ({group.name} & _OWN_GROUP)):
            if group.gid in to_root or (group.name in _SERVICES_OUT and name not in people):
                yield name, f"{name} ({group.name})"


def _no_group_passwords(local: str, passwords: str) -> Found:  # noqa: ARG001 -- the same
    for line in passwords.splitlines():
        name, field, managers = line.split(":", 2)
        if field == "?":
            yield name, f"{name}: password"
        if managers:
            yield name, f"{name}: {managers}"


def _shells_known(local: str, passwords: str) -> Found:  # noqa: ARG001 -- the same
    for account in accounts(local):
        if account.logs_in and not _SHELL.fullmatch(account.shell):
            yield account.name, f"{account.name} ({account.shell})"


def _subordinate_ids_apart(local: str, ranges: str) -> Found:
    """Yield the ranges of numbers that an account may take in its containers, and that are
    somebody’s already.
    """
    numbers = {
        "subuid": {account.uid for account in accounts(local)},
        "subgid": {each.gid for each in groups(local)},
    }
    names = {str(account.uid): account.name for account in accounts(local)}
    given: list[tuple[str, str, range]] = []
    for line in ranges.splitlines():
        path, name, start, count = (*line.split(":"), "", "", "")[:4]
        owner, known = names.get(name, name), start.isdigit() and count.isdigit()
        own = range(int(start), int(start) + int(count)) if known else range(0)
        shared = any(
            _meet(own, other) for at, whose, other in given if at == path and whose != owner
        )
        if not known or shared or any(number in own for number in numbers[path.rpartition("/")[2]]):
            yield name, f"{path}: {name}:{start}:{count}"
        given.append((path, owner, own))


def _meet(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


_LOOKS: Mapping[Aspect, Callable[[str, str], Found]] = {
    "groups_approved": _groups_approved,
    "no_group_passwords": _no_group_passwords,
    "shells_known": _shells_known,
    "subordinate_ids_apart": _subordinate_ids_apart,
}
