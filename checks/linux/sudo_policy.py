"""sudo reads its own files and nothing else, and no setting or tag of a rule leads round what they
ask for.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import NotApplicable, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Has sudo's own cvtsudoers read sudoers with all that it includes; reads sudo.conf and "
        "nsswitch.conf, and looks "
        "at owner and mode of each file that sudo may read."
    ),
    fr=(
        "Fait lire sudoers, avec tout ce qu’il inclut, par cvtsudoers ; lit sudo.conf et "
        "nsswitch.conf, et regarde "
        "propriétaire et droits de chaque fichier que sudo peut lire."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the line out with visudo -f, or give the file back to root with mode 0440; what the "
        "site needs is named "
        "in the policy (spare)."
    ),
    fr=(
        "Retirez la ligne avec visudo -f, ou rendez le fichier à root avec les droits 0440 ; ce "
        "dont le site a besoin "
        "se nomme dans la politique (spare)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="rules of sudo that a directory holds (LDAP, sssd); that sudo asks one is told",
        fr="les règles de sudo d’un annuaire (LDAP, sssd) ; que sudo en interroge un est signalé",
    ),
    Text(en="what a plugin of sudo does inside", fr="ce que fait un greffon de sudo en interne"),
)

Aspect = Literal["own_files", "settings_safe", "tags_safe"]

_ABSENT = 3
_READ = "command -v sudo >/dev/null || exit 3; cvtsudoers -f json /etc/sudoers"
_FILES = (
    "grep -sHn '^[[:space:]]*[A-Za-z]' /etc/sudo.conf; grep -sHn '^[[:space:]]*sudoers:' "
    "/etc/nsswitch.conf; "
    "grep -sHnE '^[[:space:]]*[@#]include(dir)?[[:space:]]' /etc/sudoers /etc/sudoers.d/*; "
    "stat -c 'stat %u %g %a %n' /etc/sudoers /etc/sudoers.d /etc/sudoers.d/* 2>/dev/null; :"
)
_CONF = re.compile(
    r"Plugin\s+sudoers_(policy|io|audit)\s+sudoers\.so|Set\s+(disable_coredump\s+true|group_source\s+\w+"
    r"|max_groups\s+\d+|probe_interfaces\s+\w+)|Debug\s.*"
)
"""Lines of sudo.conf(5) that change nothing of what the rules say."""
_OURS_ALONE = {
    "/etc/sudo.conf": _CONF,
    "/etc/nsswitch.conf": re.compile(r"sudoers:\s*(files\s*)?(\[[^]]*\]\s*)?(#.*)?"),
}
"""What a line may say that keeps to the files that are looked at."""
_VARIABLE = re.compile(
    r"\*|LD_.*|.*PATH|PYTHON.*|PERL.*|RUBY.*|LUA_.*|(BASH_|ZDOT|PROMPT_).*|ENV|IFS|PS4|SHELLOPTS|BASHOPTS|.*PAGER"
    r"|LESS(OPEN|CLOSE)|GIT_.*|NODE_OPTIONS|.*JAVA.*OPTIONS|OPENSSL_.*|GLIBC_TUNABLES|MALLOC_.*|TERMINFO.*|TERMCAP"
    r"|HOME|XDG_.*_(HOME|DIRS)|APT_CONFIG|DPKG_.*|TAR_OPTIONS|RSYNC_RSH|(SSH|SUDO)_ASKPASS|SYSTEMD_.*|ANSIBLE_.*"
    r"|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN|KRB5_.*|SSLKEYLOGFILE"
)
"""Variables by which a program of root is made to load or run something else."""
_FOLDERS = frozenset(
    f"{top}{name}" for top in ("", "/usr", "/usr/local") for name in ("/sbin", "/bin")
) | {"/snap/bin"}
_MUST_BE_ON = (
    "authenticate env_reset log_allowed log_denied pam_acct_mgmt pam_session pam_setcred "
    "sudoedit_checkdir syslog"
    " tty_tickets use_pty"
)
_MUST_BE_OFF = (
    "closefrom_override match_group_by_gid preserve_groups rootpw runaspw setenv stay_setuid "
    "sudoedit_follow targetpw"
    " umask_override visiblepw"
)
_MUST_BE_UNSET = (
    "env_file exempt_group group_plugin mailerpath pam_askpass_service pam_login_service "
    "pam_service"
    " restricted_env_file runchroot sudoers_locale timestampdir"
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    aspect: Annotated[
        Aspect, Meta(description="What must be so of sudo's files and of all that they say")
    ]
    spare: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^\s]+$")], ...],
        Meta(description="Accounts, %groups, !commands or files that are left out"),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("not so", "non conforme")


def subject(params: Params) -> str:
    """Return the respect in which sudo is looked at."""
    return f"sudo: {params.aspect}"


def observe(host: Host, params: Params) -> State:
    """Ask for all of sudoers, and for the files, once for all rules.

    Raises:
        NotApplicable: there is no sudo.
        Unseen: sudoers cannot be read, or is refused by sudo itself.

    """
    printed, files = together(host, (_READ,), (_FILES,))
    if printed.rc == _ABSENT:
        raise NotApplicable("there is no sudo", "il n'y a pas de sudo")
    if params.aspect == "own_files":
        found = _astray(output_of(files).splitlines())
    else:
        found = _LOOKS[params.aspect](_policy(output_of(printed)))
    return State(tuple(sorted({text for who, text in found if who not in params.spare})))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {"offenders": Equals(())}


Found = Iterator[tuple[str, str]]
"""What it is about, as `spare` names it, and what is said of it."""


def _astray(lines: Sequence[str]) -> Found:
    """Yield what leads sudo elsewhere, and files that it passes over since somebody else may write
    them.
    """
    for line in lines:
        if line.startswith("stat "):
            _, uid, gid, mode, path = line.split(" ", 4)
            if uid != "0" or int(mode, 8) & 0o002 or (int(mode, 8) & 0o020 and gid != "0"):
                yield path, f"{path}: {mode}, {uid}:{gid}"
            continue
        path, number, text = line.split(":", 2)
        text = text.strip()
        if path in _OURS_ALONE:
            if not _OURS_ALONE[path].fullmatch(text):
                yield path, f"{path}:{number}: {text}"
        elif not re.fullmatch(r"[@#]includedir\s+/etc/sudoers\.d/?", text):
            yield text.split()[-1], f"{path}:{number}: {text}"


def _settings_safe(policy: Mapping[str, Any]) -> Found:
    for line in policy.get("Defaults", ()):
        bound = _bound(line.get("Binding", ())) or [""]
        for option in line.get("Options", ()):
            for name, value in option.items():
                for word in _unsafe(name, value, str(option.get("operation", ""))):
                    yield from (
                        (who, f"Defaults{f' {who}:' if who else ''} {word}") for who in bound
                    )


def _tags_safe(policy: Mapping[str, Any]) -> Found:
    for spec in policy.get("User_Specs", ()):
        for part in spec.get("Cmnd_Specs", ()):
            everything = any("ALL" in command.values() for command in part.get("Commands", ()))
            for option in part.get("Options", ()):
                for name, value in option.items():
                    if _lifts(name, value) and not (
                        everything and name == "setenv"
                    ):  # ALL implies it (sudoers(5))
                        yield from (
                            (who, f"{who}: {name}={value}")
                            for who in _bound(spec.get("User_List", ()))
                        )


def _lifts(name: str, value: object) -> bool:
    return (name, value) in (("setenv", True), ("noexec", False)) or name in ("runchroot", "runcwd")


_LOOKS: Mapping[Aspect, Callable[[Mapping[str, Any]], Found]] = {
    "settings_safe": _settings_safe,
    "tags_safe": _tags_safe,
}


def _unsafe(name: str, value: object, operation: str) -> Iterator[str]:
    """Yield a setting in words, where it leads round what sudo asks for."""
    if name in ("env_keep", "env_check") and operation != "list_remove":
        names = value if isinstance(value, list) else []
        yield from (
            f"{name} {word}" for word in names if _VARIABLE.fullmatch(str(word).split("=")[0])
        )
    elif name == "env_delete" and operation != "list_add":
        yield f"{name} {value}"
    elif name in ("env_keep", "env_check", "operation"):
        return
    elif name == "secure_path" and (value is False or set(str(value).split(":")) - _FOLDERS):
        yield f"{name} {value}"
    elif (value is False and name in _MUST_BE_ON.split()) or (
        value is True and name in _MUST_BE_OFF.split()
    ):
        yield f"{'' if value else '!'}{name}"
    elif value is not False and (name in _MUST_BE_UNSET.split() or _is_bad(name, str(value))):
        yield f"{name}={value}"


def _is_bad(name: str, value: str) -> bool:
    """Return whether a value leads round the rules; visudo starts the editor that a setting names
    as root.
    """
    if name == "editor":
        return any(posixpath.dirname(path) not in _FOLDERS for path in value.split(":"))
    if name == "passwd_tries":
        return value.isdigit() and int(value) > _TRIES
    return (name, value) in _BAD_VALUES


_BAD_VALUES = (
    ("timestamp_type", "global"),
    ("runcwd", "*"),
    ("logfile", "/dev/null"),
    ("verifypw", "never"),
    ("syslog_goodpri", "none"),
    ("syslog_badpri", "none"),
)
_TRIES = 10
"""More guesses at one call than anybody needs who mistypes."""


def _bound(items: Sequence[Mapping[str, Any]]) -> list[str]:
    signs = {
        "usergroup": "%",
        "netgroup": "+",
        "userid": "#",
        "command": "!",
        "cmndalias": "!",
        "hostname": "@",
    }
    pairs = (
        next((key, str(value)) for key, value in item.items() if key != "negated") for item in items
    )
    return [f"{signs.get(sort, '')}{name}" for sort, name in pairs]


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _policy(printed: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(printed)
    except ValueError as error:
        raise Unseen(f"cvtsudoers: {error}") from error
    return found
