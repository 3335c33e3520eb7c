"""The desktop locks itself after a delay, or never does, and its user cannot change that (dconf,
GNOME).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import AtMost, Condition, Equals, Value, listed
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks dconf for the settings that a user of the desktop gets and for those that are "
        "locked against change, and "
        "looks for files that were changed but not compiled since."
    ),
    fr=(
        "Demande à dconf les réglages qu’obtient un utilisateur du bureau et ceux qu’il ne peut "
        "pas changer, et cherche "
        "les fichiers modifiés mais pas recompilés depuis."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the settings and their locks under /etc/dconf/db/local.d, has the profile read "
        "them, and compiles them "
        "(dconf update). Sessions that are open follow at once."
    ),
    fr=(
        "Écrit les réglages et leurs verrous sous /etc/dconf/db/local.d, les fait lire par le "
        "profil et les compile "
        "(dconf update). Les sessions ouvertes suivent aussitôt."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "A session that its user starts with a profile of his own (DCONF_PROFILE), or in a "
            "desktop that "
            "does not read dconf (KDE, Xfce)."
        ),
        fr=(
            "Une session lancée par son utilisateur avec un profil à lui (DCONF_PROFILE), ou dans "
            "un bureau "
            "qui ne lit pas dconf (KDE, Xfce)."
        ),
    ),
    Text(
        en="A running program that keeps the screen from being locked, such as a video player.",
        fr="Un programme en cours qui empêche le verrouillage, comme un lecteur vidéo.",
    ),
)

SETTINGS = "/etc/dconf/db/local.d/zz-tuile"
LOCKS = "/etc/dconf/db/local.d/locks/zz-tuile"
PROFILE = "/etc/dconf/profile/user"
COMPILED = "/etc/dconf/db/local"

DELAY = "/org/gnome/desktop/session/idle-delay"
LOCK = "/org/gnome/desktop/screensaver/lock-enabled"
GRACE = "/org/gnome/desktop/screensaver/lock-delay"
CARD = "/org/gnome/settings-daemon/peripherals/smartcard/removal-action"
_ACTIONS = {"lock": "lock-screen", "none": "none"}

# Root's own settings are left out, and what dconf would write for its client has no place to go.
_DUMP = (
    "XDG_RUNTIME_DIR=/proc XDG_CACHE_HOME=/proc XDG_CONFIG_HOME=/proc DCONF_PROFILE=user dconf"
    " dump /"
)
_LOCKED = (
    "XDG_RUNTIME_DIR=/proc XDG_CACHE_HOME=/proc XDG_CONFIG_HOME=/proc DCONF_PROFILE=user dconf"
    " list-locks /"
)
_STALE = 'for d in /etc/dconf/db/*.d; do [ ! -d "$d" ] || find "$d" -newer "${d%.d}"; done'
_ELSEWHERE = (
    "grep -rsl DCONF_PROFILE /etc/environment /etc/environment.d /etc/profile /etc/profile.d "
    "/etc/security/pam_env.conf"
    " /etc/X11 /etc/xdg /etc/gdm3 /etc/systemd/user /etc/systemd/user.conf.d /etc/skel; :"
)
"""Names the files that give sessions another profile than the one that is looked at."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    delay_seconds: Annotated[
        int,
        Meta(
            ge=0,
            le=86400,
            description="Seconds without activity until it locks, at most; 0: it must never lock",
        ),
    ]
    grace_seconds: Annotated[
        int, Meta(ge=0, le=3600, description="Seconds from the dark screen to the lock, at most")
    ] = 0
    card_removal: Annotated[
        Literal["lock", "none", "any"],
        Meta(description="What taking the smart card out does; any: no matter"),
    ] = "any"

    def __post_init__(self) -> None:
        """Refuse a screen that never locks, but does when a card goes."""
        if self.delay_seconds == 0 and self.card_removal == "lock":
            raise ValueError("a screen that must never lock cannot lock when the card is taken out")


