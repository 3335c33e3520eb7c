"""Folders shared by NFS or Samba are open to named machines, and those of others bring no rights of
root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, text_found, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said, unapproved
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads /etc/exports and its folder, what the kernel shares by NFS at this moment, Samba’s "
        "settings and the "
        "shares that users opened; and with which options the shares of others are mounted, now "
        "and by fstab."
    ),
    fr=(
        "Lit /etc/exports et son dossier, ce que le noyau partage en NFS à cet instant, les "
        "réglages de Samba et les "
        "partages ouverts par des utilisateurs ; et avec quelles options sont montés les partages "
        "d’autres machines, "
        "maintenant et d’après fstab."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Name the machines or the network that may mount it, keep root’s rights at home "
        "(root_squash), take guests out; "
        "mount shares of others with nosuid and nodev; or approve it in the rule with its reason."
    ),
    fr=(
        "Nommer les machines ou le réseau admis, ne pas transmettre les droits de root "
        "(root_squash), retirer les "
        "invités ; monter les partages des autres avec nosuid et nodev ; ou approuver dans la "
        "règle avec la raison."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Files that Samba’s settings include from elsewhere or keep in its registry, shares "
            "of other programs "
            "(FTP, WebDAV, rsync), and what the modes of the shared files permit."
        ),
        fr=(
            "Ce que les réglages de Samba incluent d’ailleurs ou gardent dans son registre, les "
            "partages d’autres "
            "programmes (FTP, WebDAV, rsync), et ce que permettent les droits des fichiers "
            "partagés."
        ),
    ),
    Text(
        en="Maps of autofs, as long as nothing is mounted by them.",
        fr="Les tables d’autofs, tant que rien n’est monté par elles.",
    ),
)

_EXPORTS = "grep -aH '' /etc/exports /etc/exports.d/*.exports"
_NOW = (
    "cat /proc/fs/nfsd/exports /proc/fs/nfs/exports 2>/dev/null; cat /var/lib/nfs/etab 2>/dev/null"
)
_SAMBA = "grep -aH '' /etc/samba/smb.conf /var/lib/samba/usershares/*"
_MOUNTED = "cat /proc/self/mountinfo"
_FSTAB = "cat /etc/fstab"
_REMOTE = re.compile(r"nfs4?|cifs|smb3|smbfs|ceph|glusterfs|fuse\.glusterfs|fuse\.sshfs|9p|afs")
_OPEN = re.compile(r"\*|\*\..*|0\.0\.0\.0/0(?:\.0\.0\.0)?|::/0|")
_SYSTEM = re.compile(
    r"/|/(?:etc|root|boot|usr|var|dev|proc|sys|run|bin|sbin|lib)|/(?:etc|root|boot|dev|proc|sys)/.*"
)
_YES = r"(?:yes|true|1|on)"
_WRONG = {
    "guestok": _YES,
    "public": _YES,
    "guestonly": _YES,
    "onlyguest": _YES,
    "guestaccount": "root",
    "forceuser": "root",
    "forcegroup": r"\+?root",
    "adminusers": r".+",
    "nullpasswords": _YES,
    "widelinks": _YES,
    "allowinsecurewidelinks": _YES,
    "lanmanauth": _YES,
    "ntlmauth": r"(?:yes|true|1|ntlmv1-permitted)",
    "clientlanmanauth": _YES,
    "encryptpasswords": r"(?:no|false|0|off)",
    "serverminprotocol": r"(?:core|coreplus|lanman[12]|nt1)",
    "minprotocol": r"(?:core|coreplus|lanman[12]|nt1)",
    "clientminprotocol": r"(?:core|coreplus|lanman[12]|nt1)",
    "serversigning": r"(?:no|false|0|off|disabled)",
    "maptoguest": r"badpassword|baduid",
    "include": r".+",
    "configfile": r".+",
    "magicscript": r".+",
    "usersharepath": r"(?!/var/lib/samba/usershares$).+",
    "guest_ok": "y",
}
"""Settings of Samba without their blanks, and the values, in small letters, that open a share or
weaken a login.
"""
_RUNS = re.compile(
    r"(?:root)?(?:preexec|postexec)|(?:abort)?shutdownscript|messagecommand|checkpasswordscript|dfreecommand"
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'What may be there, as globs: ["/srv/images *(everybody)", "*smb.conf ?depot? guest'
                ' ok = yes"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host: only what is not as the rule says."""

    exported: tuple[str, ...] = said("shared by NFS", "partagé en NFS")
    samba: tuple[str, ...] = said("settings of Samba", "réglages de Samba")
    mounted: tuple[str, ...] = said(
        "mounted from others without", "monté depuis d’autres machines sans"
    )


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "NFS, Samba"


