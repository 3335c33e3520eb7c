"""Turning logs loses none before its time, opens none to others, and runs nothing unknown as root."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads logrotate’s files with what each log takes over from above: how long it is kept, "
        "with which rights the "
        "next file is made, which commands run. Files of packages that nobody changed may keep "
        "their own logs as they do."
    ),
    fr=(
        "Lit les fichiers de logrotate avec ce que chaque journal hérite : durée de conservation, "
        "droits du fichier "
        "suivant, commandes lancées. Les fichiers des paquets, inchangés, traitent leurs propres "
        "journaux comme prévu."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Put the file of the package back (apt-get install --reinstall -o "
        "Dpkg::Options::=--force-confmiss), or set "
        "rotate, create and the script right; approve in the rule a command that the site needs."
    ),
    fr=(
        "Remettre le fichier du paquet (apt-get install --reinstall -o "
        "Dpkg::Options::=--force-confmiss), ou corriger "
        "rotate, create et le script ; approuver dans la règle une commande dont le site a besoin."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Programs other than logrotate that delete or empty logs.",
        fr="Les programmes autres que logrotate qui suppriment ou vident des journaux.",
    ),
)

_LISTED = "grep -aHn '' /etc/logrotate.conf /etc/logrotate.d/*"
_SUMS = "md5sum /etc/logrotate.conf /etc/logrotate.d/* 2>/dev/null"
_BROUGHT = "grep -aE '^ /etc/logrotate' /var/lib/dpkg/status"
_DAYS = {"hourly": 0.04, "daily": 1.0, "weekly": 7.0, "monthly": 30.0, "yearly": 365.0}
_SCRIPTS = ("prerotate", "postrotate", "firstaction", "lastaction", "preremove")
_BETWEEN = re.compile(r"\|\|?|&&?|;")
_MARK = "\0"
_COMMANDS = ("compresscmd", "uncompresscmd")
_SIZES = {"": 1, "k": 2**10, "M": 2**20, "G": 2**30}
_SMALL = 2**20
_SAFE = re.compile(
    r"(?:(?:if|then|else) )?(?:\[ [^`>]* \]|(?:test|systemctl (?:-\S+ "
    r")*(?:reload|kill|try-\S+|restart|is-active)"
    r"|invoke-rc\.d|service|(?:p?kill|killall) -\S*(?:HUP|USR1|USR2|s \w+)) "
    r"[^`>]*|fi|then|else|true|:"
    r"|/usr/lib/rsyslog/rsyslog-rotate)"
)
"""What a script may do in every file: ask a service to open its logs anew, if it runs."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    days: Annotated[
        int, Meta(ge=1, description="Days that the logs of the system are kept at least")
    ] = 28
    logs: Annotated[tuple[str, ...], Meta(description="The logs of the system, as globs")] = (
        "/var/log/syslog*",
        "/var/log/auth.log*",
        "/var/log/kern.log*",
        "/var/log/cron.log*",
        "/var/log/user.log*",
        "/var/log/mail.log*",
        "/var/log/messages*",
        "/var/log/sudo.log*",
        "/var/log/[bw]tmp*",
        "/var/log/dpkg.log*",
        "/var/log/apt/*",
        "/var/log/aide/*",
        "/var/log/audit/*",
        "/var/log/unattended-upgrades/*",
        "/var/log/[*]*",
    )
    public: Annotated[
        tuple[str, ...], Meta(description="Of these, logs that everybody may read")
    ] = (
        "/var/log/dpkg.log*",
        "/var/log/apt/history.log*",
        "/var/log/wtmp*",
    )
    approved: Annotated[tuple[str, ...], Meta(description="Commands that may run, as globs")] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    short: tuple[str, ...] = said("logs kept too short", "journaux gardés trop peu")
    open: tuple[str, ...] = said("logs made open to others", "journaux créés ouverts à d’autres")
    runs: tuple[str, ...] = said("commands that are run", "commandes lancées")
    elsewhere: tuple[str, ...] = said("settings from elsewhere", "réglages venus d’ailleurs")


@dataclass
class _Block:
    """What applies to some logs: the directives by name, with those above, and the lines of its
    scripts.
    """

    place: str
    logs: list[str]
    words: dict[str, str]
    scripts: list[str] = field(default_factory=list)


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "logrotate"


def observe(host: Host, params: Params) -> State:
    """Read the files, and hold them against what packages brought.

    Raises:
        Unseen: a file, or dpkg's database, cannot be read.

    """
    listed, sums, brought = together(host, (_LISTED,), (_SUMS,), (_BROUGHT,))
    known = {tuple(line.split()[:2]) for line in output_of(brought, 1).splitlines()}
    digests = (line.split(None, 1) for line in sums.stdout.splitlines())
    own = {path for digest, path in digests if (path, digest) in known}
    files = _files(listed)
    blocks, includes = _blocks(files)
    theirs = [block for block in blocks if block.place.rpartition(":")[0] not in own]
    found = (
        f"{block.place} {line}" for block in theirs for line in block.scripts if not _safe(line)
    )
    return State(
        short=tuple(_short(blocks, params)),
        open=tuple(_open(theirs, params)),
        runs=tuple(
            line
            for line in found
            if not any(fnmatchcase(line, f"*{glob}") for glob in params.approved)
        ),
        elsewhere=tuple(one for one in includes if not one.endswith(" /etc/logrotate.d")),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("short", "open", "runs", "elsewhere"), Equals(()))