@dataclass(frozen=True)
class State:
    """What was seen on a host; None: nothing is set for all users."""

    delay: int | None = said("seconds without activity", "secondes sans activité")
    lock: bool | None = said("locks", "se verrouille")
    grace: int | None = said(
        "seconds from the dark screen to the lock", "secondes de l’écran noir au verrouillage"
    )
    card: str | None = said("when the smart card is taken out", "au retrait de la carte")
    open: tuple[str, ...] = said("open to the user’s change", "modifiables par l’utilisateur")
    stale: tuple[str, ...] = said(
        "files not compiled since they changed", "fichiers non recompilés depuis leur changement"
    )
    elsewhere: tuple[str, ...] = said("sessions get another profile by", "autre profil donné par")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return the program that holds the settings."""
    return "dconf"


def observe(host: Host, params: Params) -> State:
    """Ask dconf for what is in effect.

    Raises:
        NotApplicable: there is no dconf, so no such desktop.
        Unseen: dconf cannot read its databases.

    """
    dumped, locked, stale, others = together(host, (_DUMP,), (_LOCKED,), (_STALE,), (_ELSEWHERE,))
    if dumped.rc == 127:  # noqa: PLR2004 -- the shell's "not found", POSIX sh 2.8.2
        raise NotApplicable("there is no dconf", "il n’y a pas de dconf")
    settings, locks = _settings(output_of(dumped)), output_of(locked).split()
    lock, card = settings.get(LOCK), settings.get(CARD)
    return State(
        delay=_number(settings.get(DELAY)),
        lock=None if lock is None else lock == "true",
        grace=_number(settings.get(GRACE)),
        card=None if card is None else card.strip("'"),
        open=tuple(key for key in _values(params) if not any(_covers(path, key) for path in locks)),
        stale=tuple(output_of(stale, 1).split()),
        elsewhere=tuple(others.stdout.split()),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the settings, none of them open to change."""
    conditions: dict[str, Condition] = dict.fromkeys(("open", "stale", "elsewhere"), Equals(()))
    if params.delay_seconds:
        conditions["delay"] = AtMost(params.delay_seconds, floor=1)
        conditions["grace"] = AtMost(params.grace_seconds, floor=0)
    else:
        conditions["delay"] = Equals(0)
    conditions["lock"] = Equals(value=bool(params.delay_seconds))
    if params.card_removal in _ACTIONS:
        conditions["card"] = Equals(_ACTIONS[params.card_removal])
    return conditions


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the settings, their locks, the profile that reads them, and the database that is made
    of them.
    """
    return (FILE(SETTINGS), FILE(LOCKS), FILE(PROFILE), GENERATED(COMPILED))


# Every kind is asked alike
def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:  # noqa: ARG001
    """Return the databases of the site that are compiled along, since their files changed after
    them.
    """
    places = (
        re.match(r"(/etc/dconf/db/[^/]+)\.d(?:/|$)", path) for path in listed(seen.get("stale"))
    )
    return (*GENERATED.each(tuple(sorted({place[1] for place in places if place} - {COMPILED}))),)


def edit(draft: Draft, params: Params) -> str:
    """Return the settings, their locks, or the profile with the database that holds them.

    Raises:
        Unseen: sessions are given another profile, by a line that a person must take out.

    """
    if others := listed(draft.seen.get("elsewhere")):
        raise Unseen(
            f"take DCONF_PROFILE out of {others[0]}", f"retirer DCONF_PROFILE de {others[0]}"
        )
    if draft.path == PROFILE:
        return set_line(draft.text or "user-db:user\n", r"system-db:local\s*$", "system-db:local")
    head = start(replace(draft, text=None))
    if draft.path == LOCKS:
        return head + "".join(f"{key}\n" for key in _values(params))
    folders: dict[str, str] = {}
    for path, value in _values(params).items():
        folder, _, key = path.rpartition("/")
        folders[folder] = f"{folders.get(folder, '')}{key}={value}\n"
    return head + "".join(
        f"[{folder.strip('/')}]\n{settings}" for folder, settings in folders.items()
    )


def _values(params: Params) -> Mapping[str, str]:
    """Return what a rule sets, by path, as GVariant writes it."""
    values = {
        DELAY: f"uint32 {params.delay_seconds}",
        LOCK: "true" if params.delay_seconds else "false",
    }
    if params.delay_seconds:
        values[GRACE] = f"uint32 {params.grace_seconds}"
    if params.card_removal in _ACTIONS:
        values[CARD] = f"'{_ACTIONS[params.card_removal]}'"
    return values


def _covers(lock: str, key: str) -> bool:
    """Return whether a lock is on a key, or on a folder above it."""
    return lock == key or (lock.endswith("/") and key.startswith(lock))


def _number(value: str | None) -> int | None:
    found = re.fullmatch(r"(?:u?int32 )?(\d+)", value or "")
    return int(found[1]) if found else None


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _settings(dumped: str) -> Mapping[str, str]:
    """Return the values of `dconf dump /` by path."""
    settings: dict[str, str] = {}
    folder = ""
    for line in dumped.splitlines():
        header = re.fullmatch(r"\[(.*)\]", line)
        key, equals, value = line.partition("=")
        if header:
            folder = "/" if header[1] == "/" else f"/{header[1]}/"
        elif equals:
            settings[f"{folder}{key}"] = value
    return settings
