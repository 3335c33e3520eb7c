"""Only approved keys open accounts over SSH, and none opens an account of a service."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.accounts import FIRST_UID, NOBODY
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads authorized_keys and authorized_keys2 in the home of every local account, and takes "
        "the fingerprint of "
        "each key."
    ),
    fr=(
        "Lit authorized_keys et authorized_keys2 dans le dossier personnel de chaque compte local "
        "et calcule "
        "l’empreinte de chaque clé."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the key out of the file that is named, or approve its fingerprint in the policy"
        " (spare)."
    ),
    fr="Retirez la clé du fichier nommé, ou approuvez son empreinte dans la politique (spare).",
)
DOES_NOT_SEE = (
    Text(
        en=(
            "keys in files that sshd_config names elsewhere, or that a command or a directory "
            "gives: the rules on sshd "
            "judge these settings"
        ),
        fr=(
            "les clés de fichiers que sshd_config place ailleurs, ou que donne une commande ou un "
            "annuaire : les règles "
            "sur sshd jugent ces réglages"
        ),
    ),
    Text(en="accounts of a remote directory", fr="les comptes d’un annuaire distant"),
)

_READ = (
    'while IFS=: read -r name x uid x x home x; do for f in "$home/.ssh/authorized_keys" '
    '"$home/.ssh/authorized_keys2";'
    ' do if [ -f "$f" ]; then echo "account:$uid:$name:$f"; set -- "$@" "$f"; fi; done; done < '
    "/etc/passwd;"
    ' [ $# = 0 ] || timeout 20 grep -aHs -D skip -m 1000 "^[^#]" "$@"; [ $? -le 1 ]'
)
_KEY = re.compile(r"(?:^|\s)((?:ssh|ecdsa|sk)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    accounts: Annotated[
        Literal["all", "services"],
        Meta(description="Whose keys are looked at; services: below 1000"),
    ]
    spare: Annotated[
        tuple[
            Annotated[
                str, Meta(pattern=r"^(SHA256:[A-Za-z0-9+/]{43}|[A-Za-z_][A-Za-z0-9_.-]*[$]?)$")
            ],
            ...,
        ],
        Meta(
            description=(
                "Approved keys by fingerprint, as ssh-keygen -l shows it; accounts that are"
                " left out"
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("keys", "clés")


def subject(params: Params) -> str:
    """Return whose keys they are."""
    return f"SSH keys: {params.accounts}"


def observe(host: Host, params: Params) -> State:
    """Read the keys of all accounts once for all rules.

    Raises:
        Unseen: a file cannot be read.

    """
    printed = output_of(host.run(_READ))
    return State(tuple(sorted(set(_offenders(printed, params)))))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {"offenders": Equals(())}


def _offenders(printed: str, params: Params) -> Iterator[str]:
    owners: dict[str, tuple[int, str]] = {}
    for line in printed.splitlines():
        head, _, rest = line.partition(":")
        if head == "account":
            uid, name, path = rest.split(":", 2)
            owners.setdefault(path, (int(uid), name))
        elif head in owners:
            number, owner = owners[head]
            service = 0 < number < FIRST_UID or number == NOBODY
            key = _named(rest)
            if (
                owner not in params.spare
                and key not in params.spare
                and (service or params.accounts == "all")
            ):
                yield f"{owner}: {head}: {key}"


def _named(line: str) -> str:
    """Return the fingerprint of a key; what is none is named as such, since sshd alone knows what
    it makes of it.
    """
    found = _KEY.search(line)
    if found is None:
        return "?"
    try:
        blob = base64.b64decode(found[2] + "=" * (-len(found[2]) % 4), validate=True)
    except binascii.Error:
        return "?"
    return f"SHA256:{base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')}"
