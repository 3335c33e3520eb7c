"""AIDE watches what it should, and what it finds reaches somebody: nothing important is left out of
its settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads AIDE’s settings and those of its daily run: for each file that must be watched, "
        "whether a selection "
        "takes it in and none leaves it out; which database is compared, whether it is renewed by "
        "itself, and whether the "
        "report is sent to anybody."
    ),
    fr=(
        "Lit les réglages d’AIDE et ceux de son passage quotidien : pour chaque fichier à "
        "surveiller, si une sélection "
        "le retient et si aucune ne l’écarte ; quelle base est comparée, si elle se refait seule, "
        "et si le rapport part "
        "vers quelqu’un."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the line out of /etc/aide/aide.conf.d, or put the packaged files back; set "
        "COPYNEWDB=no and MAILTO in "
        "/etc/default/aide."
    ),
    fr=(
        "Retirer la ligne de /etc/aide/aide.conf.d, ou remettre les fichiers du paquet ; régler "
        "COPYNEWDB=no et MAILTO "
        "dans /etc/default/aide."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What the scripts among AIDE’s settings print when it runs; attributes taken out of a "
            "group that Debian’s "
            "selections name."
        ),
        fr=(
            "Ce qu’affichent, au lancement d’AIDE, les scripts placés parmi ses réglages ; les "
            "attributs retirés d’un "
            "groupe que nomment les sélections de Debian."
        ),
    ),
)

_RULES = (
    "grep -aHE"
    " '^[[:space:]]*([/!=-]|@@(define|include|x_include)|(database|report)[a-z_]*[[:space:]]*=)'"
)
_SETTINGS = f"{_RULES} /etc/aide/aide.conf /etc/aide/aide.conf.d/*"
_DAILY = "grep -aE '^[[:space:]]*[A-Z_]+=' /etc/default/aide"
_LINE = re.compile(r"^(/[^:\n]+):\s*(.*)$", re.MULTILINE)
_EXCLUDES = re.compile(r"(!|-)(/\S*)(?:\s+([a-z0-9,=]+))?\s*$")
_CLASSES = {"digit": "0-9", "alnum": "A-Za-z0-9", "alpha": "A-Za-z", "lower": "a-z", "upper": "A-Z"}
_CLASSES |= {
    "xdigit": "0-9A-Fa-f",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "word": r"\w",
}
_READ = re.compile(r"[A-Za-z0-9_-]+")
_FOLDER = "/etc/aide/aide.conf.d"
_DATABASE = "file:/var/lib/aide/aide.db"


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    watched: Annotated[
        tuple[str, ...], Meta(min_length=1, description="Files that must be watched, one a folder")
    ] = (
        "/etc/passwd",
        "/etc/shadow",
        "/etc/ssh/sshd_config",
        "/etc/pam.d/sshd",
        "/etc/sudoers",
        "/etc/crontab",
        "/etc/cron.d/example",
        "/etc/systemd/system/example.service",
        "/etc/ld.so.preload",
        "/etc/profile",
        "/root/.bashrc",
        "/root/.ssh/authorized_keys",
        "/boot/vmlinuz",
        "/usr/bin/sudo",
        "/usr/sbin/sshd",
        "/usr/lib/systemd/systemd",
        "/usr/lib/x86_64-linux-gnu/security/pam_unix.so",
        "/usr/local/bin/example",
        "/usr/local/sbin/example",
        "/opt/example",
        "/var/spool/cron/crontabs/root",
    )


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    excluded: tuple[str, ...] = said("left out by", "écartés par")
    unselected: tuple[str, ...] = said("taken in by no selection", "retenus par aucune sélection")
    settings: tuple[str, ...] = said(
        "settings that keep changes quiet", "réglages qui taisent les changements"
    )


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "AIDE"


def observe(host: Host, params: Params) -> State:
    """Read the settings.

    Raises:
        Unseen: they cannot be read.

    """
    listed, daily = together(host, (_SETTINGS,), (_DAILY,))
    lines = _lines(listed)
    macros = dict(re.findall(r"@@define\s+(\S+)\s+(\S+)", "\n".join(line for _, line in lines)))
    expanded = [
        (path, re.sub(r"@@\{(\w+)\}", lambda name: macros.get(name[1], name[0]), line))
        for path, line in lines
    ]
    return State(
        excluded=tuple(_excluded(expanded, params.watched)),
        unselected=tuple(path for path in params.watched if not _selected(path, expanded)),
        settings=(*_database(expanded), *_quiet(daily)),
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- the files were looked for
    """Return: none of these."""
    return dict.fromkeys(("excluded", "unselected", "settings"), Equals(()))


def _lines(listed: CommandResult) -> Sequence[tuple[str, str]]:
    """Return path and text of each line, of the files that AIDE's include takes."""
    problems = [
        line
        for line in listed.stderr.splitlines()
        if "No such file" not in line and "directory" not in line
    ]
    if problems or listed.rc not in (0, 1, 2):
        raise Unseen((problems or [f"exit status {listed.rc}"])[-1])
    found = _LINE.findall(listed.stdout)
    main = [(path, line) for path, line in found if path == "/etc/aide/aide.conf"]
    included = any(
        line.startswith(("@@include", "@@x_include ")) and _FOLDER in line for _, line in main
    )
    return main + [
        (path, line)
        for path, line in found
        if included and path.startswith(_FOLDER) and _taken(path)
    ]


