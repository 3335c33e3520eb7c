"""systemd's journal keeps what happens: on disk, all of it, long enough, and closed to others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.perl import GETXATTR, PACKAGED
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Has systemd merge the journal’s files from all folders as journald reads them, compares "
        "their times with the "
        "start of the running journald, and reads rights and access lists of the journal’s "
        "folders and files."
    ),
    fr=(
        "Fait fusionner par systemd les fichiers du journal de tous les dossiers, comme journald "
        "les lit, compare leurs "
        "dates au démarrage du journald en cours, et lit droits et listes d’accès des dossiers et "
        "fichiers du journal."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the drop-in away that says so, restart systemd-journald, and take rights of others "
        "back "
        "(systemd-tmpfiles --create --prefix /var/log/journal)."
    ),
    fr=(
        "Retirer le complément en cause, relancer systemd-journald, et reprendre les droits "
        "donnés à d’autres "
        "(systemd-tmpfiles --create --prefix /var/log/journal)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Entries that somebody with root’s rights removed from the files of the journal.",
        fr=(
            "Les entrées que quelqu’un, avec les droits de root, a retirées des fichiers du"
            " journal."
        ),
    ),
)

_MERGED = "systemd-analyze --no-pager cat-config systemd/journald.conf"
_NEWER = (
    "find /etc/systemd/journald.conf /etc/systemd/journald.conf.d /run/systemd/journald.conf.d"
    " /usr/local/lib/systemd/journald.conf.d -newerct"
    ' "$(systemctl show --timestamp=us --property=ActiveEnterTimestamp --value '
    'systemd-journald.service)" 2>/dev/null'
)
_RIGHTS = (
    "find /var/log/journal -maxdepth 2 -printf '%m %u %g %p\\n';"
    f" perl -f -e '{PACKAGED} use POSIX (); {GETXATTR}"
    ' my $x = $getxattr{(POSIX::uname())[4]} or die "how this processor is asked for access lists '
    "is"
    ' not known\\n"; my $n = "system.posix_acl_access";'
    ' my @all = ("/var/log/journal", glob("/var/log/journal/*"), '
    'glob("/var/log/journal/*/*.journal"));'
    ' for my $f (@all) { my ($p, $b, $s) = ($f, "\\0" x 1024, 1024); my $r = syscall($x, $p, $n, '
    "$b, $s);"
    ' print "acl $f ", unpack("H*", substr($b, 0, $r)), "\\n" if $r > 0 }\''
)
_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_INFO = 6
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50, "E": 2**60}
_SECONDS = re.compile(r"(\d+)\s*([a-zA-Z]*)")
_SPANS = (
    ("y", 31557600),
    ("month", 2629800),
    ("M", 2629800),
    ("w", 604800),
    ("d", 86400),
    ("h", 3600),
    ("m", 60),
)
_READERS = {"adm", "systemd-journal", "wheel", "sudo"}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    megabytes: Annotated[
        int, Meta(ge=1, description="What the journal may use on disk at least, in MB")
    ] = 64
    days: Annotated[
        int, Meta(ge=1, description="Days that entries are kept at least, where a time is set")
    ] = 7
    readers: Annotated[
        tuple[str, ...],
        Meta(
            description='Groups that may read all of the journal besides those of Debian: ["soc"]'
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    lost: tuple[str, ...] = said(
        "settings by which entries are lost", "réglages qui perdent des entrées"
    )
    unread: tuple[str, ...] = said(
        "not read by the running journald", "pas lus par le journald en cours"
    )
    open: tuple[str, ...] = said("readable by others", "lisibles par d’autres")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "journald"


def observe(host: Host, params: Params) -> State:
    """Ask systemd, and look at the journal's folders.

    Raises:
        Unseen: systemd cannot read its files.

    """
    questions = ((_MERGED,), (_NEWER,), (_RIGHTS,), ("cat /etc/group",))
    merged, newer, rights, groups = together(host, *questions)
    settings = _settings(output_of(merged))
    if rights.rc != 0 and "No such file" not in rights.stderr:
        raise Unseen((rights.stderr.strip().splitlines() or [f"exit status {rights.rc}"])[-1])
    return State(
        lost=tuple(
            f"{key}={settings[key]}" for key in settings if _loses(key, settings[key], params)
        ),
        unread=tuple(newer.stdout.split()),
        open=tuple(_open(rights, _approved(output_of(groups), params))),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what it admits is left out of the state
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("lost", "unread", "open"), Equals(()))


def _settings(merged: str) -> Mapping[str, str]:
    """Return the last value of each setting; an empty one takes the default back
    (systemd.syntax(7)).
    """
    settings = dict(
        re.findall(r"^[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(.*?)[ \t]*$", merged, re.MULTILINE)
    )
    return {key: value for key, value in settings.items() if value}


def _loses(key: str, value: str, params: Params) -> bool:
    if key == "Storage":
        return value not in ("persistent", "auto")
    if key in ("MaxLevelStore", "MaxLevelSyslog"):
        level = int(value) if value.isdigit() else _LEVELS.index(value) if value in _LEVELS else 0
        return level < _INFO
    if key == "SystemMaxUse":
        return _bytes(value) < params.megabytes * _UNITS["M"]
    if key in ("MaxRetentionSec", "MaxFileSec"):
        return 0 < _seconds(value) < (params.days * 86400 if key == "MaxRetentionSec" else 3600)
    if key == "RateLimitBurst":
        # A tenth of what journald admits by itself
        return value.isdigit() and 0 < int(value) < 1000  # noqa: PLR2004
    return key in ("SystemMaxFiles", "SystemMaxFileSize") and _bytes(value) < (
        3 if key.endswith("Files") else 2**20
    )


def _bytes(value: str) -> int:
    found = re.fullmatch(r"(\d+)(?:\.\d+)?\s*([KMGTPE]?)", value)
    if value.endswith("%"):
        return _UNITS["E"]
    return int(found[1]) * _UNITS[found[2]] if found else 0


def _seconds(value: str) -> int:
    """Return a span of systemd.time(7) in seconds; a word that is not known counts as a second."""
    return sum(
        int(number) * next((size for name, size in _SPANS if unit.startswith(name)), 1)
        for number, unit in _SECONDS.findall(value)
    )


def _approved(groups: str, params: Params) -> Mapping[str, str]:
    """Return the groups that may read, by number."""
    names = _READERS | set(params.readers)
    rows = (line.split(":") for line in groups.splitlines())
    # The fields of group(5)
    return {row[2]: row[0] for row in rows if len(row) > 2 and row[0] in names}  # noqa: PLR2004


def _open(rights: CommandResult, approved: Mapping[str, str]) -> Iterator[str]:
    for line in rights.stdout.splitlines():
        if line.startswith("acl "):
            _, path, digits = line.split(" ", 2)
            own = re.search(
                r"/user-(\d+)[^/]*$", path
            )  # what somebody's own sessions said, he may read
            known = {*approved, f"user {own[1]}" if own else ""}
            yield from (
                f"{path}: {entry}"
                for entry in _entries(bytes.fromhex(digits))
                if entry not in known
            )
        else:
            mode, owner, group, path = line.split(" ", 3)
            others = int(mode, 8) & 0o7
            # Folders may be listed
            bad = others & 0o2 if path.count("/") < 5 else others & 0o6  # noqa: PLR2004
            if bad or owner != "root" or group not in (*_READERS, *approved.values(), "root"):
                yield f"{path}: {mode} {owner}:{group}"


def _entries(acl: bytes) -> Iterator[str]:
    """Yield the accounts ("user 5") and groups ("4") that an access list lets in, from its binary
    form (acl(5)).
    """
    for at in range(4, len(acl) - 7, 8):
        tag = int.from_bytes(acl[at : at + 2], "little")
        perms = int.from_bytes(acl[at + 2 : at + 4], "little")
        number = int.from_bytes(acl[at + 4 : at + 8], "little")
        if perms and tag in (0x02, 0x08):  # a named account, a named group
            yield f"user {number}" if tag == 0x02 else str(number)  # noqa: PLR2004 -- ACL_USER
