"""A setting in a configuration file has a value, as the software that reads the file understands
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.platforms.posix_shell.commands import output_of, text_found, together
from tuile.policy.condition import Compare, Condition, Equals, condition_for, split_list
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads the file and its drop-ins in the order in which the software reads them, and takes "
        "the line that counts; "
        "where a unit keeps it in memory, compares the times of the files with the last start or "
        "reload of the unit."
    ),
    fr=(
        "Lit le fichier et ses compléments dans l’ordre où le logiciel les lit, et retient la "
        "ligne qui compte ; si une "
        "unité la garde en mémoire, compare les dates des fichiers à son dernier démarrage ou "
        "rechargement."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Replaces the lines of the setting in one file, or adds one, and has the unit read its "
        "files again where it "
        "does so."
    ),
    fr=(
        "Remplace les lignes du réglage dans un seul fichier, ou en ajoute une, puis fait relire "
        "ses fichiers à "
        "l’unité concernée."
    ),
)

DOES_NOT_SEE = (
    Text(
        en=(
            "Options by which a unit is started that name another file, or that override the"
            " setting."
        ),
        fr=(
            "Les options de lancement d’une unité qui désignent un autre fichier, ou qui"
            " l’emportent sur le réglage."
        ),
    ),
    Text(
        en="Files that the software includes from elsewhere than its folder of drop-ins.",
        fr="Les fichiers que le logiciel inclut d’ailleurs que de son dossier de compléments.",
    ),
    Text(
        en=(
            "Who else changed the setting of a running program, without its files (a signal, a"
            " command of its own)."
        ),
        fr=(
            "Ce qui a changé le réglage d’un programme en cours sans passer par ses fichiers"
            " (signal, commande propre)."
        ),
    ),
)

Format = Literal["equals", "space", "ini", "flag"]
OWN_DROP_IN = "zz-tuile.conf"

_Path = Annotated[str, Meta(pattern=r"^/[^\n]*[^/\n]$")]
_FORMAT = (
    'How the file is written: "key = value", "key value", sections with "key=value", or words alone'
)
_DEFAULT = (
    "The value that the software takes where the file does not say; without it an absent key fails"
)
_NEWER = (
    'sh -c \'systemctl --quiet is-active "$1" || exit 0;'
    ' since=$(systemctl show --timestamp=us --property=StateChangeTimestamp --value "$1"); shift;'
    ' find "$@" -newerct "$since" 2>/dev/null || :\' sh'
)
"""Names the files that changed after a unit began to run or was last reloaded; of a unit that does
not run, none.
"""
_DROP_INS = (
    "Folder whose *.conf are read after the file; what must be set goes to a file of its own there"
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    file: Annotated[_Path, Meta(description="The file: /etc/login.defs")]
    key: Annotated[str, Meta(pattern=r"^[^\s=]+$", description="The setting: PASS_MAX_DAYS")]
    value: Annotated[
        str,
        Meta(
            description=(
                "The value; for one_of and subset_of several, with commas; of a flag yes or no"
            )
        ),
    ]
    compare: Annotated[Compare, Meta(description="What the value must satisfy")] = "equals"
    format: Annotated[Format, Meta(description=_FORMAT)] = "equals"
    section: Annotated[
        str | None, Meta(description="With format ini: the section, without brackets")
    ] = None
    drop_ins: Annotated[_Path | None, Meta(description=_DROP_INS)] = None
    comment: Annotated[str, Meta(min_length=1, description="The signs that begin a comment")] = "#"
    reload: Annotated[
        str | None, Meta(description="Unit that must read the file again for it to take effect")
    ] = None
    default: Annotated[str | None, Meta(description=_DEFAULT)] = None
    floor: Annotated[
        int | None,
        Meta(description="With at_most: the least that is accepted (0 often means no limit)"),
    ] = None
    first_wins: Annotated[
        bool, Meta(description="Whether the first of several lines counts, not the last")
    ] = False

    def __post_init__(self) -> None:
        """Refuse what no condition can be made of."""
        condition_for(self.compare, self.value, self.floor)
        if "\n" in self.value:
            raise ValueError("value stands on one line")
        if self.section is not None and self.format != "ini":
            raise ValueError('section goes with format "ini"')
        if self.format == "flag" and self.value not in ("yes", "no"):
            raise ValueError('the value of a flag is "yes" or "no"')


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    value: str | tuple[str, ...] | None = said("", "")
    by: str | None = said("set by", "fixé par")
    unread: tuple[str, ...] = said(
        "changed since the running unit read it", "modifié depuis que l’unité l’a lu"
    )


def subject(params: Params) -> str:
    """Return file, section and key."""
    section = f"[{params.section}] " if params.section else ""
    return f"{params.file}: {section}{params.key}"


def observe(host: Host, params: Params) -> State:
    """Read the file and its drop-ins, once for all rules on them; a missing file says nothing.

    Raises:
        Unseen: a file cannot be read.

    """
    listed, *newer = together(host, *_questions(params))
    files = _files(listed, params.file)
    found = [(value, path) for path, lines in files.items() for value in _values(lines, params)]
    value, by = (found[0] if params.first_wins else found[-1]) if found else (None, None)
    if params.format == "ini" and not value:  # "Key=" takes the default back (systemd.syntax(7))
        value = None
    if value is None:
        value, by = ("no" if params.format == "flag" else params.default), None
    return State(
        _seen(value, params),
        by,
        tuple(path for told in newer for path in output_of(told).splitlines()),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the condition on the value, and that the unit has read it."""
    asked: dict[str, Condition] = {
        "value": condition_for(params.compare, params.value, params.floor)
    }
    return asked | ({"unread": Equals(())} if params.reload else {})


