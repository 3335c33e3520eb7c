"""A kernel module is not loaded, and cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.kernel import MODULE
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Looks for the module among those loaded and those built into the kernel, and asks "
        "modprobe what it would "
        "do to load it."
    ),
    fr=(
        "Cherche le module parmi ceux qui sont chargés et ceux qui sont intégrés au noyau, et "
        "demande à modprobe ce "
        "qu’il ferait pour le charger."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes a drop-in under /etc/modprobe.d that keeps the module from being loaded, and "
        "unloads it where "
        "nothing uses it."
    ),
    fr=(
        "Écrit sous /etc/modprobe.d un fichier qui empêche de charger le module, et décharge "
        "celui-ci si rien ne "
        "s’en sert."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "The same code loaded from a file under another name (insmod), or built into another"
            " module."
        ),
        fr=(
            "Le même code chargé depuis un fichier d’un autre nom (insmod), ou intégré à un autre"
            " module."
        ),
    ),
)

_RUNNING = "cat /proc/modules"
_BUILT_IN = 'cat "/lib/modules/$(uname -r)/modules.builtin"'
_CONFIGURED = (
    """c=$(modprobe --showconfig) && printf '%s\\n' "$c" | sed -n '/^install /p;/^blacklist /p'"""
)
_LINES = (
    "grep -sHn '^[[:space:]]*install[[:space:]]' /etc/modprobe.d/*.conf /run/modprobe.d/*.conf"
    " /usr/local/lib/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf; :"
)
DROP_IN = "/etc/modprobe.d/00-tuile.conf"
"""Of several install lines for a module the first counts, by the names of the files: so this one
comes early.
"""

NOTHING = frozenset(
    f"{folder}/{name}" for folder in ("/bin", "/usr/bin") for name in ("false", "true")
)
"""Commands that stand in for loading a module, and load nothing."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    name: Annotated[
        str,
        Meta(
            pattern=r"^[a-zA-Z0-9_-]+$",
            description='Name of the module; "-" and "_" are the same: usb-storage',
        ),
    ]


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    loaded: bool = said("loaded", "chargé")
    in_use: bool = said(
        "loaded, and in use", "chargé, et en cours d’utilisation", until_reboot=True
    )
    """Nothing but a restart takes it out of the kernel."""
    built_in: bool = said("built into the kernel", "intégré au noyau")
    blocked: bool = said("loading blocked (install)", "chargement bloqué (install)")
    ahead: str | None = said("another install line counts", "une autre ligne install compte")
    blacklisted: bool = said(
        "loading by hardware blocked (blacklist)", "chargement par le matériel bloqué (blacklist)"
    )


def subject(params: Params) -> str:
    """Return the name of the module, as the kernel spells it."""
    return _kernel_name(params.name)


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, its list of built-in modules, and modprobe for its configuration
    (modprobe.d(5)).

    Raises:
        Unseen: modprobe is missing, or there is no list of the modules built into this kernel.

    """
    name = _kernel_name(params.name)
    running, built_in, configuration, lines = together(
        host, (_RUNNING,), (_BUILT_IN,), (_CONFIGURED,), (_LINES,)
    )
    configured = output_of(configuration).splitlines()
    users, ahead = _loaded(running).get(name), _ahead(lines.stdout, name)
    return State(
        loaded=users == "0",
        in_use=users not in (None, "0"),
        built_in=name in _built_in(built_in, kernel_has_modules=running.rc == 0),
        blocked=_install_command(configured, name) in NOTHING,
        ahead=ahead,
        blacklisted=["blacklist", name] in [_kernel_name(line).split() for line in configured],
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- the same for every module
    """Return: not there now, and neither by hand, by dependency nor by hardware later."""
    refused = dict.fromkeys(("loaded", "in_use", "built_in"), Equals(value=False))
    return refused | dict.fromkeys(("blocked", "blacklisted"), Equals(value=True))


def touches(params: Params) -> Resources:
    """Return the drop-in and the module."""
    return (FILE(DROP_IN), MODULE(_kernel_name(params.name)))


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the two lines for the module.

    Raises:
        Unseen: a line of somebody else is read first, and counts instead.

    """
    if ahead := draft.seen.get("ahead"):
        raise Unseen(
            f"{ahead}: it is read first and counts",
            f"{ahead} : cette ligne, lue d’abord, l’emporte",
        )
    name = _kernel_name(params.name)
    either = name.replace("_", "[-_]")
    text = set_line(start(draft), rf"\s*install\s+{either}\s", f"install {name} /bin/false")
    return set_line(text, rf"\s*blacklist\s+{either}\s*(#|$)", f"blacklist {name}")


def _kernel_name(name: str) -> str:
    return name.replace("-", "_")


def _loaded(running: CommandResult) -> dict[str, str]:
    """Return how many users each loaded module has ("-": it can never be unloaded); {} for a kernel
    without modules.
    """
    if running.rc != 0 and "No such file" in running.stderr:
        return {}
    lines = (line.split() for line in output_of(running).splitlines())
    return {_kernel_name(words[0]): words[2] for words in lines}


def _built_in(listed: CommandResult, *, kernel_has_modules: bool) -> set[str]:
    if listed.rc != 0 and not kernel_has_modules and "No such file" in listed.stderr:
        return set()
    if listed.rc != 0:
        raise Unseen(
            "no list of the modules built into this kernel (modules.builtin)",
            "pas de liste des modules intégrés à ce noyau (modules.builtin)",
        )
    return {
        _kernel_name(PurePosixPath(line).name.partition(".")[0])
        for line in listed.stdout.splitlines()
    }


def _ahead(listed: str, name: str) -> str | None:
    """Return the line that lets the module in and is read before our own file, by the names of the
    files (libkmod).
    """
    found = []
    for path, number, text in re.findall(r"^(/[^:\n]+):(\d+):([^\n]*)$", listed, re.MULTILINE):
        match = re.fullmatch(r"\s*install\s+(\S+)\s+(.*?)\s*", text)
        if match and fnmatchcase(name, _kernel_name(match[1])):
            found.append((PurePosixPath(path).name, match[2], f"{path}:{number}: {text.strip()}"))
    first = min(found, default=("", "", ""), key=lambda each: each[0])
    return (
        first[2]
        if first[0] < PurePosixPath(DROP_IN).name and first[1] not in {"", *NOTHING}
        else None
    )


def _install_command(configured: list[str], name: str) -> str | None:
    """Return the command that stands in for loading: that of the first line whose pattern matches
    (libkmod).
    """
    for line in configured:
        match = re.fullmatch(r"install (\S+)\s+(.*?)\s*", line)
        if match and fnmatchcase(name, _kernel_name(match[1])):
            return match[2]
    return None
