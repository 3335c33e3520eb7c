"""What each module of PAM may answer, in a world where somebody does not know the password, or
proposes a weak one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tuile.platforms.linux.pam.files import ELSEWHERE, Handler

SUCCESS, REFUSED, IGNORE, UNKNOWN = "success", "auth_err", "ignore", "module_unknown"
DENIED = "perm_denied"
ANY = frozenset((SUCCESS, REFUSED, IGNORE, DENIED, "service_err"))
"""What a module may answer of which nothing is known."""

ASKED, BARRED, COUNTED, CHANGED, TOKEN = "asked", "barred", "counted", "changed", "token"
"""Marks: a password was asked for, who is locked barred, a failure counted, a password changed, a
token proven.
"""

_STANDARD = ("/lib/", "/usr/lib/")
_REMOTE = frozenset(
    ("pam_sss.so", "pam_ldap.so", "pam_krb5.so", "pam_winbind.so", "pam_systemd_home.so")
)
_TOKENS = frozenset(
    (
        "pam_u2f.so",
        "pam_pkcs11.so",
        "pam_p11.so",
        "pam_fprintd.so",
        "pam_oath.so",
        "pam_google_authenticator.so",
        "pam_ssh_agent_auth.so",
        "pam_yubico.so",
    )
)
_LETS_IN_WITHOUT = frozenset(("nullok", "nouserok", "nullok_secure"))
_QUALITY = frozenset(("pam_pwquality.so", "pam_cracklib.so", "pam_passwdqc.so"))
_OWN_CALLER = frozenset(
    (
        "su",
        "su-l",
        "sudo",
        "sudo-i",
        "chfn",
        "chsh",
        "passwd",
        "chpasswd",
        "newusers",
        "runuser",
        "runuser-l",
    )
)
"""Services that run for whoever started them: pam_rootok asks for that account.

Elsewhere it is root's daemon.
"""


@dataclass(frozen=True)
class World:
    """What is assumed of the person and of the host."""

    service: str
    type: str
    installed: frozenset[str]
    members: Mapping[str, bool]
    """Whether somebody is in a group; a group that is not named is not there."""
    spared: frozenset[str] = frozenset()
    """Accounts that are not asked about."""
    blank: bool = False
    """The account has no password at all; what common-auth does then is not asked."""


Answers = tuple[frozenset[str], frozenset[str]]


def answers(handler: Handler, world: World) -> Answers:
    """Return what a module may answer, and the marks that its run leaves."""
    if handler.module is None:
        return frozenset((DENIED,)), frozenset()
    if handler.module == ELSEWHERE or not is_standard(handler):
        return ANY, frozenset()
    if handler.name not in world.installed:
        return frozenset((UNKNOWN,)), frozenset()
    special = _BY_TYPE[world.type](handler, world)
    if special is not None:
        return special
    if handler.name == "pam_succeed_if.so":
        return (
            frozenset((SUCCESS, REFUSED) if may_hold(handler.arguments, world) else (REFUSED,)),
            frozenset(),
        )
    return _EVERYWHERE.get(handler.name, ANY), frozenset()


def is_standard(handler: Handler) -> bool:
    """Return whether a module comes from the folder of PAM's own."""
    path = handler.module or ""
    return path == handler.name or (
        path.startswith(_STANDARD)
        and path.endswith(f"/security/{handler.name}")
        and ".." not in path
    )


def may_hold(arguments: tuple[str, ...], world: World) -> bool:
    """Return whether somebody who is asked about may meet the condition of pam_succeed_if."""
    words = [
        word
        for word in arguments
        if word not in ("quiet", "quiet_success", "quiet_fail", "use_uid", "debug")
    ]
    match words:
        case ["user", "ingroup", names]:
            return any(world.members.get(name, False) for name in names.split(":"))
        case ["user", "in" | "=" | "eq", names]:
            return not set(names.split(":")) <= world.spared
    return True


def _auth(handler: Handler, world: World) -> Answers | None:
    """Answer for a password that is wrong."""
    name, given = handler.name, set(handler.arguments)
    if name in _ASKING:
        return _ASKING[name](handler, world)
    if name in _REMOTE:
        return frozenset((REFUSED, IGNORE, "user_unknown", "authinfo_unavail")), frozenset((ASKED,))
    if name in _TOKENS:
        return ANY, frozenset() if given & _LETS_IN_WITHOUT else frozenset((TOKEN,))
    return None


def _unix(handler: Handler, world: World) -> Answers:
    blank = (
        world.blank
        and _LETS_IN_WITHOUT & set(handler.arguments)
        and "/common-auth:" not in handler.where
    )
    return frozenset((SUCCESS if blank else REFUSED,)), frozenset((ASKED,))


# Every module is asked alike
def _faillock(handler: Handler, world: World) -> Answers:  # noqa: ARG001
    if "authfail" in handler.arguments:
        return frozenset((IGNORE, REFUSED)), frozenset((COUNTED,))
    before = frozenset((BARRED,)) if "preauth" in handler.arguments else frozenset()
    return frozenset((SUCCESS,) if "authsucc" in handler.arguments else (IGNORE, REFUSED)), before


def _rootok(handler: Handler, world: World) -> Answers:  # noqa: ARG001 -- the same
    return frozenset((REFUSED if world.service in _OWN_CALLER else SUCCESS,)), frozenset()


def _wheel(handler: Handler, world: World) -> Answers:  # noqa: ARG001 -- the same
    return (
        frozenset((SUCCESS, IGNORE, DENIED) if "trust" in handler.arguments else (IGNORE, DENIED)),
        frozenset(),
    )


_ASKING: Mapping[str, Callable[[Handler, World], Answers]] = {
    "pam_unix.so": _unix,
    "pam_faillock.so": _faillock,
    "pam_rootok.so": _rootok,
    "pam_wheel.so": _wheel,
}


# Every type is asked alike
def _account(handler: Handler, world: World) -> Answers | None:  # noqa: ARG001
    """Answer for an account that has expired."""
    if handler.name == "pam_unix.so":
        return frozenset(("acct_expired",)), frozenset()
    return (
        (frozenset((SUCCESS, IGNORE)), frozenset()) if handler.name == "pam_faillock.so" else None
    )


def _password(handler: Handler, world: World) -> Answers | None:  # noqa: ARG001 -- the same
    """Answer for a new password that is too weak."""
    if handler.name in _QUALITY:
        return frozenset(("authtok_err", "maxtries")), frozenset()
    if handler.name == "pam_unix.so":
        return frozenset((SUCCESS,)), frozenset((CHANGED,))
    return None


def _session(handler: Handler, world: World) -> Answers | None:  # noqa: ARG001 -- the same
    return None


_BY_TYPE: Mapping[str, Callable[[Handler, World], Answers | None]] = {
    "auth": _auth,
    "account": _account,
    "password": _password,
    "session": _session,
}
_HARMLESS = frozenset((SUCCESS, IGNORE))
_EVERYWHERE: Mapping[str, frozenset[str]] = {
    "pam_permit.so": frozenset((SUCCESS,)),
    "pam_deny.so": frozenset((REFUSED,)),
    "pam_env.so": frozenset((IGNORE,)),
    "pam_faildelay.so": frozenset((IGNORE,)),
    "pam_cap.so": _HARMLESS,
    "pam_group.so": _HARMLESS,
    "pam_motd.so": _HARMLESS,
    "pam_mail.so": _HARMLESS,
    "pam_warn.so": _HARMLESS,
    "pam_keyinit.so": _HARMLESS,
}
