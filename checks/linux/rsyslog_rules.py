"""rsyslog keeps what it receives: no message is thrown away before it is written, and none feeds an
unknown program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, text_found, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads rsyslog’s files as the program that they are, in their order: what stops a message "
        "before it is written, "
        "which facilities reach a file or a collector, which programs get messages; whether what "
        "programs say comes to it "
        "by way of journald; and with which file rsyslog runs, and whether it was started after "
        "the last change."
    ),
    fr=(
        "Lit les fichiers de rsyslog comme le programme qu’ils forment, dans l’ordre : ce qui "
        "arrête un message avant "
        "qu’il soit écrit, quelles catégories atteignent un fichier ou un collecteur, quels "
        "programmes les reçoivent ; si "
        "ce que disent les programmes lui vient par journald ; et avec quel fichier rsyslog "
        "tourne, et s’il a démarré "
        "après le dernier changement."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the line away, or write before you stop; then restart rsyslog. Approve a program or "
        "a folder that the "
        "site needs, in the rule, with its reason."
    ),
    fr=(
        "Retirer la ligne, ou écrire avant d’arrêter ; puis relancer rsyslog. Approuver dans la "
        "règle, avec sa raison, "
        "un programme ou un dossier dont le site a besoin."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="What rulesets, templates and lookups change in a message before it is written.",
        fr=(
            "Ce que jeux de règles, modèles et tables changent dans un message avant qu’il soit"
            " écrit."
        ),
    ),
)

_LISTED = "grep -aHn '' /etc/rsyslog.conf /etc/rsyslog.d/*.conf"
_RUNNING = (
    "p=$(systemctl show --property=MainPID --value rsyslog.service);"
    " tr '\\0' ' ' < \"/proc/$p/cmdline\"; echo; readlink \"/proc/$p/exe\""
)
_NEWER = (
    "find /etc/rsyslog.conf /etc/rsyslog.d -newerct"
    ' "$(systemctl show --timestamp=us --property=ActiveEnterTimestamp --value rsyslog.service)" '
    "2>/dev/null"
)
_MERGED = "systemd-analyze --no-pager cat-config systemd/journald.conf"
_WAY = (
    "readlink /dev/log; p=$(systemctl show --property=MainPID --value rsyslog.service);"
    " grep -s '^Max file size' \"/proc/$p/limits\";"
    " lsattr -d /var/log/*.log /var/log/syslog /var/log/messages 2>/dev/null | grep "
    "'^[-A-Za-z]*i'; :"
)
_SOCKET = "/run/systemd/journal/dev-log"
"""Where journald takes what programs say, and hands it on: /dev/log leads there
(systemd-journald.service(8)).
"""
_FORWARDS = re.compile(r"^[ \t]*(#?)ForwardToSyslog[ \t]*=[ \t]*(\w+)", re.MULTILINE)
_NO = {"no", "n", "false", "f", "off", "0"}
_STOP = re.compile(r"(?:^|[\s{}&])(?:stop|~|discard)\s*(?:[}#]|$)", re.IGNORECASE)
_KEEPS = re.compile(
    r"(?:^|[\s{&;-])(?:-?/(?!dev/)[^\s;]+|\?\w+|@@?\S+|:om(?!usrmsg|discard)\w+:\S*)|action\s*\(.*?type\s*=\s*\"om(?:file|fwd|relp)",
    re.IGNORECASE,
)
_INCLUDE = re.compile(
    r"^\s*\$IncludeConfig\s+(\S+)|^\s*include\s*\(.*?file\s*=\s*\"([^\"]*)\"", re.IGNORECASE
)
_USUAL = ("/etc/rsyslog.d/*.conf", "/etc/rsyslog.d/")
_INPUTS = re.compile(r"imuxsock|imjournal", re.IGNORECASE)
_DEAF = re.compile(
    r"SysSock\.Use\s*=\s*\"off\"|^\s*\$OmitLocalLogging\s+on", re.IGNORECASE | re.MULTILINE
)
_LIMIT = re.compile(r"RateLimit\.?Burst\s*[=\s]\s*\"?(\d+)", re.IGNORECASE)
_ENOUGH = 1000
"""Messages that must pass at once: a login with its sudo writes some ten, an attack hundreds."""
_SELECTOR = re.compile(
    r"^\s*([a-z0-9*,]+\.[!=]*[a-z0-9*]+(?:;[a-z0-9*,]+\.[!=]*[a-z0-9*]+)*)\s+(.+)$", re.IGNORECASE
)
_BELOW_INFO = {"*", "debug", "info"}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    kept: Annotated[
        tuple[str, ...],
        Meta(description='Facilities of which messages from "info" on must be kept: ["authpriv"]'),
    ] = ("auth", "authpriv", "cron", "daemon", "kern", "syslog", "user")
    approved: Annotated[
        tuple[str, ...],
        Meta(description='Programs and files of settings that may be there: ["/usr/lib/soc/*"]'),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    dropped: tuple[str, ...] = said("messages thrown away by", "messages jetés par")
    unkept: tuple[str, ...] = said("facilities that nothing keeps", "catégories que rien ne garde")
    programs: tuple[str, ...] = said(
        "programs that get messages", "programmes qui reçoivent des messages"
    )
    elsewhere: tuple[str, ...] = said("settings from elsewhere", "réglages venus d’ailleurs")
    cut_off: tuple[str, ...] = said("messages kept from it by", "messages retenus avant lui par")
    deaf: bool = said("local messages not received", "messages locaux non reçus")
    unread: tuple[str, ...] = said(
        "not read by the running rsyslog", "pas lus par le rsyslog en cours"
    )


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "rsyslog"


def observe(host: Host, params: Params) -> State:
    """Read the files and ask systemd for the process.

    Raises:
        Unseen: a file cannot be read, or rsyslog does not run.

    """
    questions = ((_LISTED,), (_RUNNING,), (_NEWER,), (_MERGED,), (_WAY,))
    listed, running, newer, merged, way = together(host, *questions)
    lines = _lines(listed)
    text = "\n".join(line for _, line in lines)
    command, exe, *_ = (*output_of(running).splitlines(), "", "")
    return State(
        dropped=tuple(_dropped(lines)),
        unkept=tuple(
            facility for facility in params.kept if not _kept(facility, [line for _, line in lines])
        ),
        programs=tuple(_others(_programs(lines), params)),
        elsewhere=tuple(_others([*_includes(lines), *_started(command, exe)], params)),
        cut_off=tuple(_cut_off(output_of(way), output_of(merged), text)),
        deaf=not _INPUTS.search(text) or bool(_DEAF.search(text)),
        unread=tuple(newer.stdout.split()),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    lists = ("dropped", "unkept", "programs", "elsewhere", "cut_off", "unread")
    return {**dict.fromkeys(lists, Equals(())), "deaf": Equals(value=False)}


def _cut_off(way: str, merged: str, text: str) -> Iterator[str]:
    """Yield what keeps messages from rsyslog, or rsyslog from writing them.

    What journald does where no file says so, its own file says in a comment: Debian 13 forwards by
    a drop-in only.
    """
    leads, _, rest = way.partition("\n") if way.startswith("/") else ("", "", way)
    if leads != _SOCKET:
        yield f"/dev/log -> {leads or '?'}"
    size = re.search(r"^Max file size\s+(\S+)", rest, re.MULTILINE)
    if size and size[1] != "unlimited":
        yield f"RLIMIT_FSIZE={size[1]}"
    for path in re.findall(r"^[-A-Za-z]*i[-A-Za-z]* (/.*)$", rest, re.MULTILINE):
        yield f"chattr +i {path}"
    said = _FORWARDS.findall(merged)
    forwards = [value for comment, value in said if not comment] or [value for _, value in said]
    if forwards and forwards[-1].lower() in _NO and "imjournal" not in text:
        yield f"ForwardToSyslog={forwards[-1]}"


def _lines(listed: CommandResult) -> Sequence[tuple[str, str]]:
    """Return place and text of each line that is no comment, those that a backslash joins as one."""
    joined = re.sub(r"\\\n[^:\n]+:\d+:\s*", "", text_found(listed))
    found = re.findall(r"^(/[^:\n]+:\d+):(.*)$", joined, re.MULTILINE)
    return [
        (place, line.strip())
        for place, line in found
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _dropped(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines that end a message which nothing wrote: not those of a block, or of "&", that
    wrote it first.
    """
    written, depth = False, 0
    for place, line in lines:
        if depth == 0 and not line.startswith("&"):
            written = False
        before = _STOP.split(line, maxsplit=1)[0]
        written = written or bool(_KEEPS.search(before))
        nowhere = re.search(r"(?<!\S)-?/dev/null\b", line)
        if nowhere or _is_narrow(line) or (_STOP.search(line) and not written):
            yield f"{place} {line}"
        depth = max(0, depth + line.count("{") - line.count("}"))


