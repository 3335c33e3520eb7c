"""Which options of sshd would shut out who logs in to put a host right, told from the rule and the
inventory alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from tuile.policy.kind import Login
from tuile.policy.text import Text

_OF_KEY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
        "ssh-ed25519": ("ssh-ed25519",),
        "ssh-dss": ("ssh-dss",),
        "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
        "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
        "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
        "sk-ssh-ed25519@openssh.com": ("sk-ssh-ed25519@openssh.com",),
        "sk-ecdsa-sha2-nistp256@openssh.com": ("sk-ecdsa-sha2-nistp256@openssh.com",),
    }
)
"""The names of signatures that a key of a type can make (ssh_config(5), PubkeyAcceptedAlgorithms).
"""
_BY_PASSWORD = ("password", "keyboard-interactive")
_SUDO = Text(
    "Give the host an account with sudo, and in the inventory: ansible_user: ACCOUNT,"
    " ansible_become: true",
    "Créez un compte muni de sudo et, dans l’inventaire, écrivez : ansible_user: COMPTE,"
    " ansible_become: true",
)
_KEY = Text(
    "Put a key there (ssh-copy-id), and in the inventory: ansible_ssh_private_key_file: FILE",
    "Déposez-y une clé (ssh-copy-id) et, dans l’inventaire, écrivez : ansible_ssh_private_key_file:"
    " FICHIER",
)


def shut_out(option: str, value: str, login: Login) -> Text | None:
    """Return why an option (lower case) with this value would shut out who logs in, and what to
    write; None: not so.

    Only what is certain is told: an address that a pattern asks for is taken to be ours.
    """
    asked = _ASKED.get(option)
    return asked(value.strip(), login) if asked else None


def _root(value: str, login: Login) -> Text | None:
    closes = value in ("no", "forced-commands-only") or (
        value == "prohibit-password" and login.by_password
    )
    if login.user != "root" or not closes:
        return None
    return _out("which logs in there as root", "qui s’y connecte en root", _SUDO)


def _no_password(value: str, login: Login) -> Text | None:
    return _password_only() if value == "no" and login.by_password else None


def _no_key(value: str, login: Login) -> Text | None:
    if value != "no" or login.by_password:
        return None
    return _out("which logs in there by a key", "qui s’y connecte par une clé", _LEAVE)


def _methods(value: str, login: Login) -> Text | None:
    ways = [[step.partition(":")[0] for step in way.split(",")] for way in value.split()]
    if value == "any" or any(all(_can(step, login) for step in way) for way in ways):
        return None
    if login.by_password and any(way == ["publickey"] for way in ways):
        return _password_only()
    return _out(
        "which has no more than one of these proofs",
        "qui ne dispose que d’une de ces preuves",
        _LEAVE,
    )


def _can(step: str, login: Login) -> bool:
    return (
        step == "none"
        or (step in _BY_PASSWORD and login.has_password)
        or (step == "publickey" and login.has_key)
    )


def _allowed_users(value: str, login: Login) -> Text | None:
    names = [pattern.rpartition("@")[0] or pattern for pattern in value.split()]
    if _matches([login.user], names):
        return None
    return _out(
        f'which logs in there as "{login.user}"',
        f"qui s’y connecte avec « {login.user} »",
        Text(f'Name "{login.user}" in the rule as well', f"Ajoutez « {login.user} » à la règle"),
    )


def _denied_users(value: str, login: Login) -> Text | None:
    if not _matches([login.user], [pattern for pattern in value.split() if "@" not in pattern]):
        return None
    return _out(
        f'which logs in there as "{login.user}"',
        f"qui s’y connecte avec « {login.user} »",
        Text(f'Leave "{login.user}" out of the rule', f"Retirez « {login.user} » de la règle"),
    )


def _allowed_groups(value: str, login: Login) -> Text | None:
    if not login.groups or _matches(login.groups, value.split()):
        return None
    first = value.split(maxsplit=1)[0] if value.split() else value
    return _out(
        f'whose account "{login.user}" is in none of these groups',
        f"dont le compte « {login.user} » n’est dans aucun de ces groupes",
        Text(
            f"On the host: gpasswd --add {login.user} {first}",
            f"Sur la machine : gpasswd --add {login.user} {first}",
        ),
    )


def _denied_groups(value: str, login: Login) -> Text | None:
    if not _matches(login.groups, value.split()):
        return None
    return _out(
        f'whose account "{login.user}" is in one of these groups',
        f"dont le compte « {login.user} » est dans l’un de ces groupes",
        Text(
            "Take it out of the group (gpasswd --delete), or the group out of the rule",
            "Retirez-l’en (gpasswd --delete), ou retirez le groupe de la règle",
        ),
    )


def _signatures(value: str, login: Login) -> Text | None:
    made = _OF_KEY.get(login.key, ())
    if not login.has_key or not made or value.startswith(("+", "^")):
        return None
    named = [name for name in made if _matches([name], value.lstrip("-").split(","))]
    if bool(named) if not value.startswith("-") else len(named) < len(made):
        return None
    return _out(
        f"whose key is of type {login.key}",
        f"dont la clé est de type {login.key}",
        Text(
            "Make one of an accepted type (ssh-keygen -t ed25519), put it there, and in the "
            "inventory: "
            "ansible_ssh_private_key_file: FILE",
            "Créez-en une d’un type accepté (ssh-keygen -t ed25519), déposez-la et, dans "
            "l’inventaire, écrivez : "
            "ansible_ssh_private_key_file: FICHIER",
        ),
    )


def _algorithms(option: str) -> Callable[[str, Login], Text | None]:
    def asked(value: str, login: Login) -> Text | None:
        known = login.speaks.get(option, frozenset())
        if not known or value.startswith(("+", "-", "^")) or _matches(known, value.split(",")):
            return None
        return _out(
            f"which has none of these algorithms: {value}",
            f"qui ne connaît aucun de ces algorithmes : {value}",
            Text(
                f"Add one of: {', '.join(sorted(known)[:4])}",
                f"Ajoutez l’un de : {', '.join(sorted(known)[:4])}",
            ),
        )

    return asked


def _port(value: str, login: Login) -> Text | None:
    if str(login.port) in value.split():
        return None
    return _out(
        f"which comes by port {login.port}",
        f"qui passe par le port {login.port}",
        Text(
            f"Let the server listen on both until the inventory says ansible_port: {value}",
            "Laissez le serveur écouter sur les deux jusqu’à ce que l’inventaire indique"
            f" ansible_port: {value}",
        ),
    )


def _command(value: str, _login: Login) -> Text | None:
    if value == "none":
        return None
    return _out(
        "which needs a shell there",
        "qui a besoin d’un shell",
        Text(
            "Put it into a Match block for the accounts that it is for",
            "Placez cela dans un bloc Match, pour les comptes visés",
        ),
    )


def _no_session(value: str, _login: Login) -> Text | None:
    if value != "0":
        return None
    return _out(
        "which needs a session there",
        "qui a besoin d’une session",
        Text("Write 2 or more", "Écrivez 2 ou plus"),
    )


def _no_way_through(closing: Iterable[str]) -> Callable[[str, Login], Text | None]:
    values = frozenset(closing)

    def asked(value: str, login: Login) -> Text | None:
        if value not in values or not login.on_the_way_to:
            return None
        host = login.on_the_way_to
        return _out(
            f"on its way through this host (ProxyJump) to {host} and whatever lies behind",
            f"qui passe par cette machine (ProxyJump) pour joindre {host} et ce qui se trouve"
            " derrière",
            Text(
                "Switch the rule off for this host, with the reason",
                "Désactivez la règle pour cette machine, avec le motif",
            ),
        )

    return asked


_LEAVE = Text("Have the rule leave that way in", "Laissez cette voie dans la règle")
_ASKED: Mapping[str, Callable[[str, Login], Text | None]] = {
    "permitrootlogin": _root,
    "passwordauthentication": _no_password,
    "pubkeyauthentication": _no_key,
    "authenticationmethods": _methods,
    "allowusers": _allowed_users,
    "denyusers": _denied_users,
    "allowgroups": _allowed_groups,
    "denygroups": _denied_groups,
    "pubkeyacceptedalgorithms": _signatures,
    **{
        option: _algorithms(option)
        for option in ("kexalgorithms", "ciphers", "macs", "hostkeyalgorithms")
    },
    "port": _port,
    "forcecommand": _command,
    "chrootdirectory": _command,
    "maxsessions": _no_session,
    "allowtcpforwarding": _no_way_through(("no", "remote")),
    "disableforwarding": _no_way_through(("yes",)),
    "permitopen": _no_way_through(("none",)),
}


def _out(who: str, qui: str, advice: Text) -> Text:
    return Text(
        f"it would shut out Tuile, {who}. {advice.en}", f"cela exclurait Tuile, {qui}. {advice.fr}"
    )


def _password_only() -> Text:
    return _out("which logs in there by a password", "qui s’y connecte par mot de passe", _KEY)


def _matches(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Return whether one of the names fits one of the patterns: * and ? as in ssh_config(5),
    PATTERNS.
    """
    wanted = [
        re.compile(re.escape(one).replace(r"\*", ".*").replace(r"\?", ".")) for one in patterns
    ]
    return any(one.fullmatch(name) for name in names for one in wanted)
