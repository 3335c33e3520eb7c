"""No file is open to all, without an owner, or more powerful than it must be, wherever it lies on the local disks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.policy.condition import Condition, Equals, Value
from tuile.policy.kind import Touches, Unseen, said
from tuile.policy.text import Text
from tuile.policy.walk import WALK, Found, shown, walked

if TYPE_CHECKING:
    from testinfra.host import Host

NAMED = 40
"""How many files are named and put right at once; the others are counted."""

CHECKED = Text(
    en="Walks once over the local file systems for all rules of this kind, at idle priority and for four minutes at "
    "most, and lists the offenders only. Network file systems are never entered.",
    fr="Parcourt une seule fois les systèmes de fichiers locaux pour toutes les règles de ce type, en priorité "
    "minimale et quatre minutes au plus, et ne liste que les fautifs. Les systèmes de fichiers réseau ne sont jamais "
    "parcourus.",
)
PUT_RIGHT = Text(
    en="Takes the excess permission away from exactly the files that were found, gives back the sticky bit, or gives "
    "the directory to root. Of a packaged program dpkg is told, so that an update keeps it so. What has no owner is "
    "left to a person, and so is a name that does not print.",
    fr="Retire la permission de trop aux seuls fichiers trouvés, remet le sticky bit, ou donne le répertoire à root. "
    "Pour un programme empaqueté, dpkg en est informé afin qu’une mise à jour le conserve. Ce qui n’a pas de "
    "propriétaire est laissé à une personne, comme les noms non imprimables.",
)

ROLE_SEES = True

_SORTS = {
    "world_writable_files": "f",
    "world_writable_directories": "d",
    "directories_of_others": "o",
    "unowned": "u",
    "special_bits": "s",
}
_OVERRIDES = ("/var/lib/dpkg/statoverride", "/var/lib/dpkg/statoverride-old")

_USR_BIN = (
    "at bsd-write bwrap chage chfn chsh crontab doas dotlock.mailutils dotlockfile expiry firejail fusermount "
    "fusermount3 gpasswd inetutils-traceroute ksu ksu.mit locate lockfile mail-lock mailq mlocate mount mutt_dotlock "
    "newgidmap newgrp newuidmap ntfs-3g passwd physlock ping ping6 pkexec plocate procmail schroot screen ssh-agent "
    "su sudo sudoedit super tcptraceroute.mt umount vmware-user-suid-wrapper wall write"
)
_USR_SBIN = (
    "dma exim4 mount.cifs mount.ecryptfs_private mount.nfs nullmailer-queue pam-tmpdir-helper pam_extrausers_chkpwd "
    "postdrop postqueue pppd ssmtp unix_chkpwd userhelper vlock-main"
)
_USR_LIB = (
    "chromium/chrome-sandbox dbus-1.0/dbus-daemon-launch-helper dma/dma-mbox-create eject/dmcrypt-get-device "
    "openssh/ssh-keysign policykit-1/polkit-agent-helper-1 polkit-1/polkit-agent-helper-1 snapd/snap-confine sssd/* "
    "*-linux-gnu*/utempter/utempter *-linux-gnu*/gstreamer1.0/gstreamer-1.0/gst-ptp-helper xorg/Xorg.wrap"
)
_USR_LIBEXEC = (
    "camel-lock-helper-1.2 opensmtpd/mail.local pam-tmpdir/pam-tmpdir-helper sendmail/mailstats sendmail/sendmail "
    "spice-client-glib-usb-acl-helper sssd/* utempter/utempter xscreensaver/xscreensaver-auth"
)
_FOLDERS = {"bin": _USR_BIN, "sbin": _USR_SBIN, "lib": _USR_LIB, "libexec": _USR_LIBEXEC}
DEBIAN = tuple(f"/usr/{folder}/{name}" for folder, names in _FOLDERS.items() for name in names.split())
"""Programs that packages of Debian 12 and 13 ship with setuid or setgid, as these packages list them (`dpkg -c`).

Games, news servers and what other rules remove are not among them.
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    what: Annotated[
        Literal[
            "world_writable_files", "world_writable_directories", "directories_of_others", "unowned", "special_bits"
        ],
        Meta(
            description="world_writable_directories: without sticky bit; directories_of_others: world-writable and not "
            "root's; special_bits: setuid or setgid"
        ),
    ]
    approved: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^/[^\n]*$")], ...],
        Meta(description='Paths that are right as they are: ["/opt/vendor/bin/*"]; * stands for "/" too'),
    ] = ()
    debian: Annotated[
        bool, Meta(description="Whether the programs that Debian ships with special bits are approved")
    ] = True


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("", "")
    more: int = said("others that are not named", "autres, non nommés")


def subject(params: Params) -> str:
    """Return what is looked for."""
    return params.what.replace("_", " ")


def observe(host: Host, params: Params) -> State:
    """Ask for the walk; names that do not print are shown as octal numbers.

    Raises:
        Unseen: the walk did not come to its end, or some place could not be looked into.

    """
    found = walked(host.run(WALK)).get(_SORTS[params.what], Found())
    approved = (*params.approved, *(DEBIAN if params.debian and params.what == "special_bits" else ()))
    offenders = [path for path in found.paths if not any(fnmatchcase(path, one) for one in approved)]
    unlisted = found.count - len(found.paths)
    named = sorted(offenders)[:NAMED]
    return State(tuple(map(shown, named)), len(offenders) - len(named) + unlisted)


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return that there is none."""
    return {"offenders": Equals(()), "more": Equals(0)}


def touches(params: Params) -> Touches:  # noqa: ARG001 -- every kind is called alike
    """Return nothing: what is changed is known once the walk has been made."""
    return Touches()


def also_touches(params: Params, seen: Mapping[str, Value]) -> Touches:
    """Return the files that were found, and where dpkg keeps the modes that it must respect.

    Raises:
        Unseen: only a person can tell whose the files are, or name them.

    """
    if params.what == "unowned":
        raise Unseen(
            "only a person can tell whose these files are: chown or remove them",
            "seule une personne peut dire à qui sont ces fichiers : chown, ou les supprimer",
        )
    offenders = seen.get("offenders")
    names: Sequence[str] = offenders if isinstance(offenders, list | tuple) else ()
    plain = tuple(name for name in names if "\\" not in name)
    if not plain:
        raise Unseen(
            "names that do not print are left to a person: chmod or rename them",
            "les noms non imprimables sont laissés à une personne : chmod, ou les renommer",
        )
    return Touches(files=plain, regenerates=_OVERRIDES if params.what == "special_bits" else ())