def _is_narrow(line: str) -> bool:
    """Return whether a line lets fewer messages through at once than a busy host writes (0: as many
    as come).
    """
    limit = _LIMIT.search(line)
    return limit is not None and 0 < int(limit[1]) < _ENOUGH


def _kept(facility: str, lines: Sequence[str]) -> bool:
    """Return whether some line writes or sends all messages of a facility, from "info" on."""
    for line in lines:
        selected = _SELECTOR.match(line)
        if selected and _KEEPS.search(f" {selected[2]}") and "/dev/null" not in selected[2]:
            if _selects(selected[1].lower(), facility):
                return True
        elif re.match(r"action\s*\(", line, re.IGNORECASE) and _KEEPS.search(line):
            return True
    return False


def _selects(selector: str, facility: str) -> bool:
    """Return what the parts of a selector come to, the last that names a facility counts
    (rsyslog.conf(5)).
    """
    chosen = False
    for part in selector.split(";"):
        names, _, level = part.rpartition(".")
        if facility in names.split(",") or "*" in names.split(","):
            excluded = level.startswith("!") and level.lstrip("!=") in _BELOW_INFO
            chosen = (chosen and not excluded) if level.startswith("!") else level in _BELOW_INFO
    return chosen


def _programs(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    joined = re.sub(r"\n", " ", "\n".join(line for _, line in lines))
    for kind, binary in re.findall(
        r"type\s*=\s*\"(omprog|mmexternal)\"[^)]*?binary\s*=\s*\"([^\"]*)\"", joined
    ):
        yield f"{kind} {binary}"
    for place, line in lines:
        selected = _SELECTOR.match(line)
        if selected and selected[2][0] in "^|":
            yield f"{place} {selected[2]}"


def _includes(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    for place, line in lines:
        found = _INCLUDE.match(line)
        if found and (path := found[1] or found[2] or "") not in _USUAL:
            yield f"{place} {path}"


def _started(command: str, exe: str) -> Iterator[str]:
    """Yield what the running process was given that is not Debian's: another file, another program."""
    given = re.search(r"\s-f\s*(\S+)", command)
    if given and given[1] != "/etc/rsyslog.conf":
        yield f"-f {given[1]}"
    if exe and exe.removesuffix(" (deleted)") != "/usr/sbin/rsyslogd":
        yield exe


def _others(found: Sequence[str] | Iterator[str], params: Params) -> Iterator[str]:
    return (
        one for one in found if not any(fnmatchcase(one, f"*{glob}") for glob in params.approved)
    )