def touches(params: Params) -> Resources:
    """Return the one file that is written, and the unit that reads it."""
    return (FILE(_target(params)), *((RELOAD(params.reload),) if params.reload else ()))


def edit(draft: Draft, params: Params) -> str:
    """Return the file with the setting in place of its active lines, or at the end of its section
    or of the file.

    Raises:
        Unseen: a drop-in of somebody else is read after our own, and would override it.

    """
    later = str(draft.seen.get("by") or "")
    if later.startswith(f"{params.drop_ins}/") and later > draft.path:
        raise Unseen(
            f"{later} is read after {OWN_DROP_IN}: take {params.key} out of it",
            f"{later} est lu après {OWN_DROP_IN} : en retirer {params.key}",
        )
    lines = re.findall(r"[^\n]*\n|[^\n]+", start(draft, params.comment[0]))
    at = [number for number, _ in _active(lines, params)]
    line = _line("".join(lines), params)
    if at:
        ending = "\r\n" if lines[at[0]].endswith("\r\n") else "\n"
        lines[at[0]] = f"{line}{ending}" if line else ""
        for number in at[1:]:
            lines[number] = ""
    elif line:
        _insert(lines, line, params)
    return "".join(lines)


def _questions(params: Params) -> Iterator[tuple[str, ...]]:
    """Yield what lists the lines of all files, and what names those that the unit has not read."""
    folder = () if params.drop_ins is None else (params.drop_ins,)
    yield ("grep -aHn '' %s" + " %s/*.conf" * len(folder), params.file, *folder)
    if params.reload:
        yield (_NEWER + " %s" * (2 + len(folder)), params.reload, params.file, *folder)


def _target(params: Params) -> str:
    if params.drop_ins is None or params.first_wins:
        return params.file
    return f"{params.drop_ins}/{OWN_DROP_IN}"


def _seen(value: str | None, params: Params) -> str | tuple[str, ...] | None:
    if value is None or params.compare != "subset_of":
        return value
    return tuple(item for item in re.split(r"[\s,]+", value) if item)


def _files(listed: CommandResult, first: str) -> Mapping[str, list[str]]:
    """Return the lines of files, in the order in which they are read, from what `grep -aHn ''`
    prints.
    """
    return _by_file(text_found(listed), first)