def observe(host: Host, params: Params) -> State:
    """Read what is shared from the next start on, and what is shared now.

    Raises:
        Unseen: a file cannot be read.

    """
    questions = ((_EXPORTS,), (_NOW,), (_SAMBA,), (_MOUNTED,), (_FSTAB,))
    exports, now, samba, mounted, fstab = together(host, *questions)
    planned = [text for _, text in _lines(exports)]
    shared = [line for line in now.stdout.splitlines() if not line.startswith("#")]
    return State(
        exported=unapproved(_exported([*_joined(planned), *shared]), params.approved),
        samba=unapproved(_samba(_lines(samba)), params.approved),
        mounted=unapproved(_open_mounts(output_of(mounted), fstab.stdout), params.approved),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("exported", "samba", "mounted"), Equals(()))


def _lines(read: CommandResult) -> Sequence[tuple[str, str]]:
    split = (line.partition(":") for line in text_found(read).splitlines())
    return [(path, text) for path, _, text in split]


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of exports(5), a backslash at the end joined with what follows, comments
    taken out.
    """
    yield from (
        line
        for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines()
        if not line.lstrip().startswith("#")
    )


def _exported(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        found = re.match(r'\s*("[^"]+"|\S+)\s*(.*)', line.partition(" #")[0])
        if not found:
            continue
        path, common = found[1].strip('"'), ""
        for client in found[2].split() or [""]:
            if client.startswith("-"):  # options of all clients that follow
                common = client[1:]
                continue
            name, _, options = client.partition("(")
            if why := _flaws(path, name, f"{common},{options.rstrip(')')}".split(",")):
                yield f"{path} {name or '*'}({','.join(why)})"


def _flaws(path: str, client: str, options: Sequence[str]) -> list[str]:
    """Return what is wrong with a share for a client: whom it lets in, with which rights."""
    if "v4root" in options:  # the kernel's own, which only leads to the others
        return []
    loose = {"no_root_squash", "anonuid=0", "anongid=0", "insecure"}
    if "all_squash" in options:
        loose -= {"no_root_squash"}
    wrong = [one for one in options if one in loose]
    if _OPEN.fullmatch(client) and not any(one.startswith("sec=krb5") for one in options):
        wrong.append("everybody")
    if _SYSTEM.fullmatch(path):
        wrong.append("system")
    return wrong


def _samba(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    section = ""
    for path, line in lines:
        text = line.strip()
        if found := re.match(r"\[([^\]]*)\]", text):
            section = found[0]
        setting = re.match(r"([^=#;]+?)\s*=\s*(.*?)\s*$", text)
        if setting and _weak(re.sub(r"\s", "", setting[1]).lower(), setting[2]):
            yield " ".join(f"{path} {section} {text}".split())


def _weak(name: str, value: str) -> bool:
    if _RUNS.fullmatch(name):
        return bool(value)
    return name in _WRONG and bool(re.fullmatch(_WRONG[name], re.sub(r"\s", "", value).lower()))


def _open_mounts(mountinfo: str, fstab: str) -> Iterator[str]:
    """Yield where shares of other machines are mounted that may bring programs with root's rights,
    or devices.
    """
    found = []
    for line in mountinfo.splitlines():
        mount, _, system = line.partition(" - ")
        found.append((mount.split()[4], system.split()[0], mount.split()[5]))
    words = [line.split() for line in fstab.splitlines() if line.strip()[:1] not in ("", "#")]
    # Source, place, kind, options
    found += [(each[1], each[2], each[3]) for each in words if len(each) > 3]  # noqa: PLR2004
    for place, kind, options in found:
        missing = [name for name in ("nosuid", "nodev") if name not in options.split(",")]
        if _REMOTE.fullmatch(kind) and missing:
            yield f"{place} ({kind}): {', '.join(missing)}"
