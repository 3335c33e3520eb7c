"""An option of the SSH server has a value: in effect, in every Match block, and read by the running server."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.policy.condition import Compare, Condition, Equals, condition_for, split_list
from tuile.policy.kind import Draft, NotApplicable, Touches, Unseen, output_of, said
from tuile.policy.lines import set_line, start
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks sshd for the configuration in effect (sshd -T), reads its files for Match blocks, and compares them "
        "with the time at which the server last read them."
    ),
    fr=(
        "Demande à sshd la configuration en vigueur (sshd -T), lit les blocs Match de ses fichiers et vérifie que "
        "le serveur les a relus depuis leur modification."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes a drop-in under /etc/ssh/sshd_config.d, accepted by sshd -t first, and reloads the server. Open "
        "sessions stay open."
    ),
    fr=(
        "Écrit un fichier sous /etc/ssh/sshd_config.d, d’abord accepté par sshd -t, puis fait relire sa "
        "configuration au serveur. Les sessions ouvertes le restent."
    ),
)

CONFIG = "/etc/ssh/sshd_config"
DROP_IN = "/etc/ssh/sshd_config.d/00-tuile.conf"
INCLUDE = f"Include {DROP_IN}"
DEPTH = 16
"""How deep sshd follows Include (SERVCONF_MAX_DEPTH in OpenSSH's servconf.c)."""

_NEWER = (
    '[ ! -e /run/sshd.pid ] || ! kill -0 "$(cat /run/sshd.pid)" 2>/dev/null || '
    "find -L /etc/ssh/sshd_config /etc/ssh/sshd_config.d -newer /run/sshd.pid"
)
_ALIASES = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "skeyauthentication": "kbdinteractiveauthentication",
    "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
    "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms",
    "keepalive": "tcpkeepalive",
}
_ADDING = {"acceptenv", "allowgroups", "allowusers", "denygroups", "denyusers", "hostkey", "listenaddress", "port"}
"""Options of which every line counts, not the first one only (sshd_config(5))."""
_SPACED = _ADDING | {"authorizedkeysfile", "authenticationmethods", "permitopen", "permitlisten", "logverbose"}
_TIMES = {"logingracetime", "clientaliveinterval"}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UPPER = {"loglevel", "syslogfacility"}
_WORDS = {"yes", "no", "any", "none", "delayed", "local", "remote", "all", "clientspecified", "forced-commands-only"}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    option: Annotated[str, Meta(pattern=r"^[A-Za-z0-9]+$", description="Option of sshd_config: PermitRootLogin")]
    value: Annotated[str, Meta(min_length=1, description="The value; for one_of and subset_of several, with commas")]
    compare: Annotated[Compare, Meta(description="What the value must satisfy")] = "equals"
    floor: Annotated[
        int | None, Meta(description="With at_most: the least that is accepted (0 often means no limit)")
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


@dataclass(frozen=True)
class _Line:
    """One setting, where it stands, and the Match block that it is in; option "" marks the place of the drop-in."""

    option: str
    value: str
    place: str
    match: str | None


def subject(params: Params) -> str:
    """Return the option."""
    return params.option


def observe(host: Host, params: Params) -> State:
    """Ask sshd for what is in effect, and its files for Match blocks; each once for all options.

    Raises:
        NotApplicable: there is no sshd.
        Unseen: sshd refuses its configuration, or a file cannot be read.

    """
    effective, newer = host.run("sshd -T"), host.run(_NEWER)
    files = _files(host.run("grep -aHn '' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf"))
    if effective.rc == 127:  # noqa: PLR2004 -- the shell's "not found", POSIX sh 2.8.2
        raise NotApplicable("there is no sshd", "il n'y a pas de sshd")
    if effective.rc != 0 and effective.stderr.strip():  # its first line says what is wrong, the last one that it ends
        raise Unseen(effective.stderr.strip().splitlines()[0])
    option = _option(params.option)
    found = [line.partition(" ")[2] for line in output_of(effective).splitlines() if _option(line.split()[0]) == option]
    lines = list(_walk(host, files, CONFIG, None, 0))
    value = _seen(params, " ".join(found)) if found else None
    return State(value, tuple(_exceptions(lines, params)), _loaded(newer), _ahead(lines, option))


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the value, no Match block that says otherwise, and a server that has read its files."""
    return {"value": _condition(params), "exceptions": Equals(()), "loaded": Equals(value=True)}


def touches(params: Params) -> Touches:  # noqa: ARG001 -- every kind is asked alike
    """Return the drop-in, the file that includes it, and the server that reads them."""
    return Touches(files=(CONFIG, DROP_IN), reloads=("ssh.service",))


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the option; or sshd_config, changed only where the drop-in would not be heard."""
    option = _option(params.option)
    names = "|".join([option, *(old for old, new in _ALIASES.items() if new == option)])
    pattern = rf"(?i)\s*({names})(\s|=)"
    if draft.path == DROP_IN:
        return set_line(start(draft), pattern, f"{params.option} {_written(params)}")
    text = draft.text or ""
    if option in _ADDING:
        text = _without_global(text, pattern)
    if text and draft.seen.get("ahead") and INCLUDE not in text.splitlines():
        return f"{INCLUDE}\n{text}"
    return text


def _condition(params: Params) -> Condition:
    value = params.value
    if params.compare != "subset_of":
        value = ",".join(_plain(params.option, item) for item in value.split(","))
    return condition_for(params.compare, value, params.floor)


def _written(params: Params) -> str:
    """Return the value as it goes into a file."""
    if params.compare == "one_of":
        return split_list(params.value)[0]
    if params.compare == "subset_of":
        return (" " if _option(params.option) in _SPACED else ",").join(split_list(params.value))
    return params.value


def _option(name: str) -> str:
    return _ALIASES.get(name.lower(), name.lower())


def _seen(params: Params, value: str) -> str | tuple[str, ...]:
    if params.compare == "subset_of":
        return tuple(re.split(r"[\s,]+", value.strip()))
    return _plain(params.option, value)


def _plain(option: str, value: str) -> str:
    """Return a value in the one form that is compared: times in seconds, words as sshd_config(5) writes them."""
    name, value = _option(option), value.strip()
    if name in _TIMES and re.fullmatch(r"(\d+[smhdw]?)+", value, re.IGNORECASE):
        parts = re.findall(r"(\d+)([smhdw]?)", value.lower())
        return str(sum(int(number) * _SECONDS[unit] for number, unit in parts))
    if name in _UPPER:
        return value.upper()
    if value.lower() in ("without-password", "prohibit-password"):  # one meaning, and sshd -T says the former
        return "prohibit-password"
    return value.lower() if value.lower() in _WORDS else value


def _loaded(newer: CommandResult) -> bool:
    """Return whether no file is newer than the pid file, which sshd writes at each start and each reload.

    By the time of their content, not of the inode, which a change of mode would touch: a file that was overwritten
    under its old date is not noticed. Where no sshd runs, or one a connection, there is nothing that is not read.
    """
    problems = [line for line in newer.stderr.splitlines() if "No such file" not in line]
    if newer.rc != 0 and problems:
        raise Unseen(problems[-1])
    return not newer.stdout.strip()


def _exceptions(lines: Sequence[_Line], params: Params) -> Iterator[str]:
    condition, option = _condition(params), _option(params.option)
    for line in lines:
        if line.match is not None and line.option == option and not condition.admits(_seen(params, line.value)):
            yield f"{line.match}: {line.value}"


def _ahead(lines: Sequence[_Line], option: str) -> str | None:
    """Return what keeps the drop-in from being heard: an earlier line, or a configuration that does not include it."""
    for line in lines:
        if line.match is None and line.option == "":
            return None
        if line.match is None and line.option == option and option not in _ADDING:
            return line.place
    return CONFIG


def _files(listed: CommandResult) -> dict[str, list[str]]:
    """Return the lines of files from what `grep -aHn ''` prints; a pattern that fits nothing is no mistake."""
    problems = [line for line in listed.stderr.splitlines() if "No such file" not in line]
    if problems:
        raise Unseen(problems[-1])
    files: dict[str, list[str]] = {}
    for line in listed.stdout.split("\n")[:-1]:
        path, _, text = line.split(":", 2)
        files.setdefault(path, []).append(text)
    return files


def _walk(host: Host, files: Mapping[str, list[str]], path: str, match: str | None, depth: int) -> Iterator[_Line]:
    """Yield the settings in the order in which sshd reads them; a Match block ends with its file."""
    within = match
    for number, text in enumerate(files.get(path, ()), 1):
        option, value = _split(text)
        if option == "match":
            condition = None if value.lower() == "all" else value
            within = " ".join(filter(None, (match, condition))) or None
        elif option == "include" and depth < DEPTH:
            for pattern in value.split():
                yield from _include(host, files, pattern, within, depth)
        elif option:
            yield _Line(_option(option), value, f"{path}:{number}", within)


def _include(
    host: Host, files: Mapping[str, list[str]], pattern: str, match: str | None, depth: int
) -> Iterator[_Line]:
    whole = pattern if pattern.startswith("/") else f"/etc/ssh/{pattern}"
    if not (fnmatchcase(whole, "/etc/ssh/sshd_config.d/*.conf") and "/" not in whole[len("/etc/ssh/sshd_config.d/") :]):
        files = {**files, **_files(host.run("(IFS=; p=%s; grep -aHn '' /dev/null $p)", whole))}
    fitting = {path for path in (*files, DROP_IN) if fnmatchcase(path, whole) and path.count("/") == whole.count("/")}
    for path in sorted(fitting):
        if path == DROP_IN:
            yield _Line("", "", path, match)
        yield from _walk(host, files, path, match, depth + 1)


@lru_cache(maxsize=1024)  # the same lines are walked for each rule
def _split(text: str) -> tuple[str, str]:
    """Return option (lower case) and value of a line, without quotes and comment; ("", "") where there is none."""
    found = re.match(r"\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)", text)
    if found is None:
        return "", ""
    try:
        words = shlex.split(found[2], comments=True)
    except ValueError:  # an open quote: sshd refuses it, and says so
        words = found[2].split()
    return found[1].lower(), " ".join(words)


def _without_global(text: str, pattern: str) -> str:
    """Return the text without the lines that match before the first Match block."""
    kept: list[str] = []
    within = False
    for line in text.splitlines(keepends=True):
        within = within or bool(re.match(r"(?i)\s*match\s", line))
        if within or not re.match(pattern, line):
            kept.append(line)
    return "".join(kept)
