"""No file is open to all, without an owner, or more powerful than it must be, wherever it lies on
the local disks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.filesystem_scan import WALK, Found, shown, walked
from tuile.platforms.linux.resources.file import ATTRIBUTES, GENERATED
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

NAMED = 40
"""How many files are named and put right at once; the others are counted."""

CHECKED = Text(
    en=(
        "Walks once over the local file systems for all rules of this kind, at idle priority and "
        "for four minutes at "
        "most, and lists the offenders only: by mode, owner, access list, capability and, of "
        "small files that others may "
        "read, by whether they hold hashes of passwords. Network file systems are never entered."
    ),
    fr=(
        "Parcourt une seule fois les systèmes de fichiers locaux pour toutes les règles de ce "
        "type, en priorité "
        "minimale et quatre minutes au plus, et ne liste que les fautifs : par les droits, le "
        "propriétaire, l’ACL, les "
        "capacités et, pour les petits fichiers lisibles par d’autres, selon qu’ils contiennent "
        "des empreintes de mots de "
        "passe. Les systèmes de fichiers réseau ne sont jamais parcourus."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Takes the excess permission away from exactly the files that were found, gives back the "
        "sticky bit, or gives "
        "the directory to root. Of a packaged program dpkg is told, so that an update keeps it "
        "so. What has no owner is "
        "left to a person, and so is a name that does not print."
    ),
    fr=(
        "Retire la permission de trop aux seuls fichiers trouvés, remet le sticky bit, ou donne "
        "le répertoire à root. "
        "Pour un programme empaqueté, dpkg en est informé afin qu’une mise à jour le conserve. Ce "
        "qui n’a pas de "
        "propriétaire est laissé à une personne, comme les noms non imprimables."
    ),
)

DOES_NOT_SEE = (
    Text(
        en=(
            "What lies below a mount; network file systems; outside the system’s folders, "
            "overlays, FAT, FUSE and other "
            "file systems that are no Linux disk’s; /var/lib/tuile, which only root may enter."
        ),
        fr=(
            "Ce qui est sous un point de montage ; les systèmes de fichiers réseau ; hors des "
            "répertoires du système, "
            "les overlays, FAT, FUSE et autres qui ne sont pas ceux d’un disque Linux ; "
            "/var/lib/tuile, réservé à root."
        ),
    ),
    Text(
        en=(
            "Access lists of users' data (/srv, /home below start files, /var/lib of services),"
            " which are daily work."
        ),
        fr=(
            "Les ACL des données (/srv, /home hors fichiers de démarrage, /var/lib des services),"
            " d’usage courant."
        ),
    ),
    Text(
        en=(
            "Copies of password hashes that are compressed, larger than 64 KiB, or beyond the "
            "first 20,000 small files; "
            "attributes such as immutable (lsattr)."
        ),
        fr=(
            "Les copies d’empreintes compressées, de plus de 64 Kio, ou au-delà des 20 000 "
            "premiers petits fichiers ; "
            "les attributs comme « immutable » (lsattr)."
        ),
    ),
)
ROLE_SEES = True

_SORTS = {
    "world_writable_files": "f",
    "world_writable_directories": "d",
    "directories_of_others": "o",
    "unowned": "u",
    "special_bits": "s",
    "files_of_others": "w",
    "access_lists": "a",
    "capabilities": "c",
    "password_copies": "h",
    "covered": "v",
}
_OVERRIDES = ("/var/lib/dpkg/statoverride", "/var/lib/dpkg/statoverride-old")

_USR_BIN = (
    "at bsd-write bwrap chage chfn chsh crontab doas dotlock.mailutils dotlockfile expiry "
    "firejail fusermount "
    "fusermount3 gpasswd inetutils-traceroute ksu ksu.mit locate lockfile mail-lock mailq mlocate "
    "mount mutt_dotlock "
    "newgidmap newgrp newuidmap ntfs-3g passwd physlock ping ping6 pkexec plocate procmail "
    "schroot screen ssh-agent "
    "su sudo sudoedit super tcptraceroute.mt umount vmware-user-suid-wrapper wall write"
)
_USR_SBIN = (
    "dma exim4 mount.cifs mount.ecryptfs_private mount.nfs nullmailer-queue pam-tmpdir-helper "
    "pam_extrausers_chkpwd "
    "postdrop postqueue pppd ssmtp unix_chkpwd userhelper vlock-main"
)
_USR_LIB = (
    "chromium/chrome-sandbox dbus-1.0/dbus-daemon-launch-helper dma/dma-mbox-create "
    "eject/dmcrypt-get-device "
    "openssh/ssh-keysign policykit-1/polkit-agent-helper-1 polkit-1/polkit-agent-helper-1 "
    "snapd/snap-confine sssd/* "
    "*-linux-gnu*/utempter/utempter *-linux-gnu*/gstreamer1.0/gstreamer-1.0/gst-ptp-helper "
    "xorg/Xorg.wrap"
)
_USR_LIBEXEC = (
    "camel-lock-helper-1.2 opensmtpd/mail.local pam-tmpdir/pam-tmpdir-helper sendmail/mailstats "
    "sendmail/sendmail "
    "spice-client-glib-usb-acl-helper sssd/* utempter/utempter xscreensaver/xscreensaver-auth"
)
_FOLDERS = {"bin": _USR_BIN, "sbin": _USR_SBIN, "lib": _USR_LIB, "libexec": _USR_LIBEXEC}
DEBIAN = tuple(
    f"/usr/{folder}/{name}" for folder, names in _FOLDERS.items() for name in names.split()
)
"""Programs that packages of Debian 12 and 13 ship with setuid or setgid, as these packages list
them (`dpkg -c`).

