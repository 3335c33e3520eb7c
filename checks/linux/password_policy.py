"""Passwords live and are kept as they must be: those of new accounts, and those of the accounts
that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.accounts import READ, Account, accounts
from tuile.platforms.linux.config_text import set_line
from tuile.platforms.linux.resources.account import ACCOUNT
from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import (
    Compare,
    Condition,
    Equals,
    Value,
    condition_for,
    listed,
    split_list,
)
from tuile.policy.kind import Draft, Resources, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads login.defs and the defaults of useradd for new accounts, and shadow for those that"
        " have a password."
    ),
    fr=(
        "Lit login.defs et les valeurs par défaut de useradd pour les nouveaux comptes, et shadow "
        "pour ceux qui ont un "
        "mot de passe."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Sets the default, and with chage the accounts that are there, but none that would be "
        "shut out at once; hashes "
        "change with the passwords only."
    ),
    fr=(
        "Règle la valeur par défaut et, avec chage, les comptes présents, sauf ceux qui seraient "
        "aussitôt exclus ; les "
        "empreintes ne changent qu’avec les mots de passe."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="How good the passwords in use are, and passwords of a remote directory.",
        fr="La qualité des mots de passe en service, et ceux d’un annuaire distant.",
    ),
)

LOGIN_DEFS, USERADD = "/etc/login.defs", "/etc/default/useradd"
_KEYS = {
    "max_days": ("PASS_MAX_DAYS", "max", 99999),
    "min_days": ("PASS_MIN_DAYS", "min", 0),
    "warn_days": ("PASS_WARN_AGE", "warn", 0),
    "inactive": ("INACTIVE", "inactive", -1),
    "hashing": ("ENCRYPT_METHOD", "", 0),
}
"""Key for new accounts, field of shadow(5), and what it means where nothing is said."""
_HASHES = {
    "$y$": "yescrypt",
    "$gy$": "gost-yescrypt",
    "$7$": "scrypt",
    "$2b$": "bcrypt",
    "$2y$": "bcrypt",
    "$6$": "sha512",
    "$5$": "sha256",
    "$1$": "md5",
}
"""Prefixes of crypt(5)."""

Setting = Literal["max_days", "min_days", "warn_days", "inactive", "hashing"]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    setting: Annotated[
        Setting, Meta(description="Days until a password must, may, will soon need to change; …")
    ]
    value: Annotated[
        str, Meta(pattern=r"^[a-z0-9, -]+$", description="Days, or the name of a hash: yescrypt")
    ]
    compare: Annotated[Compare, Meta(description="What the value must satisfy")] = "equals"
    floor: Annotated[
        int | None, Meta(description="With at_most: the least that is accepted, 0 or more")
    ] = None
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*[$]?$")], ...],
        Meta(
            description=(
                "Accounts that are left as they are: of services, shared ones, those for"
                " emergencies"
            )
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse what no condition can be made of, and days that are none."""
        condition_for(self.compare, self.value, self.floor)
        if self.setting != "hashing" and not re.fullmatch(r"-?\d+", self.value):
            raise ValueError(f'{self.setting} needs a whole number of days, not "{self.value}"')
        if self.compare == "at_most" and (self.floor is None or self.floor < 0):
            raise ValueError(
                "at_most goes with a floor of 0 or more: a negative number of days means for ever"
            )


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    default: str | None = said("for new accounts", "pour les nouveaux comptes")
    offenders: tuple[str, ...] = said("accounts", "comptes")


def subject(params: Params) -> str:
    """Return where the default stands."""
    return f"{_file(params)}: {_KEYS[params.setting][0]}"


def observe(host: Host, params: Params) -> State:
    """Read accounts and defaults once for all rules.

    Raises:
        Unseen: a file cannot be read.

    """
    known = accounts(output_of(host.run(READ)))
    defaults = output_of(host.run("cat /etc/login.defs && useradd -D"))
    key, _, unsaid = _KEYS[params.setting]
    found = re.findall(rf"(?m)^[ \t]*{key}[ \t=]+(\S+)", defaults)
    default = found[-1] if found else None if params.setting == "hashing" else str(unsaid)
    return State(default.lower() if default else None, tuple(_offenders(known, params)))


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the condition on the default, and that no account differs."""
    return {"default": _condition(params), "offenders": Equals(())}


def touches(params: Params) -> Resources:
    """Return the file with the default, and what chage writes."""
    written = () if params.setting == "hashing" else ("/etc/shadow", "/etc/shadow-")
    return (FILE(_file(params)), *GENERATED.each(written))


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return the accounts that chage sets."""
    names = listed(seen.get("offenders"))
    return (
        *ACCOUNT.each(
            () if params.setting == "hashing" else tuple(str(name).split(":")[0] for name in names)
        ),
    )


def edit(draft: Draft, params: Params) -> str:
    """Return the file with the default, in the place of its lines."""
    text, key = draft.text or "", _KEYS[params.setting][0]
    if _condition(params).admits(str(draft.seen.get("default"))):
        return text
    value = split_list(params.value)[0]
    line = f"{key}={value}" if _file(params) == USERADD else f"{key}\t{value.upper()}"
    return set_line(text, rf"\s*{key}[\s=]", line)


def _file(params: Params) -> str:
    return USERADD if params.setting == "inactive" else LOGIN_DEFS


def _condition(params: Params) -> Condition:
    return condition_for(params.compare, params.value, params.floor)


def _offenders(known: Sequence[Account], params: Params) -> Iterator[str]:
    """Yield the accounts with a password that differ; who has none logs in otherwise, and must not
    be aged out.
    """
    _, field, unsaid = _KEYS[params.setting]
    for account in known:
        if not account.has_password or account.name in params.spare:
            continue
        if params.setting == "hashing":
            if (
                not account.password
            ):  # an empty one is hashed by nothing: a matter of the kind account
                continue
            value = _HASHES.get(account.password, "des")
        else:
            days = account.days[field]
            value = str(unsaid if days is None else days)
        if not _condition(params).admits(value):
            yield f"{account.name}: {value}"
