"""A Defaults setting of sudo has a value, after all files that sudoers includes, for everybody or
for one account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Compare, Condition, Value, condition_for, listed
from tuile.policy.condition import Equals as Is
from tuile.policy.kind import Draft, Login, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Has sudo's own cvtsudoers read sudoers with all that it includes, and takes the last"
        " setting that counts."
    ),
    fr=(
        "Fait lire sudoers, avec tout ce qu’il inclut, par cvtsudoers et retient le dernier réglage"
        " qui compte."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the setting to /etc/sudoers.d/zz-tuile, which is read last, once visudo accepts the"
        " whole of sudoers."
    ),
    fr=(
        "Écrit le réglage dans /etc/sudoers.d/zz-tuile, lu en dernier, une fois l’ensemble accepté"
        " par visudo."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Settings that a directory holds (LDAP, sssd): sudo_policy tells that sudo asks one.",
        fr=(
            "Les réglages d’un annuaire (LDAP, sssd) : sudo_policy signale que sudo en"
            " interroge un."
        ),
    ),
    Text(en="What a plugin of sudo does inside.", fr="Ce que fait un greffon de sudo en interne."),
)

SUDOERS = "/etc/sudoers"
DROP_IN = "/etc/sudoers.d/zz-tuile"
INCLUDE = "@includedir /etc/sudoers.d"
CUTS_OFF = ("noexec", "requiretty")
"""What no program that works through sudo survives: it starts programs, and has no terminal."""

ASKS_OTHERS = ("rootpw", "targetpw", "runaspw")
"""With these it asks for the password of somebody else (sudoers(5))."""

_ABSENT = 3
_COMMAND = "!"
_SIGNS = {"usergroup": "%", "command": _COMMAND, "cmndalias": _COMMAND}
_LINES = "grep -sHnE '^[[:space:]]*(Defaults|[@#]includedir)' /etc/sudoers /etc/sudoers.d/*; :"
_READ = "command -v sudo >/dev/null || exit 3; cvtsudoers -f json /etc/sudoers"
_Account = Annotated[str, Meta(pattern=r"^%?[a-z_][a-z0-9_.-]*[$]?$")]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    option: Annotated[str, Meta(pattern=r"^[a-z_]+$", description="Setting of sudoers(5): use_pty")]
    value: Annotated[
        str,
        Meta(
            pattern=r"^[^\n\"\\]+$",
            description="Of a flag yes or no, else the value; for one_of with commas",
        ),
    ]
    compare: Annotated[Compare, Meta(description="What the value must satisfy")] = "equals"
    floor: Annotated[int | None, Meta(description="With at_most: the least that is accepted")] = (
        None
    )
    user: (
        Annotated[_Account, Meta(description="The one account that it is for; null: everybody")]
        | None
    ) = None
    spare: Annotated[
        tuple[_Account, ...],
        Meta(description="Accounts and %groups that may have another setting, and keep it off"),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse what no condition can be made of."""
        condition_for(self.compare, self.value, self.floor)
        if self.user and self.spare:
            raise ValueError("spare goes with a rule for everybody")
        if self.user and self.user.startswith("%"):
            raise ValueError("user is one account, not a group")


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    value: str | None = said("", "")
    exceptions: tuple[str, ...] = said("otherwise for", "autrement pour")
    login: str | None = said("account logged in with", "compte de connexion")
    later: tuple[str, ...] = said("set again by", "fixé de nouveau par")


@dataclass(frozen=True)
class _Setting:
    """One setting in the order of sudoers: whom or what it is bound to, nothing for everybody."""

    bound: tuple[str, ...]
    """Names; commands begin with "!"."""
    option: str
    value: str


def subject(params: Params) -> str:
    """Return the setting, as sudoers names it."""
    return f"Defaults:{params.user} {params.option}" if params.user else f"Defaults {params.option}"


def observe(host: Host, params: Params) -> State:
    """Ask for all of sudoers once, and for the account that came through sudo.

    Raises:
        NotApplicable: there is no sudo.
        Unseen: sudoers cannot be read, or is refused by sudo itself.

    """
    printed, came, lines = together(host, (_READ,), ('echo "${SUDO_USER-}"',), (_LINES,))
    login = output_of(came).strip()
    if printed.rc == _ABSENT:
        raise NotApplicable("there is no sudo", "il n'y a pas de sudo")
    settings = [each for each in _settings(output_of(printed)) if each.option == params.option]
    mine = [each for each in settings if not each.bound or params.user in each.bound]
    value = mine[-1].value if mine else None
    later = tuple(_later(output_of(lines).splitlines(), params))
    return State(value, tuple(_exceptions(settings, params)), login or None, later)


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the value, and that nobody is let off."""
    return {"value": _condition(params), "exceptions": Is(())}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the drop-in, and sudoers, which must include it."""
    return (FILE(SUDOERS), FILE(DROP_IN))


