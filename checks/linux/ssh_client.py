"""The settings of the SSH client for all accounts, and of root, run no program and weaken no
connection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import NotApplicable, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads /etc/ssh/ssh_config, its folder, what they include there and root's own file, "
        "looks for scripts that "
        "sshd runs at login, and for keys that the known hosts of all accounts or of root give to "
        "every server."
    ),
    fr=(
        "Lit /etc/ssh/ssh_config, son dossier, ce qu’ils incluent sous /etc/ssh et le fichier "
        "propre à root, cherche "
        "les scripts que sshd lance à la connexion, et les clés que known_hosts (de tous ou de "
        "root) attribue à tout "
        "serveur."
    ),
)
PUT_RIGHT = Text(
    en="Take the line out, or approve it as it stands.",
    fr="Retirer la ligne, ou l’approuver telle quelle.",
)
DOES_NOT_SEE = (
    Text(
        en="Settings of the SSH client in the homes of other accounts than root.",
        fr="Les réglages du client SSH dans le répertoire d’autres comptes que root.",
    ),
    Text(
        en=(
            "Whether a key in the known hosts is that server’s, and whither an alias (HostName) or"
            " a jump host leads."
        ),
        fr=(
            "Si une clé de known_hosts est bien celle du serveur, et où mènent un alias (HostName)"
            " ou un rebond."
        ),
    ),
)

_READ = r"""shipped=/usr/lib/systemd/ssh_config.d/20-systemd-ssh-proxy.conf
[ ! -e $shipped ] || (cd / && grep -hs "  ${shipped#/}$" var/lib/dpkg/info/*.md5sums | md5sum --status -c) || shipped=
for file in /etc/ssh/ssh_config /etc/ssh/ssh_config.d/*.conf /root/.ssh/config; do
    [ ! -e "$file" ] || [ "$(readlink -f "$file")" = "$shipped" ] || grep -aH '' "$file" /dev/null
done
for file in /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2 /root/.ssh/known_hosts /root/.ssh/known_hosts2; do
    [ ! -e $file ] || grep -aHE '^[[:space:]]*(@cert-authority[[:space:]]+)?([^[:space:]|#]*,)?[*?.]+[,[:space:]]' $file
done
[ -x /root ] || echo "root's own file cannot be read" >&2
for file in /etc/ssh/sshrc /root/.ssh/rc; do [ ! -e $file ] || echo "$file:script"; done
[ -d /etc/ssh ] || echo none
"""
"""One file of systemd's, as its package has it, is for sockets of this machine alone: it names a
program for them.
"""
_PROGRAMS = {
    "localcommand",
    "proxycommand",
    "knownhostscommand",
    "pkcs11provider",
    "securitykeyprovider",
}
"""Options that name what a connection starts or loads."""
_WRONG = {
    "permitlocalcommand": r"yes",
    "stricthostkeychecking": r"no|off",
    "userknownhostsfile": r".*(/dev/null|/tmp/|/var/tmp/|/dev/shm/).*",
    "globalknownhostsfile": r".*(/dev/null|/tmp/|/var/tmp/|/dev/shm/).*",
    "ciphers": r"(?![-]).*(cbc|arcfour|3des|none).*",
    "macs": r"(?![-]).*(md5|sha1|umac-64).*",
    "kexalgorithms": r"(?![-]).*(sha1).*",
    "hostkeyalgorithms": r"(?![-]).*(ssh-rsa|ssh-dss).*",
    "pubkeyacceptedalgorithms": r"(?![-]).*(ssh-rsa|ssh-dss).*",
    "casignaturealgorithms": r"(?![-]).*(ssh-rsa|ssh-dss).*",
    "pubkeyacceptedkeytypes": r"(?![-]).*(ssh-rsa|ssh-dss).*",
    "requiredrsasize": r"\d{1,3}|1\d\d\d",
    "forwardagent": r"(?!no$).*",
    "verifyhostkeydns": r"yes",
    "nohostauthenticationforlocalhost": r"yes",
    "loglevel": r"quiet|fatal",
    "tunnel": r"(?!no$).*",
    "remoteforward": r".*",
    "gssapidelegatecredentials": r"yes",
    "xauthlocation": r"(?!/usr/bin/xauth$).*",
}
"""Values, in small letters, that open a connection to others."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[Annotated[str, Meta(min_length=1)], ...],
        Meta(
            description=(
                'Lines that are right, as "file: line", * for anything: ["*: ProxyCommand'
                ' /usr/bin/nc *"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("", "")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is called alike
    """Return what it is about."""
    return "ssh_config"


def observe(host: Host, params: Params) -> State:
    """Read the files, once.

    Raises:
        NotApplicable: there is no SSH client.
        Unseen: nothing could be read.

    """
    seen = host.run(_READ)
    lines = seen.stdout.splitlines()
    if lines[-1:] == ["none"]:
        raise NotApplicable("there is no SSH client", "il n’y a pas de client SSH")
    if problems := seen.stderr.strip().splitlines():
        raise Unseen(problems[0])
    read = (line.partition(":") for line in lines)
    found = (
        f"{path}: {text.strip()}" for path, _, text in read if "known_hosts" in path or _wrong(text)
    )
    return State(
        tuple(
            line for line in found if not any(fnmatchcase(line, good) for good in params.approved)
        )
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return: no such line."""
    return {"offenders": Equals(())}


def _wrong(text: str) -> bool:
    """Return whether a line starts a program, reads files from elsewhere, or weakens a connection."""
    if text == "script":
        return True
    match = re.match(r"\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)", text)
    if match is None:
        return False
    option, value = match[1].lower(), match[2].strip().strip('"')
    if option == "match":
        return bool(re.search(r"\b(?:exec)\b", value, re.IGNORECASE))
    if option == "include":
        return any(not _own(name) for name in value.split())
    if option in _PROGRAMS:
        return value.lower() not in ("none", "internal")
    return option in _WRONG and bool(re.fullmatch(_WRONG[option], value.lower()))


def _own(name: str) -> bool:
    """Return whether an included file is among those that are read here."""
    return name in ("/etc/ssh/ssh_config.d/*.conf", "ssh_config.d/*.conf")
