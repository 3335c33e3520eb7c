"""A setting of a PAM module has a value in every stack: as its files say, and as arguments of lines
override it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.pam.files import TYPES, Aborted, Handler, services, stack
from tuile.platforms.linux.pam.host import READ, Seen, seen
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Compare, Condition, Equals, condition_for
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads the files of the module in the order in which it does, and the arguments of its "
        "lines in all stacks, "
        "which come over the files."
    ),
    fr=(
        "Lit les fichiers du module dans l’ordre où il les lit, puis les arguments de ses lignes "
        "dans toutes les piles, "
        "qui l’emportent sur les fichiers."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Replaces the lines of the setting in the module's file, and takes arguments that say "
        "otherwise out of its "
        "lines in the common stacks."
    ),
    fr=(
        "Remplace les lignes du réglage dans le fichier du module et retire de ses lignes, dans "
        "les piles communes, les "
        "arguments contraires."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="settings that a changed module was built with",
        fr="les réglages avec lesquels un module modifié aurait été compilé",
    ),
)

FOLDER = "/etc/security"
_DICTIONARY = "/var/cache/cracklib/cracklib_dict.pwd"
"""Without it the module refuses every new password."""
_COMMON = "/etc/pam.d/common-{}"
_FILES = {"faillock": ("auth",), "pwquality": ("password",)}
"""The stacks in which the module's settings count."""
_KEYS = {
    "pwquality": (
        "difok minlen dcredit ucredit lcredit ocredit minclass maxrepeat maxclassrepeat "
        "maxsequence gecoscheck"
        " dictcheck usercheck usersubstr enforcing badwords dictpath retry enforce_for_root "
        "local_users_only"
    ),
    "faillock": (
        "dir audit silent no_log_info local_users_only nodelay deny fail_interval unlock_time "
        "even_deny_root"
        " root_unlock_time admin_group"
    ),
}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    module: Annotated[
        Literal["faillock", "pwquality"],
        Meta(description="pam_MODULE.so, with /etc/security/MODULE.conf"),
    ]
    key: Annotated[str, Meta(pattern=r"^[a-z_]+$", description="The setting: minlen")]
    value: Annotated[
        str, Meta(pattern=r"^[^\s]*$", description='The value; of a flag "yes" or "no"')
    ]
    compare: Annotated[Compare, Meta(description="What the value must satisfy")] = "equals"
    default: Annotated[
        str | None, Meta(description="The value of the module where nothing says another")
    ] = None
    floor: Annotated[int | None, Meta(description="With at_most: the least that is accepted")] = (
        None
    )

    def __post_init__(self) -> None:
        """Refuse what no condition can be made of, and keys that the module does not know."""
        condition_for(self.compare, self.value, self.floor)
        if self.key not in _KEYS[self.module].split():
            raise ValueError(f"pam_{self.module} has no setting {self.key}")


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    value: str | None = said("", "")
    overridden: tuple[str, ...] = said("otherwise in", "autrement dans")
    not_read: str | None = said("not read from", "non lu à partir de")


def subject(params: Params) -> str:
    """Return module and key."""
    return f"pam_{params.module}: {params.key}"


def observe(host: Host, params: Params) -> State:
    """Read files and stacks once for all rules.

    Raises:
        Unseen: the files cannot be read.

    """
    what = seen(output_of(host.run(READ)))
    settings, stopped = _settings(what, params.module)
    value = _value(settings.get(params.key), params)
    overridden = [*_overridden(what, value, params)]
    if params.key == "dictcheck" and host.run("test -s %s", _DICTIONARY).rc != 0:
        overridden.append(f"{_DICTIONARY}: -")
    return State(value, tuple(overridden), stopped)


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the condition on the value, that no line says otherwise, and that the files are read
    to their end.
    """
    return {"value": _condition(params), "overridden": Equals(()), "not_read": Equals(None)}


def touches(params: Params) -> Resources:
    """Return the module's file, and the common stacks that may override it."""
    return (
        FILE(_main(params.module)),
        *FILE.each(_COMMON.format(type_) for type_ in _FILES[params.module]),
    )


def edit(draft: Draft, params: Params) -> str:
    """Return the module's file with the setting; or a common stack without the arguments that
    override it.

    Raises:
        Unseen: a line that the module does not understand keeps it from reading on.

    """
    if (stopped := draft.seen.get("not_read")) is not None:
        raise Unseen(
            f"the module reads nothing from {stopped} on: correct that line first",
            f"le module ne lit plus rien à partir de {stopped} : corrigez d'abord cette ligne",
        )
    if draft.path == _main(params.module):
        return (
            _set(start(draft), params)
            if not _condition(params).admits(draft.seen.get("value"))
            else draft.text or ""
        )
    return "".join(_without(line, params) for line in (draft.text or "").splitlines(keepends=True))