@lru_cache(maxsize=8)  # one answer serves all rules about a file
def _by_file(printed: str, first: str) -> Mapping[str, list[str]]:
    files: dict[str, list[str]] = {first: []}
    for line in printed.split("\n")[:-1]:
        found = re.match(r"(.*?):\d+:(.*)", line, re.DOTALL)
        if found:
            files.setdefault(found[1], []).append(found[2])
    return files


def _values(lines: Iterable[str], params: Params) -> Iterator[str]:
    for _, value in _active(lines, params):
        yield value


def _active(lines: Iterable[str], params: Params) -> Iterator[tuple[int, str]]:
    """Yield number and value of the lines that set the key, in the section that is meant."""
    section: str | None = None
    for number, text in enumerate(lines):
        bare = text.strip()
        header = re.fullmatch(r"\[(.*)\]", bare) if params.format == "ini" else None
        if header:
            section = header[1].strip()
        elif bare and bare[0] not in params.comment and section == params.section:
            key, value = _split(bare, params)
            if key == params.key:
                yield number, value


def _split(bare: str, params: Params) -> tuple[str, str]:
    """Return key and value of a line that is no comment.

    A comment may follow a value in the files of PAM's modules ("key = value", flags), not in
    login.defs(5) and not in those of systemd, where it would be part of the value.
    """
    if params.format in ("equals", "flag"):
        bare = re.split(rf"\s[{re.escape(params.comment)}]", bare, maxsplit=1)[0].strip()
    if params.format == "flag":
        return bare, "yes"
    parts = re.split(r"\s+" if params.format == "space" else r"\s*=\s*", bare, maxsplit=1)
    value = parts[1] if len(parts) > 1 else ""
    quoted = re.fullmatch(r"([\"'])(.*)\1", value) if params.format != "ini" else None
    return parts[0], quoted[2] if quoted else value


def _line(text: str, params: Params) -> str:
    """Return the line that sets the key, spaced like the file's others; "" where a flag must go."""
    value = params.value
    if params.compare == "one_of":
        value = split_list(value)[0]
    if params.format == "flag":
        return params.key if value == "yes" else ""
    if params.format == "space":
        return f"{params.key} {value}"
    own = re.search(rf"^\s*{re.escape(params.key)}([ \t]*=[ \t]*)\S", text, re.MULTILINE)
    others = own or re.search(r"^[^\S\n]*[A-Za-z][\w.-]*([ \t]*=[ \t]*)\S", text, re.MULTILINE)
    joint = others[1] if others else "=" if params.format == "ini" else " = "
    if joint == "=" and params.format == "equals" and re.search(r"\s", value):
        value = f'"{value}"'
    return f"{params.key}{joint}{value}"


def _insert(lines: list[str], line: str, params: Params) -> None:
    """Put a line after the comment that shows the setting, else at the end of its section or of the
    file.
    """
    first, last = _span(lines, params)
    if last < 0:
        _end(lines)
        lines += [f"[{params.section}]\n", f"{line}\n"]
        return
    sign = re.escape(params.comment)
    shown = re.compile(rf"\s*[{sign}]\s*{re.escape(params.key)}\s*(=|$)")
    at = next((n + 1 for n in range(first, last) if shown.match(lines[n])), None)
    if at is None:
        at = last
        while at > first and params.section and not lines[at - 1].strip():
            at -= 1
    if at == len(lines):
        _end(lines)
    elif at > 0 and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    lines.insert(at, f"{line}\n")


def _span(lines: list[str], params: Params) -> tuple[int, int]:
    """Return where the section begins and ends (its last one, where it comes several times); end
    -1: there is none.
    """
    first, last = (0, -1) if params.section else (0, len(lines))
    inside = params.section is None
    for number, text in enumerate(lines):
        header = re.fullmatch(r"\[(.*)\]", text.strip()) if params.format == "ini" else None
        if header and inside:
            last, inside = number, False
        if header and params.section and header[1].strip() == params.section:
            first, last, inside = number + 1, len(lines), True
    return first, last


def _end(lines: list[str]) -> None:
    """End the last line, if it is not."""
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
