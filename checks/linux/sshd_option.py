"""An option of the SSH server has a value: in effect, in every Match block, and read by the running
server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.platforms.linux.sshd.files import (
    ALIASES,
    DROP_IN,
    Line,
    lines_of,
    option_name,
    settings_of,
    without_global,
)
from tuile.platforms.linux.sshd.login import shut_out
from tuile.platforms.linux.sshd.server import EFFECTIVE, RUNNING, server
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import (
    Compare,
    Condition,
    Equals,
    Value,
    condition_for,
    listed,
    split_list,
)
from tuile.policy.kind import Draft, Login, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks sshd for the configuration in effect (sshd -T), with the arguments that the running "
        "server was started "
        "with and those of its next start, reads its files for Match blocks, and compares the "
        "times of all files that "
        "it reads with that at which it last did."
    ),
    fr=(
        "Demande à sshd la configuration en vigueur (sshd -T), avec les arguments du serveur en "
        "cours et ceux de son "
        "prochain démarrage, lit les blocs Match de ses fichiers et vérifie que le serveur a relu "
        "tous ses fichiers "
        "depuis leur modification."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes a drop-in under /etc/ssh/sshd_config.d, accepted by sshd -t first, and reloads "
        "the server. Open "
        "sessions stay open."
    ),
    fr=(
        "Écrit un fichier sous /etc/ssh/sshd_config.d, d’abord accepté par sshd -t, puis fait "
        "relire sa "
        "configuration au serveur. Les sessions ouvertes le restent."
    ),
)

DOES_NOT_SEE = (
    Text(
        en=(
            "A file of the server that was overwritten in place and dated back, before the server"
            " read it again."
        ),
        fr=(
            "Un fichier du serveur réécrit sur place et antidaté, tant que le serveur ne l’a pas"
            " relu."
        ),
    ),
    Text(
        en="A program of sshd that was replaced, and a server in another network namespace.",
        fr="Un programme sshd remplacé, et un serveur dans un autre espace de noms réseau.",
    ),
)

CONFIG = "/etc/ssh/sshd_config"
INCLUDE = f"Include {DROP_IN}"


_ADDING = {
    "acceptenv",
    "allowgroups",
    "allowusers",
    "denygroups",
    "denyusers",
    "hostkey",
    "listenaddress",
    "port",
}
"""Options of which every line counts, not the first one only (sshd_config(5))."""
_CURVE, _PRIME = "curve25519-sha256", "sntrup761x25519-sha512"
_SAME = {
    one: other for pair in ((_CURVE, f"{_CURVE}@libssh.org"),) for one, other in (pair, pair[::-1])
}
"""Two names of one key exchange."""
_QUANTUM = ("mlkem768x25519-sha256", _PRIME, f"{_PRIME}@openssh.com")
"""Key exchanges that withstand quantum computing: never too weak, whatever a list says."""
_SPACED = _ADDING | {
    "authorizedkeysfile",
    "authenticationmethods",
    "permitopen",
    "permitlisten",
    "logverbose",
}
_TIMES = {"logingracetime", "clientaliveinterval"}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UPPER = {"loglevel", "syslogfacility"}
_WORDS = {
    "yes",
    "no",
    "any",
    "none",
    "delayed",
    "local",
    "remote",
    "all",
    "clientspecified",
    "forced-commands-only",
}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    option: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9]+$", description="Option of sshd_config: PermitRootLogin")
    ]
    value: Annotated[
        str,
        Meta(min_length=1, description="The value; for one_of and subset_of several, with commas"),
    ]
    compare: Annotated[Compare, Meta(description="What the value must satisfy")] = "equals"
    floor: Annotated[
        int | None,
        Meta(description="With at_most: the least that is accepted (0 often means no limit)"),
    ] = None

    def __post_init__(self) -> None:
        """Refuse what no condition can be made of."""
        condition_for(self.compare, self.value, self.floor)
        if "\n" in self.value:
            raise ValueError("value stands on one line")


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    value: str | tuple[str, ...] | None = said("", "")
    exceptions: tuple[str, ...] = said("in Match blocks", "dans les blocs Match")
    loaded: bool = said("read by the running sshd", "lu par le sshd en cours")
    ahead: str | None = said("set first by", "fixé d'abord par")
    at_start: str | tuple[str, ...] | None = said("at its next start", "à son prochain démarrage")
    arguments: str = said("started with", "lancé avec")


def subject(params: Params) -> str:
    """Return the option."""
    return params.option


def observe(host: Host, params: Params) -> State:
    """Ask sshd for what is in effect, and its files for Match blocks; each once for all options.

    Raises:
        NotApplicable: there is no sshd.
        Unseen: sshd refuses its configuration, or a file cannot be read.

    """
    grep = "grep -aHn '' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf"
    effective, running, texts = together(host, (EFFECTIVE,), (RUNNING,), (grep,))
    files = lines_of(texts)
    if effective.rc == 127:  # noqa: PLR2004 -- the shell's "not found", POSIX sh 2.8.2
        raise NotApplicable("there is no sshd", "il n'y a pas de sshd")
    if (
        effective.rc != 0 and effective.stderr.strip()
    ):  # its first line says what is wrong, the last one that it ends
        raise Unseen(effective.stderr.strip().splitlines()[0])
    option, plain, at_work = (
        option_name(params.option),
        output_of(effective).splitlines(),
        server(running.stdout),
    )
    if at_work.config not in files:
        files = {**files, **lines_of(host.run("grep -aHn '' /dev/null %s", at_work.config))}
    lines = list(settings_of(host, files, at_work.config, None, 0))
    return State(
        _printed(at_work.values or plain, params),
        tuple(_exceptions(lines, params)),
        at_work.up_to_date,
        _ahead(lines, option),
        _printed(
            at_work.next_values or (plain if not at_work.next_arguments else at_work.values), params
        ),
        " ".join(dict.fromkeys((at_work.arguments, at_work.next_arguments))).strip(),
    )


def _printed(lines: Sequence[str], params: Params) -> str | tuple[str, ...] | None:
    """Return the value that sshd printed for the option."""
    option = option_name(params.option)
    found = [
        line.partition(" ")[2] for line in lines if line and option_name(line.split()[0]) == option
    ]
    return _seen(params, " ".join(found)) if found else None


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the value, now and at the next start, no Match block that differs, and a server that
    has read it.
    """
    condition = _condition(params)
    return {
        "value": condition,
        "exceptions": Equals(()),
        "loaded": Equals(value=True),
        "at_start": condition,
    }


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the drop-in, the file that includes it, and the server that reads them."""
    return (FILE(CONFIG), FILE(DROP_IN), RELOAD("ssh.service"))


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return nothing more.

    Raises:
        Unseen: the server is started with the option among its arguments, which no file can
            override.

    """
    arguments = str(seen.get("arguments") or "")
    for word in re.findall(r"-o ?(\w+)", arguments):
        if option_name(word) == option_name(params.option):
            raise Unseen(
                f"sshd is started with {arguments}: take it out of /etc/default/ssh or of its unit",
                f"sshd est lancé avec {arguments} : à retirer de /etc/default/ssh ou de son unité",
            )
    return ()