def _taken(path: str) -> bool:
    return bool(_READ.fullmatch(path.rpartition("/")[2]))


def _excluded(lines: Sequence[tuple[str, str]], watched: Sequence[str]) -> Iterator[str]:
    """Yield the lines that leave a watched file, or a folder above it, out: "!" with all below, "-"
    itself.
    """
    for path, line in lines:
        found = _EXCLUDES.match(line)
        if found and (found[3] is None or {"f", "d", "0"} & set(found[3].split(","))):
            only = set((found[3] or "f,d").split(","))
            if any(
                _matches(found[2], one, folders="d" in only, files="f" in only) for one in watched
            ):
                yield f"{path}: {line}"


def _matches(regex: str, path: str, *, folders: bool, files: bool) -> bool:
    """Return whether an expression, which AIDE matches from the start, is about a file or a folder
    above it.
    """
    parents = [path[:at] for at, char in enumerate(path) if char == "/" and at] if folders else []
    expression = _compiled(regex)
    return expression is not None and any(
        expression.match(one) for one in [*([path] if files else []), *parents]
    )


@lru_cache(maxsize=8192)  # one answer serves all hosts
def _compiled(regex: str) -> re.Pattern[str] | None:
    """Return an expression of PCRE as Python has it; None: it cannot be read, and AIDE would not
    start either.
    """
    for name, members in _CLASSES.items():
        regex = regex.replace(f"[:{name}:]", members)
    try:
        return re.compile(regex)
    except re.error:
        return None


def _selected(path: str, lines: Sequence[tuple[str, str]]) -> bool:
    selections = (line.split()[0] for _, line in lines if line.startswith("/"))
    return any(_matches(regex, path, folders=False, files=True) for regex in set(selections))


def _database(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the settings of databases that lead elsewhere, and includes that Debian does not have."""
    for path, line in lines:
        key, equals, value = line.partition("=")
        if equals and key.strip() in ("database", "database_in") and value.strip() != _DATABASE:
            yield f"{path}: {line}"
        if line.startswith(("@@include", "@@x_include ")) and "/etc/aide/aide.conf.d" not in line:
            yield f"{path}: {line}"
        if (
            equals
            and key.strip() in ("report_level", "report_quiet")
            and value.strip() in ("minimal", "yes", "true")
        ):
            yield f"{path}: {line}"


def _quiet(daily: CommandResult) -> Iterator[str]:
    """Yield the settings of the daily run by which nobody hears of a change, or hears of it once."""
    wrong = {
        "CRON_DAILY_RUN": ("no",),
        "COPYNEWDB": ("yes",),
        "SILENTREPORTS": ("yes",),
        "LINES": ("1", "2", "3", "4", "5"),
        "FILTERUPDATES": ("yes",),
        "MAILTO": ("", "/dev/null", "nobody", "devnull"),
    }
    for name, value in re.findall(r"^\s*([A-Z_]+)=(.*?)\s*$", daily.stdout, re.MULTILINE):
        bare = value.strip("\"'")
        moved = name == "CONFIG" and bare != "/etc/aide/aide.conf"
        if (
            bare.lower() in wrong.get(name, ())
            or moved
            or (name == "AIDEARGS" and ("-c" in bare or "config" in bare))
        ):
            yield f"{name}={value}"