Games, news servers and what other rules remove are not among them.
"""
_CAPABLE_BIN = (
    "ping arping clockdiff fping mtr-packet dumpcap gnome-keyring-daemon kwin_wayland newuidmap"
    " newgidmap slock"
)
_CAPABLE_LIB = (
    "*-linux-gnu*/gstreamer1.0/gstreamer-1.0/gst-ptp-helper"
    " */libexec/ksysguard/ksgrd_network_helper nut/* sssd/*"
)
CAPABLE = (
    *(f"/usr/{folder}/{name}" for folder in ("bin", "sbin") for name in _CAPABLE_BIN.split()),
    *(f"/usr/lib/{name}" for name in _CAPABLE_LIB.split()),
    "/usr/libexec/sssd/*",
)
"""Programs that packages of Debian 12 and 13 give capabilities when they are installed."""
_SHIPPED = {"special_bits": DEBIAN, "capabilities": CAPABLE}
_ODD_NAMES = Text(
    en="names that do not print are left to a person: chmod or rename them",
    fr="les noms non imprimables sont laissés à une personne : chmod, ou les renommer",
)
_BY_HAND = {
    "unowned": Text(
        en="only a person can tell whose these files are: chown or remove them",
        fr="seule une personne peut dire à qui sont ces fichiers : chown, ou les supprimer",
    ),
    "files_of_others": Text(
        en=(
            "only a person can tell what was done there: look at them, then chown root:root and"
            " chmod go-w, or approve"
        ),
        fr=(
            "seule une personne peut dire ce qui y a été fait : les examiner, puis chown "
            "root:root et chmod go-w, ou "
            "les approuver"
        ),
    ),
    "access_lists": Text(
        en="only a person can tell what the list is for: setfacl --remove-all, or approve it",
        fr=(
            "seule une personne peut dire à quoi sert cette ACL : setfacl --remove-all, ou"
            " l’approuver"
        ),
    ),
    "capabilities": Text(
        en="only a person can tell what the program needs: setcap -r, or approve it",
        fr="seule une personne peut dire ce qu’il faut au programme : setcap -r, ou l’approuver",
    ),
    "password_copies": Text(
        en="remove the copies, and let the passwords in them be changed",
        fr="supprimer ces copies, et faire changer les mots de passe qui s’y trouvent",
    ),
    "covered": Text(
        en="look at what is mounted there and umount it, or approve it",
        fr="examiner ce qui est monté à cet endroit et le démonter, ou l’approuver",
    ),
}
"""What only a person can put right, and how."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    what: Annotated[
        Literal[
            "world_writable_files",
            "world_writable_directories",
            "directories_of_others",
            "unowned",
            "special_bits",
            "files_of_others",
            "access_lists",
            "capabilities",
            "password_copies",
            "covered",
        ],
        Meta(
            description=(
                "world_writable_directories: without sticky bit; directories_of_others: "
                "world-writable and not "
                "root's; special_bits: setuid or setgid; files_of_others: of the system, and not "
                "root's alone; "
                "access_lists: of the system and of homes; password_copies: hashes that others "
                "may read; covered: "
                "something is mounted over a part of the system"
            )
        ),
    ]
    approved: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^/[^\n]*$")], ...],
        Meta(
            description=(
                'Paths that are right as they are: ["/opt/vendor/bin/*"]; * stands for "/" too'
            )
        ),
    ] = ()
    debian: Annotated[
        bool,
        Meta(
            description=(
                "Whether the programs that Debian ships with special bits or capabilities are"
                " approved"
            )
        ),
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
    approved = (*params.approved, *(_SHIPPED.get(params.what, ()) if params.debian else ()))
    records = [record.partition("\t") for record in found.paths]
    offenders = [
        (path, about)
        for path, _, about in records
        if not any(fnmatchcase(path, one) for one in approved)
    ]
    unlisted = found.count - len(found.paths)
    named = sorted(offenders)[:NAMED]
    said_of = tuple(shown(f"{path} ({about})" if about else path) for path, about in named)
    return State(said_of, len(offenders) - len(named) + unlisted)


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return that there is none."""
    return {"offenders": Equals(()), "more": Equals(0)}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is called alike
    """Return nothing: what is changed is known once the walk has been made."""
    return ()


def leaves(params: Params, seen: Mapping[str, Value]) -> Text | None:
    """Return the names that do not print, else that there are more files than one look names."""
    if params.what in _BY_HAND:
        return None
    _, odd = _by_print(seen)
    if odd:
        return Text(f"{', '.join(odd)}: {_ODD_NAMES.en}", f"{', '.join(odd)} : {_ODD_NAMES.fr}")
    more = seen.get("more") or 0
    return (
        Text(f"{more} more: apply once more", f"{more} de plus : appliquer encore une fois")
        if more
        else None
    )


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return the files that were found, and where dpkg keeps the modes that it must respect.

    Raises:
        Unseen: only a person can tell whose the files are, or name them.

    """
    if words := _BY_HAND.get(params.what):
        raise Unseen(words.en, words.fr)
    plain, _ = _by_print(seen)
    if not plain:
        raise Unseen(_ODD_NAMES.en, _ODD_NAMES.fr)
    return (
        *ATTRIBUTES.each(plain),
        *GENERATED.each(_OVERRIDES if params.what == "special_bits" else ()),
    )


def _by_print(seen: Mapping[str, Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that print as they are, and those that do not, in which a backslash stands
    for a character.
    """
    names = [str(name) for name in listed(seen.get("offenders"))]
    return tuple(name for name in names if "\\" not in name), tuple(
        name for name in names if "\\" in name
    )