def shuts_out(params: Params, login: Login, seen: Mapping[str, Value]) -> Text | None:
    """Return why who logs in could not do so any more."""
    return shut_out(
        option_name(params.option),
        _plain(params.option, _written(params, seen.get("value"))),
        login,
    )


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the option; or sshd_config, changed only where the drop-in would not
    be heard.
    """
    option = option_name(params.option)
    names = "|".join([option, *(old for old, new in ALIASES.items() if new == option)])
    pattern = rf"(?i)\s*({names})(\s|=)"
    if draft.path == DROP_IN:
        return set_line(
            start(draft), pattern, f"{params.option} {_written(params, draft.seen.get('value'))}"
        )
    text = draft.text or ""
    if option in _ADDING:
        text = without_global(text, pattern)
    if text and draft.seen.get("ahead") and INCLUDE not in text.splitlines():
        return f"{INCLUDE}\n{text}"
    return text


def _condition(params: Params) -> Condition:
    value = params.value
    if params.compare != "subset_of":
        value = ",".join(_plain(params.option, item) for item in value.split(","))
    elif option_name(params.option) == "kexalgorithms":
        value = ",".join(
            (value, *_QUANTUM, *(_SAME[name] for name in split_list(value) if name in _SAME))
        )
    return condition_for(params.compare, value, params.floor)


def _written(params: Params, seen: Value = None) -> str:
    """Return the value as it goes into a file; of a list, what the server has of it already, if
    there is any.
    """
    if params.compare == "one_of":
        return split_list(params.value)[0]
    if params.compare == "subset_of":
        spaced = " " if option_name(params.option) in _SPACED else ","
        kept = [item for item in listed(seen) if _condition(params).admits((item,))]
        return spaced.join(kept or split_list(params.value))
    return params.value


def _seen(params: Params, value: str) -> str | tuple[str, ...]:
    if params.compare == "subset_of":
        return tuple(re.split(r"[\s,]+", value.strip()))
    return _plain(params.option, value)


def _plain(option: str, value: str) -> str:
    """Return a value in the one form that is compared: times in seconds, words as sshd_config(5)
    writes them.
    """
    name, value = option_name(option), value.strip()
    if name == "rekeylimit":
        return _rekey(value)
    if name in _TIMES and re.fullmatch(r"(\d+[smhdw]?)+", value, re.IGNORECASE):
        parts = re.findall(r"(\d+)([smhdw]?)", value.lower())
        return str(sum(int(number) * _SECONDS[unit] for number, unit in parts))
    if name in _UPPER:
        return value.upper()
    if value.lower() in (
        "without-password",
        "prohibit-password",
    ):  # one meaning, and sshd -T says the former
        return "prohibit-password"
    return value.lower() if value.lower() in _WORDS else value


def _rekey(value: str) -> str:
    """Return a limit of bytes and of seconds in numbers; 0 is none of its own."""
    words = value.lower().split()
    size = re.fullmatch(r"(\d+)([kmg]?)", words[0]) if words else None
    amount = str(int(size[1]) * 1024 ** " kmg".index(size[2] or " ")) if size else "0"
    time = _plain("LoginGraceTime", words[1]) if len(words) > 1 and words[1] != "none" else "0"
    return f"{amount} {time}"


def _exceptions(lines: Sequence[Line], params: Params) -> Iterator[str]:
    condition, option = _condition(params), option_name(params.option)
    for line in lines:
        if (
            line.match is not None
            and line.option == option
            and not condition.admits(_seen(params, line.value))
        ):
            yield f"{line.match}: {line.value}"


def _ahead(lines: Sequence[Line], option: str) -> str | None:
    """Return what keeps the drop-in from being heard: an earlier line, or a configuration that does
    not include it.
    """
    for line in lines:
        if line.match is None and line.option == "":
            return None
        if line.match is None and line.option == option and option not in _ADDING:
            return line.place
    return CONFIG
