"""Local accounts and groups: their lines in the files of passwd(5)."""

from __future__ import annotations

from collections.abc import Iterable

from tuile.policy.change.resource import Resource, ResourceType
from tuile.policy.text import Text

_DATABASES = ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")
BACKUP = ResourceType(
    "file",
    rank=130,
    names=frozenset(f"/etc/{name}-" for name in _DATABASES),
    shared=True,
    of_all=True,
)
"""What the programs that change accounts keep of the files as they were before."""
BACKUPS = BACKUP.each(f"/etc/{name}-" for name in _DATABASES)


def _backups(_name: str) -> Iterable[Resource]:
    return BACKUPS


def _is_account(_name: str, other: Resource) -> bool:
    return other.type.slug == ACCOUNT.slug


def _any_account(name: str, other: Resource) -> bool:
    return name == "*" and _is_account(name, other)


ACCOUNT = ResourceType(
    "account",
    reported="accounts",
    shown=Text("account {}", "compte {}"),
    step=Text("change the account {}", "modifier le compte {}"),
    rank=40,
    along=_backups,
    holds=_any_account,
)
"""An account by its login name; "*": all of them."""
ACCOUNTS = ResourceType("accounts", rank=110, shared=True, of_all=True, holds=_is_account)
"""Those that scripts of packages make, which nobody knows beforehand."""
