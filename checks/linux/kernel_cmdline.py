"""The kernel is started with an argument or without it, now and at the next boot through GRUB."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.file import GENERATED as GENERATED_RESOURCE
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals, OneOf, listed
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

DEFAULTS = "/etc/default/grub"
DROP_IN = "/etc/default/grub.d/zz-tuile.cfg"
GENERATED = "/boot/grub/grub.cfg"

CHECKED = Text(
    en=(
        "Reads the line that the running kernel was started with, and that of every entry of the "
        "menu that GRUB "
        "will show, rescue entries aside. Of an argument that is there twice the last one counts."
    ),
    fr=(
        "Lit la ligne avec laquelle le noyau en marche a été démarré, et celle de chaque entrée "
        "du menu de GRUB, "
        "entrées de secours à part. D’un argument présent deux fois, le dernier compte."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the argument to /etc/default/grub in the place of what contradicts it, or to a "
        "file of its own under "
        "/etc/default/grub.d where another file there replaces that line, and makes the menu anew "
        "with update-grub. "
        "Nothing is restarted: it counts from the next boot."
    ),
    fr=(
        "Écrit l’argument dans /etc/default/grub à la place de ce qui le contredit, ou dans un "
        "fichier à part sous "
        "/etc/default/grub.d si un autre fichier y remplace cette ligne, et régénère le menu avec "
        "update-grub. "
        "Rien n’est redémarré : l’effet vient au prochain démarrage."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Other loaders than GRUB, and an entry of GRUB’s menu that somebody picks or changes "
            "by hand at "
            "the next start."
        ),
        fr=(
            "Un autre chargeur que GRUB, et une entrée du menu choisie ou modifiée à la main au"
            " prochain démarrage."
        ),
    ),
)

_MENU = (
    "cat /boot/grub/grub.cfg || exit; [ ! -e /boot/grub/custom.cfg ] || cat /boot/grub/custom.cfg"
)
"""What GRUB shows: the menu, and the entries that somebody put beside it (41_custom reads them)."""
_ARGUMENTS = re.compile(r'(?:[^\s"]|"[^"]*")+')
_VARIABLE = r"(\s*GRUB_CMDLINE_LINUX(?:_DEFAULT)?=)(['\"]?)(.*?)\2(\s*(?:#.*)?)$"
_OURS = "GRUB_CMDLINE_LINUX="
_REPLACES = re.compile(r"[^:]+:\s*GRUB_CMDLINE_LINUX=(?!.*\$\{?GRUB_CMDLINE_LINUX\b)")
"""A line "file:text" that sets the variable without what it was before."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    arg: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9_.-]+$", description='Name of the argument: "l1tf"')
    ]
    value: (
        Annotated[
            str,
            Meta(
                pattern=r"^[A-Za-z0-9_.,:/+-]+$", description='Its value: "full,force"; null: none'
            ),
        ]
        | None
    ) = None
    accept: Annotated[
        tuple[str, ...], Meta(description="Other values that are as good; apply writes `value`")
    ] = ()
    present: Annotated[
        bool, Meta(description="Whether it must be there; false: with whatever value")
    ] = True

    def __post_init__(self) -> None:
        """Refuse a value of what must not be there.

        Raises:
            ValueError: both are said.

        """
        if not self.present and (self.value is not None or self.accept):
            raise ValueError("present: false goes without value and accept")

    @property
    def words(self) -> tuple[str, ...]:
        """Return the argument as it may stand on the line, the one to write first."""
        return tuple(
            self.arg if value is None else f"{self.arg}={value}"
            for value in (self.value, *self.accept)
        )


@dataclass(frozen=True)
class State:
    """What was seen on a host; None: the argument is not there."""

    running: str | None = said(
        "in the running kernel", "dans le noyau en marche", until_reboot=True
    )
    persistent: str | None = said("after a reboot", "après redémarrage")
    elsewhere: tuple[str, ...] = said("contradicted by", "contredit par")
    replaced: bool = said(
        "line of /etc/default/grub replaced", "ligne de /etc/default/grub remplacée"
    )
    """Whether a file under /etc/default/grub.d forgets what /etc/default/grub says."""


def subject(params: Params) -> str:
    """Return the argument."""
    return params.words[0]