def _safe(line: str) -> bool:
    """Return whether each command of a line is one that any file may run; where what is printed
    goes is no matter.
    """
    bare = re.sub(r"[12]?>>? ?(?:/dev/null|&[12])", "", line)
    return all(
        _SAFE.fullmatch(re.sub(r"^(?:/usr)?/s?bin/", "", part.strip()))
        for part in _BETWEEN.split(bare)
        if part
    )


def _files(listed: CommandResult) -> Mapping[str, list[tuple[int, str]]]:
    problems = [
        line
        for line in listed.stderr.splitlines()
        if "No such file" not in line and "directory" not in line
    ]
    if problems or listed.rc not in (0, 1, 2):
        raise Unseen((problems or [f"exit status {listed.rc}"])[-1])
    files: dict[str, list[tuple[int, str]]] = {"/etc/logrotate.conf": []}
    for path, number, line in re.findall(r"^(/[^:\n]+):(\d+):(.*)$", listed.stdout, re.MULTILINE):
        files.setdefault(path, []).append((int(number), line.strip()))
    return files


def _blocks(files: Mapping[str, Sequence[tuple[int, str]]]) -> tuple[list[_Block], list[str]]:
    """Return the blocks of all files, each with the directives above it, and what is included."""
    above: dict[str, str] = {}
    blocks: list[_Block] = []
    includes: list[str] = []
    for path, lines in files.items():
        words = above if path == "/etc/logrotate.conf" else dict(above)
        blocks += _read(path, lines, words, includes)
    return blocks, includes


def _read(
    path: str, lines: Sequence[tuple[int, str]], words: dict[str, str], includes: list[str]
) -> Iterator[_Block]:
    logs: list[str] = []
    block: _Block | None = None
    for number, line in _unscripted(lines):
        if block is None and line[0] in "/\"'{":
            logs += line.rstrip("{").split()
            if line.endswith("{"):
                block = _Block(f"{path}:{number}", [log.strip("\"'") for log in logs], dict(words))
        elif block is not None and line == "}":
            yield block
            block, logs = None, []
        elif line.startswith("include "):
            includes.append(f"{path}:{number} {line.split()[1]}")
        elif block is not None and line.startswith(_MARK):
            block.scripts.append(line.removeprefix(_MARK))
        else:
            _set(words if block is None else block.words, line, block)


def _unscripted(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are no comment, those of a script with a mark before them."""
    script = False
    for number, line in lines:
        if not line or line.startswith("#"):
            continue
        if line.split()[0] in (*_SCRIPTS, "endscript"):
            script = line.split()[0] != "endscript"
        else:
            yield number, f"{_MARK}{line}" if script else line


def _set(words: dict[str, str], line: str, block: _Block | None) -> None:
    """Take a directive over; an interval takes the place of another."""
    name, _, value = line.partition(" ")
    if name in _DAYS or name == "size":
        words["interval"] = f"{name} {value}".strip()
    elif name in _COMMANDS and value and block is not None:
        block.scripts.append(line)
    else:
        words[name.rstrip("=")] = value.strip(" =\t")


def _short(blocks: Sequence[_Block], params: Params) -> Iterator[str]:
    for block in blocks:
        mine = [log for log in block.logs if any(fnmatchcase(log, glob) for glob in params.logs)]
        kept = _kept(block.words)
        if mine and kept < params.days:
            yield f"{block.place} {mine[0]}: {kept:g}"


def _kept(words: Mapping[str, str]) -> float:
    """Return for how many days a log is kept; by its size alone: as long as it takes, unless that
    is small.
    """
    rotate, interval = words.get("rotate", "0"), words.get("interval", "weekly")
    times = int(rotate) if re.fullmatch(r"-?\d+", rotate) else 0
    small = any(_size(words.get(name, "")) < _SMALL for name in ("maxsize",) if name in words)
    if interval.startswith("size"):
        days = 0.0 if _size(interval.partition(" ")[2]) < _SMALL else 365.0
    else:
        days = _DAYS[interval.split()[0]]
    kept = 3650.0 if times < 0 else 0.0 if small else times * days
    age = words.get("maxage", "")
    return min(kept, float(age)) if age.isdigit() else kept


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d+)([kMG]?)", text.strip(" =\t"))
    return int(found[1]) * _SIZES[found[2]] if found else 0


def _open(blocks: Sequence[_Block], params: Params) -> Iterator[str]:
    """Yield what makes the next file writable for all, or one of the system's readable, or
    another's.
    """
    for block in blocks:
        create = block.words.get("create", "").split()
        system = any(fnmatchcase(log, glob) for log in block.logs for glob in params.logs)
        public = all(any(fnmatchcase(log, glob) for glob in params.public) for log in block.logs)
        mode = int(create[0], 8) if create and re.fullmatch(r"[0-7]+", create[0]) else 0
        owner = next((word for word in create if not word[0].isdigit()), "root")
        if mode & 0o2 or (
            system and ((mode & 0o4 and not public) or owner not in ("root", "_aide", "syslog"))
        ):
            yield f"{block.place} create {' '.join(create)}"
        if block.words.get("olddir", "/var/log").startswith(
            ("/tmp", "/var/tmp", "/dev/shm", "/home")  # noqa: S108
        ):
            yield f"{block.place} olddir {block.words['olddir']}"
