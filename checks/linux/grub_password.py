"""Entries of GRUB's menu start without a password, and are changed by nobody who does not know it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.file import GENERATED as GENERATED_RESOURCE
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

SOURCE = "/etc/grub.d/01_tuile"
GENERATED = "/boot/grub/grub.cfg"

CHECKED = Text(
    en=(
        "Reads the menu that GRUB will show: whether it names a superuser with a hashed password, "
        "and whether every "
        "entry for Linux starts without it."
    ),
    fr=(
        "Lit le menu de GRUB : nomme-t-il un superutilisateur avec un mot de passe haché, et "
        "chaque entrée Linux "
        "démarre-t-elle sans ce mot de passe ?"
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the superuser and the hash that the site gave to a file of its own under "
        "/etc/grub.d, leaves every "
        "entry free to start, and makes the menu anew with update-grub."
    ),
    fr=(
        "Écrit le superutilisateur et l’empreinte donnée par le site dans un fichier à part sous "
        "/etc/grub.d, laisse "
        "chaque entrée démarrer librement, et régénère le menu avec update-grub."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Ways to start the machine without GRUB’s menu: another loader, the network, a USB "
            "stick; the "
            "firmware’s settings decide on those."
        ),
        fr=(
            "Un démarrage sans le menu de GRUB : autre chargeur, réseau, clé USB ; les réglages du "
            "micrologiciel en décident."
        ),
    ),
)

_MENU = (
    "cat /boot/grub/grub.cfg || exit; [ ! -e /boot/grub/custom.cfg ] || cat /boot/grub/custom.cfg"
)
"""What GRUB shows: the menu, and the entries that somebody put beside it (41_custom reads them)."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    superuser: Annotated[
        str,
        Meta(
            pattern=r"^[a-z_][a-z0-9_-]*$",
            description="Who may change entries, by a name of GRUB's own",
        ),
    ] = "tuile"
    hash: (
        Annotated[
            str,
            Meta(
                pattern=r"^grub\.pbkdf2\.sha512\.\d+\.[0-9A-Fa-f]+\.[0-9A-Fa-f]+$",
                description=(
                    "What grub-mkpasswd-pbkdf2 makes of the password; null: any, and an apply"
                    " needs one"
                ),
            ),
        ]
        | None
    ) = None


@dataclass(frozen=True)
class State:
    """What was seen on a host; never a hash."""

    protected: bool = said("superuser with a password", "superutilisateur avec mot de passe")
    as_given: bool = said("password that the policy gives", "mot de passe donné par la politique")
    restricted: tuple[str, ...] = said(
        "entries that need it to start", "entrées qui l’exigent pour démarrer"
    )


def subject(params: Params) -> str:
    """Return the superuser."""
    return f"GRUB {params.superuser}"


def observe(host: Host, params: Params) -> State:
    """Read the menu.

    Raises:
        NotApplicable: GRUB does not start this machine.
        Unseen: the menu cannot be read.

    """
    menu = host.run(_MENU)
    if menu.rc != 0 and "No such file" in menu.stderr:
        raise NotApplicable("GRUB does not start this machine", "GRUB ne démarre pas cette machine")
    text = output_of(menu)
    superusers = _superusers(text)
    passwords = dict(re.findall(r"^\s*password_pbkdf2\s+(\S+)\s+(\S+)", text, re.MULTILINE))
    return State(
        protected=bool(superusers & set(passwords)),
        as_given=params.hash is None
        or (params.superuser in superusers and passwords.get(params.superuser) == params.hash),
        restricted=_restricted(text) if superusers else (),
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return a password that stops nobody from starting the machine."""
    yes = Equals(value=True)
    return {"protected": yes, "as_given": yes, "restricted": Equals(())}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is called alike
    """Return the source of the menu, and the menu."""
    return (FILE(SOURCE), GENERATED_RESOURCE(GENERATED))


def edit(draft: Draft, params: Params) -> str:
    """Return the source. GRUB gives each entry the options in its variable menuentry_id_option.

    Raises:
        Unseen: the site gave no hash.

    """
    if params.hash is None:
        raise Unseen(
            'needs a parameter: tailor "hash" (grub-mkpasswd-pbkdf2 makes one)',
            "il manque un paramètre : adapter « hash » (grub-mkpasswd-pbkdf2 en produit un)",
        )
    return (
        f"#!/bin/sh\n# {draft.header}\n"
        'exec tail -n +4 "$0"\n'
        'menuentry_id_option="--unrestricted $menuentry_id_option"\n'
        f'set superusers="{params.superuser}"\nexport superusers\n'
        f"password_pbkdf2 {params.superuser} {params.hash}\n"
    )


def _superusers(menu: str) -> set[str]:
    found = re.findall(r"^\s*set\s+superusers=[\"']?([^\"'\n]*)", menu, re.MULTILINE)
    return set(re.split(r"[\s,;&|]+", found[-1])) - {""} if found else set()


@lru_cache(maxsize=2)
def _restricted(menu: str) -> tuple[str, ...]:
    """Return the titles of entries for Linux, and of the menus that they are in, that ask for the
    password.
    """
    free = False
    open_entry: str | None = None
    found: list[str] = []
    for line in menu.splitlines():
        if re.match(r"\s*(set\s+)?menuentry_id_option=", line) and "--unrestricted" in line:
            free = True
        entry = re.match(r"\s*(?:menuentry|submenu)\s+(?:'([^']*)'|\"([^\"]*)\")", line)
        if entry:
            open_entry = (
                None
                if "--unrestricted" in line or (free and "$menuentry_id_option" in line)
                else entry[1] or entry[2]
            )
        elif (
            open_entry is not None
            and re.match(r"\s*linux(16|efi)?\s", line)
            and "memtest" not in line
        ):
            found.append(open_entry)
    return tuple(dict.fromkeys(found))
