"""Nothing keeps updates back: no hold, no pin, no list of exceptions, no lock that is never given
up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

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
        "Asks dpkg for packages on hold and for those left half-installed, reads apt’s pins, its "
        "effective settings and "
        "those of unattended-upgrades, and looks who holds the locks of dpkg and since when "
        "updates last ran."
    ),
    fr=(
        "Demande à dpkg les paquets retenus et ceux restés à moitié installés, lit les épinglages "
        "d’apt, ses réglages "
        "effectifs et ceux d’unattended-upgrades, et regarde qui détient les verrous de dpkg et "
        "de quand datent les "
        "dernières mises à jour."
    ),
)
PUT_RIGHT = Text(
    en=(
        "A hold or a pin was somebody’s decision: find out why, then take it back (apt-mark "
        "unhold, the file under "
        "/etc/apt), or approve it in the rule with its reason. End the process that keeps the "
        "lock."
    ),
    fr=(
        "Une retenue ou un épinglage est la décision de quelqu’un : en retrouver la raison, puis "
        "le retirer (apt-mark "
        "unhold, le fichier sous /etc/apt), ou l’approuver dans la règle avec sa raison. Terminer "
        "le processus qui "
        "garde le verrou."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "A proxy, a firewall or a full disk that keeps updates from arriving, before the last"
            " success is too old."
        ),
        fr=(
            "Un proxy, un pare-feu ou un disque plein qui empêche l’arrivée des mises à jour, "
            "tant que le dernier "
            "succès n’est pas trop ancien."
        ),
    ),
)

_PACKAGES = "dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\\n'"
_PINS = "grep -aHs '' /etc/apt/preferences /etc/apt/preferences.d/*"
_LOCKS = (
    "for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock "
    "/var/lib/apt/daily_lock; do"
    ' i=$(stat -c %i "$f" 2>/dev/null) || continue;'
    ' sed -n "s/.*WRITE *\\([0-9]*\\) [^ ]*:$i 0 EOF.*/\\1/p" /proc/locks | while read -r p; do'
    ' echo "$f $(readlink "/proc/$p/exe") $(tr \'\\0\' \' \' < "/proc/$p/cmdline")"; done; done'
)
_STAMPS = (
    "n=$(date +%s); for f in update-success-stamp upgrade-stamp; do s=$(stat -c %Y "
    '"/var/lib/apt/periodic/$f"'
    ' 2>/dev/null) && echo "$f $(( (n - s) / 86400 ))"; done; true'
)
_INSTALLERS = re.compile(
    r"/usr/(?:s?bin/(?:apt|apt-get|aptitude|aptd|dpkg|unattended-upgrade)|lib/apt/\S+|libexec/packagekitd|"
    r"lib/packagekit/packagekitd)(?:\s|$)|/usr/bin/python3\S* (?:-\S+ )*/usr/(?:bin|sbin|share)/"
    r"(?:unattended-upgrade|apt|aptdaemon)\S*(?:\s|$)"
)
_OTHER_RELEASES = ("backports", "testing", "unstable", "sid", "experimental", "rc-buggy")
_COUNTED = re.compile(r"[A-Za-z0-9_.-]*?(?:\.pref)?")
_NORMAL = 500
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", *"0123456")
_DAY = 24 * 60 * 60
_TRUE = {"yes", "true", "with", "on", "enable", "1"}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'Packages that may stay as they are: ["orthanc*"]: holds and pins of theirs are'
                " accepted"
            )
        ),
    ] = ()
    days: Annotated[
        int, Meta(ge=1, le=366, description="Days since updates last ran by themselves, at most")
    ] = 14


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    held: tuple[str, ...] = said("held packages", "paquets retenus")
    unfinished: tuple[str, ...] = said("packages half-installed", "paquets à moitié installés")
    pinned: tuple[str, ...] = said("pins", "épinglages")
    excepted: tuple[str, ...] = said(
        "settings that leave updates out", "réglages qui écartent des mises à jour"
    )
    locked: tuple[str, ...] = said("locks held by", "verrous tenus par")
    stale: tuple[str, ...] = said("last run too long ago", "dernier passage trop ancien")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "apt"


def observe(host: Host, params: Params) -> State:
    """Ask dpkg and apt, and look at the locks.

    Raises:
        Unseen: dpkg or apt does not answer, or its pins cannot be read.

    """
    questions = ((_PACKAGES,), ("apt-config dump",), (_PINS,), (_LOCKS,), (_STAMPS,))
    packages, dumped, pins, locks, stamps = together(host, *questions)
    states = [(line[:3], line[3:]) for line in output_of(packages).splitlines()]
    held = (name for state, name in states if state[0] == "h")
    stamped = (line.split() for line in output_of(stamps).splitlines())
    return State(
        held=tuple(name for name in held if not _among(name, params.approved)),
        unfinished=tuple(name for state, name in states if state[1] in "FHU" or state[2] == "R"),
        pinned=tuple(_pinned(_readable(pins), params.approved)),
        excepted=tuple(_excepted(output_of(dumped), params.approved)),
        locked=tuple(line for line in output_of(locks).splitlines() if not _installer(line)),
        stale=tuple(f"{name}: {days}" for name, days in stamped if int(days) > params.days),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(
        ("held", "unfinished", "pinned", "excepted", "locked", "stale"), Equals(())
    )


def _among(name: str, approved: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in approved)


def _readable(pins: CommandResult) -> str:
    if pins.rc not in (0, 1, 2):
        raise Unseen(f"exit status {pins.rc}")
    return str(pins.stdout)


def _pinned(printed: str, approved: Sequence[str]) -> Iterator[str]:
    """Yield the pins that keep an update back, or that put another archive before that of security."""
    for path, text in _texts(printed).items():
        for stanza in re.split(r"\n\s*\n", text):
            fields = {
                key.lower(): value.strip()
                for key, value in re.findall(r"^(\S+?):(.*)$", stanza, re.MULTILINE)
            }
            names, pin, rank = (
                fields.get("package", ""),
                fields.get("pin", ""),
                fields.get("pin-priority", ""),
            )
            free = all(_among(name, approved) for name in names.split()) if names else True
            if not free and _holds(pin, int(rank) if re.fullmatch(r"[+-]?\d+", rank) else 0):
                yield f"{path}: {names} {pin} {rank}"


def _texts(printed: str) -> Mapping[str, str]:
    """Return the files that apt reads: with no extension or .pref; comments are left out."""
    texts: dict[str, str] = {}
    for path, line in re.findall(r"^(/[^:\n]+):(.*)$", printed, re.MULTILINE):
        if _COUNTED.fullmatch(path.rpartition("/")[2]) and (
            "." not in path.rpartition("/")[2] or path.endswith("pref")
        ):
            texts[path] = texts.get(path, "") + ("" if line.startswith("#") else f"{line}\n")
    return texts


def _holds(pin: str, rank: int) -> bool:
    """Return whether a pin keeps Debian's updates back; one on another archive or on a later
    release does not.
    """
    if pin.startswith("version"):
        return True
    if any(word in pin for word in _OTHER_RELEASES) or _foreign(pin):
        return False
    return rank < _NORMAL or (rank > _NORMAL and "security" not in pin.lower())


def _foreign(pin: str) -> bool:
    origin = re.search(r"\bo=([^,]*)", pin)
    host = re.match(r'origin\s+"?([^"\s]*)', pin)
    return bool(
        (origin and "debian" not in origin[1].lower())
        or (host and not host[1].endswith("debian.org"))
    )


def _excepted(dumped: str, approved: Sequence[str]) -> Iterator[str]:
    """Yield the settings by which apt or unattended-upgrades leaves updates out, in the words of
    apt.
    """
    for name, value in re.findall(r'^(\S+) "(.*)";$', dumped, re.MULTILINE):
        key = name.lower().removesuffix("::")
        listed = name.endswith("::") and key in (
            "unattended-upgrade::package-blacklist",
            "unattended-upgrade::package-whitelist",
        )
        never = (
            key == "unattended-upgrade::update-days" and value and value.lower()[:3] not in _WEEK
        )
        late = key == "apt::periodic::randomsleep" and value.isdigit() and int(value) > _DAY
        if (
            (listed and value and not _among(value.rstrip("$"), approved))
            or (key == "apt::default-release" and value)
            or (key == "unattended-upgrade::installonshutdown" and value.lower() in _TRUE)
            or never
            or late
        ):
            yield f'{name} "{value}"'


def _installer(line: str) -> bool:
    """Return whether the holder of a lock is a program that installs packages."""
    _, exe, command = (*line.split(" ", 2), "", "")[:3]
    return bool(_INSTALLERS.match(exe) if "python" not in exe else _INSTALLERS.match(command))