def _main(module: str) -> str:
    return f"{FOLDER}/{module}.conf"


def _condition(params: Params) -> Condition:
    return condition_for(params.compare, params.value, params.floor)


def _value(found: str | None, params: Params) -> str | None:
    if params.value in ("yes", "no"):
        return "no" if found is None else "yes"
    return params.default if found is None else found


@lru_cache(maxsize=8)  # one answer serves all rules about a module
def _read(
    files: tuple[tuple[str, tuple[str, ...]], ...], module: str
) -> tuple[Mapping[str, str], str | None]:
    """Return the settings in force by key, and where the module stops reading: at a key that it
    does not know.
    """
    settings: dict[str, str] = {}
    for path, lines in files:
        for number, line in enumerate(lines, 1):
            text = line.split("#", 1)[0].strip()
            key, _, value = (part.strip() for part in text.partition("="))
            if key and key.split()[0] not in _KEYS[module].split():
                return settings, f"{path}:{number}"
            if key:
                settings[key.split()[0]] = value or " ".join(key.split()[1:])
    return settings, None


def _settings(
    what: Seen, module: str, conf: str | None = None
) -> tuple[Mapping[str, str], str | None]:
    """Return what the files say: drop-ins come before the main file (pwquality.conf(5))."""
    folder, main = f"{FOLDER}/{module}.conf.d/", conf or _main(module)
    paths = [
        *sorted(
            path for path in what.settings if path.startswith(folder) and module == "pwquality"
        ),
        main,
    ]
    return _read(tuple((path, what.settings.get(path, ())) for path in paths), module)


def _overridden(what: Seen, value: str | None, params: Params) -> Iterator[str]:
    """Yield the lines of stacks whose arguments give another value that does not do, or another
    file.
    """
    for line in dict.fromkeys(_lines(what, params.module)):
        if _judges(line, params) and not _condition(params).admits(
            _of_line(what, line, value, params)
        ):
            yield str(line)


def _judges(line: Handler, params: Params) -> bool:
    """Return whether a line's arguments are about the setting; what counts of faillock is who bars."""
    names = {word.partition("=")[0] for word in line.arguments}
    return bool(names & {params.key, "conf"})


def _of_line(what: Seen, line: Handler, value: str | None, params: Params) -> str | None:
    given = [word.partition("=") for word in line.arguments]
    own = [(word or sign) for name, sign, word in given if name == params.key]
    if own:
        return _value(own[-1], params)
    conf = next((word for name, _, word in reversed(given) if name == "conf"), None)
    if conf is not None and conf not in what.settings:
        return None
    return (
        _value(_settings(what, params.module, conf)[0].get(params.key), params) if conf else value
    )


def _lines(what: Seen, module: str) -> Iterator[Handler]:
    for service in services(what.texts):
        for type_ in TYPES:
            try:
                found: Sequence[Handler] = stack(what.texts, service, type_)
            except Aborted:  # it works for nobody
                continue
            yield from (line for line in found if line.name == f"pam_{module}.so")


def _set(text: str, params: Params) -> str:
    """Return the file with the setting in the place of its lines, else behind the comment that
    shows it, else last.
    """
    line = params.key if params.value == "yes" else f"{params.key} = {params.value}"
    lines = text.splitlines(keepends=True)
    active = re.compile(rf"\s*{params.key}\s*(=|#|$)")
    at = [number for number, each in enumerate(lines) if active.match(each)]
    kept = [each for number, each in enumerate(lines) if number not in at[1:]]
    if at:
        kept[at[0]] = f"{line}\n" if params.value != "no" else ""
        return "".join(kept)
    shown = re.compile(rf"\s*#\s*{params.key}\s*(=|$)")
    place = next((number + 1 for number, each in enumerate(lines) if shown.match(each)), len(lines))
    if lines and not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    return "".join([*lines[:place], f"{line}\n", *lines[place:]])


def _without(line: str, params: Params) -> str:
    """Return a line of a stack without the arguments that override the setting."""
    if f"pam_{params.module}.so" not in line or line.lstrip().startswith("#"):
        return line
    body, sign, comment = line.partition("#")
    for found in re.findall(rf"\s+{params.key}(?:=\S*)?(?=\s|$)", body):
        given = found.partition("=")[2]
        if not _condition(params).admits(_value(given, params)):
            body = body.replace(found, "", 1)
    return re.sub(r"\s+conf=\S*", "", body) + sign + comment