def observe(host: Host, params: Params) -> State:
    """Ask the running kernel, and read the menu of GRUB: where entries differ, the one that is
    wrong is told.

    Raises:
        NotApplicable: GRUB does not start this machine.
        Unseen: the kernel or the menu cannot be read.

    """
    running = output_of(host.run("cat /proc/cmdline"))
    menu = host.run(_MENU)
    sources = host.run("grep -Hs GRUB_CMDLINE_LINUX /etc/default/grub.d/*.cfg")
    if menu.rc != 0 and "No such file" in menu.stderr:
        raise NotApplicable("GRUB does not start this machine", "GRUB ne démarre pas cette machine")
    lines = _lines(output_of(menu))
    if not lines:
        raise Unseen(
            f"no entry for Linux in {GENERATED}", f"aucune entrée pour Linux dans {GENERATED}"
        )
    found = [_last(line, params.arg) for line in lines]
    wrong = [word for word in found if not wanted(params)["persistent"].admits(word)]
    return State(
        running=_last(running, params.arg),
        persistent=(wrong or found)[0],
        elsewhere=_files(sources.stdout, params),
        replaced=any(_REPLACES.match(line) for line in sources.stdout.splitlines()),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the argument, now and after a reboot."""
    condition = OneOf(params.words) if params.present else Equals(None)
    return {"running": condition, "persistent": condition}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is called alike
    """Return what GRUB's menu is made from, and the menu."""
    return (FILE(DEFAULTS), FILE(DROP_IN), GENERATED_RESOURCE(GENERATED))


def edit(draft: Draft, params: Params) -> str:
    """Return the defaults of the distribution with the argument, or the drop-in, and neither with
    what contradicts it.

    Raises:
        Unseen: another file under /etc/default/grub.d says otherwise.

    """
    if where := ", ".join(listed(draft.seen.get("elsewhere"))):
        raise Unseen(
            f"{params.arg} is also set in {where}: take it out there",
            f"{params.arg} est aussi fixé dans {where} : à retirer là",
        )
    here = params.present and (draft.path == DROP_IN) is bool(draft.seen.get("replaced"))
    if draft.path == DROP_IN:
        return _drop_in(draft, params, there=here)
    text = _without(draft.text or "", params)
    return _with(text, params) if here else text


def _drop_in(draft: Draft, params: Params, *, there: bool) -> str:
    """Return the file with one line of arguments, in the order in which they came."""
    standing = re.search(rf'^{_OURS}"\$GRUB_CMDLINE_LINUX ?(.*)"$', draft.text or "", re.MULTILINE)
    if not (standing or there):
        return draft.text or ""
    words = [
        word
        for word in (standing[1].split() if standing else ())
        if _name(word) != _name(params.arg)
    ]
    if there:
        words.append(params.words[0])
    return set_line(start(draft), _OURS, f'{_OURS}"{" ".join(("$GRUB_CMDLINE_LINUX", *words))}"')


def _with(text: str, params: Params) -> str:
    """Return the text with the argument at the end of the line for all entries, the last of which
    counts.
    """
    word, lines = params.words[0], text.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if re.match(rf"\s*{_OURS}", line)]
    if not places:
        return set_line(text, _OURS, f'{_OURS}"{word}"')
    match = re.match(_VARIABLE, lines[places[-1]].rstrip("\n"))
    if match is None or _last(match[3], params.arg) is not None:
        return text
    quote = match[2] or '"'
    lines[places[-1]] = (
        f"{match[1]}{quote}{' '.join(filter(None, (match[3], word)))}{quote}{match[4]}\n"
    )
    return "".join(lines)


def _without(text: str, params: Params) -> str:
    """Return the text without the argument in GRUB's variables, spelled as it may be; the rest
    stays as it is.
    """
    return "".join(_line_without(line, params) for line in text.splitlines(keepends=True))


def _line_without(line: str, params: Params) -> str:
    match = re.match(_VARIABLE, line.rstrip("\n"))
    if match is None:
        return line
    words = _ARGUMENTS.findall(match[3])
    kept = [word for word in words if not _contradicts(word, params)]
    if kept == words:
        return line
    return f"{match[1]}{match[2]}{' '.join(kept)}{match[2]}{match[4]}\n"


def _contradicts(word: str | None, params: Params) -> bool:
    """Return whether a word of the line is the argument, and not as it is wanted."""
    return (
        word is not None
        and _name(word) == _name(params.arg)
        and not wanted(params)["persistent"].admits(word)
    )


def _last(line: str, arg: str) -> str | None:
    """Return the last occurrence of an argument on a line, as it stands there."""
    return next(
        (word for word in reversed(_ARGUMENTS.findall(line)) if _name(word) == _name(arg)), None
    )


def _name(word: str) -> str:
    """Return the name of an argument; the kernel takes "-" and "_" for one another."""
    return word.partition("=")[0].replace("-", "_")


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _lines(menu: str) -> Sequence[str]:
    """Return the kernel lines of a menu, without rescue entries, other systems and memory tests."""
    own = re.sub(
        r"### BEGIN /etc/grub.d/30_os-prober ###.*?### END /etc/grub.d/30_os-prober ###",
        "",
        menu,
        flags=re.DOTALL,
    )
    lines = re.findall(r"^\s*linux(?:16|efi)?\s+(\S+.*)$", own, re.MULTILINE)
    return [
        line for line in lines if "memtest" not in line.split()[0] and "single" not in line.split()
    ]


def _files(found: str, params: Params) -> tuple[str, ...]:
    """Return the files, other than Tuile's own, that contradict in GRUB's variables; from lines
    "file:text".
    """
    named = []
    for line in found.splitlines():
        path, _, text = line.partition(":")
        match = re.match(_VARIABLE, text)
        if match and path != DROP_IN and _contradicts(_last(match[3], params.arg), params):
            named.append(path)
    return tuple(dict.fromkeys(named))