# As all kinds
def shuts_out(params: Params, login: Login, seen: Mapping[str, Value]) -> Text | None:  # noqa: ARG001
    """Return why sudo would ask for a password that is not known, or let no program work through
    it.
    """
    if (
        params.option in ASKS_OTHERS
        and _is_on(params)
        and login.sudo_password
        and params.user in (None, login.user)
    ):
        return Text(
            f"it would shut out Tuile: sudo would ask it for another password than that of "
            f'"{login.user}". Tailor the '
            "rule off for this host, or let the account use sudo without one (NOPASSWD)",
            f"cela exclurait Tuile : sudo lui demanderait un autre mot de passe que celui de « "
            f"{login.user} ». "
            "Désactivez la règle pour cette machine, ou dispensez ce compte de mot de passe "
            "(NOPASSWD)",
        )
    if params.option in CUTS_OFF and _is_on(params) and params.user == login.user != "root":
        return Text(
            f'it would shut out Tuile, which works there as "{login.user}" through sudo. Take '
            f"that account out of the "
            "rule",
            f"cela exclurait Tuile, qui y travaille avec « {login.user} » par sudo. Retirez ce"
            " compte de la règle",
        )
    return None


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the setting; or sudoers, changed only where it does not include the
    drop-in.

    What is for everybody stands first: the last setting that fits an account counts (sudoers(5)).

    Raises:
        Unseen: it would cut off the account that puts it right, or a line that sudo reads later
            would count more.

    """
    later = listed(draft.seen.get("later"))
    if later and not wanted(params)["value"].admits(draft.seen.get("value")):
        raise Unseen(
            f"{later[0]}: it is read later and counts more; take it out (visudo -f)",
            f"{later[0]} : cette ligne, lue plus tard, l’emporte ; la retirer (visudo -f)",
        )
    text = start(draft)
    if draft.path == SUDOERS:
        included = re.search(r"(?m)^[@#]includedir\s+/etc/sudoers\.d/?\s*$", draft.text or "")
        return draft.text or "" if included else f"{draft.text or ''}{INCLUDE}\n"
    text = _with(text, params.user, params.option, _written(params))
    if _is_on(params) and not params.user:
        for name in params.spare:
            text = _with(text, name, params.option, f"!{params.option}")
        _keep_way_in(text, draft.seen.get("login"), params.option)
    return "".join(sorted(text.splitlines(keepends=True), key=_rank))


def _condition(params: Params) -> Condition:
    return condition_for(params.compare, params.value, params.floor)


def _later(lines: Sequence[str], params: Params) -> Iterator[str]:
    """Yield the lines, with their places, that set the option for everybody after our own file was
    read.
    """
    option = re.compile(rf"Defaults\s+(.*[\s,!])?{params.option}(\s*[-+]?=|\s*(,|#|$))")
    included = False
    for line in lines:
        path, number, text = line.split(":", 2)
        included = included or (
            path == SUDOERS and re.match(r"\s*[@#]includedir", text) is not None
        )
        after = (
            included
            if path == SUDOERS
            else path > DROP_IN and not re.search(r"\.|~$", path.rpartition("/")[2])
        )
        if after and option.match(text.strip()):
            yield f"{path}:{number}: {text.strip()}"


def _is_on(params: Params) -> bool:
    return params.value == "yes" and params.compare == "equals"


def _written(params: Params) -> str:
    if params.compare == "equals" and params.value in ("yes", "no"):
        return params.option if params.value == "yes" else f"!{params.option}"
    value = params.value.split(",")[0].strip() if params.compare == "one_of" else params.value
    return (
        f"{params.option}={value}"
        if re.fullmatch(r"[\w./-]+", value)
        else f'{params.option}="{value}"'
    )


def _with(text: str, name: str | None, option: str, written: str) -> str:
    """Return the text with one setting, in its line."""
    who = f"Defaults:{name}" if name else "Defaults"
    return set_line(text, rf"{re.escape(who)}\s+!?{option}(\s|=|$)", f"{who} {written}")


def _rank(line: str) -> int:
    return 0 if line.startswith("#") else 2 if line.startswith("Defaults:") else 1


def _keep_way_in(text: str, login: object, option: str) -> None:
    if login in (None, "root") or option not in CUTS_OFF or f"Defaults:{login} !{option}\n" in text:
        return
    raise Unseen(
        f'it would cut off "{login}", the account that Tuile works with: tailor "spare"',
        f"cela couperait l’accès à « {login} », le compte avec lequel Tuile travaille : adaptez «"
        " spare »",
    )


def _exceptions(settings: Sequence[_Setting], params: Params) -> Iterator[str]:
    """Yield what a setting that does not satisfy the rule is bound to, unless a later one makes up
    for it.

    cvtsudoers writes "Defaults:name" and "Defaults>name" alike; both are reported. sudo applies
    what is bound to a command after all else, wherever it stands (sudoers(5)).
    """
    last: dict[str, str] = {}
    for each in settings:
        for name in each.bound or tuple(last):  # what is for everybody comes over what stood before
            if each.bound or not name.startswith(_COMMAND):
                last[name] = each.value
    groups_only = params.user is not None
    for name, value in last.items():
        if (
            name in params.spare
            or name == params.user
            or (groups_only and not name.startswith("%"))
        ):
            continue
        if not _condition(params).admits(value):
            yield f"{name}: {value}"


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _settings(printed: str) -> tuple[_Setting, ...]:
    try:
        policy = json.loads(printed)
    except ValueError as error:
        raise Unseen(f"cvtsudoers: {error}") from error
    aliases = {**policy.get("User_Aliases", {}), **policy.get("Command_Aliases", {})}
    return tuple(_read(policy.get("Defaults", ()), aliases))


def _read(defaults: Sequence[Mapping[str, Any]], aliases: Mapping[str, Any]) -> Iterator[_Setting]:
    for each in defaults:
        bound = tuple(_names(each.get("Binding", ()), aliases))
        for option in each.get("Options", ()):
            for name, value in option.items():
                if name != "operation":
                    yield _Setting(bound, name, _said(value))


def _names(bindings: Sequence[Mapping[str, Any]], aliases: Mapping[str, Any]) -> Iterator[str]:
    for binding in bindings:
        kind, name = next((k, str(v)) for k, v in binding.items() if k != "negated")
        if kind in ("useralias", "cmndalias") and name in aliases and not binding.get("negated"):
            yield from _names(aliases[name], aliases)
        else:
            sign = "not " if binding.get("negated") else ""
            yield f"{_SIGNS.get(kind, '')}{sign}{name}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
