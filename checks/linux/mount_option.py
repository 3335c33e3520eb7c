"""A file system is mounted with some options, now and at the next boot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.mount_options import (
    SAME,
    effective,
    of_memory,
    running_options,
    same_path,
    with_options,
)
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.mount import MOUNT
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Includes, Value, listed
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Compares the options of the running mount, as the kernel has them, with those that fstab "
        "and systemd give "
        "it at boot."
    ),
    fr=(
        "Compare les options du montage en cours, telles que le noyau les connaît, avec celles "
        "que fstab et systemd "
        "lui donnent au démarrage."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Adds the options to fstab, or to a drop-in of the mount unit, and remounts the file "
        "system with them. One in "
        "memory that neither speaks of gets a line in fstab."
    ),
    fr=(
        "Ajoute les options à fstab, ou à un complément de l’unité de montage, et remonte le "
        "système de fichiers "
        "avec elles. Un système en mémoire dont aucun des deux ne parle reçoit une ligne dans "
        "fstab."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Mounts in a namespace of their own (services, containers), and the same files mounted"
            " again elsewhere."
        ),
        fr=(
            "Les montages d’un espace de noms à part (services, conteneurs), et les mêmes fichiers"
            " montés ailleurs."
        ),
    ),
)

FSTAB = "/etc/fstab"
SYSTEMD = "systemd"
MEMORY = "tmpfs"
"""By what a file system in memory is set of which neither fstab nor a unit speaks."""

API = {
    "/dev": ("devtmpfs", ("nosuid",)),
    "/dev/shm": (  # noqa: S108 -- the mount point, nothing is written there
        "tmpfs",
        ("nosuid", "nodev"),
    ),
    "/proc": ("proc", ("nosuid", "nodev", "noexec")),
    "/run": ("tmpfs", ("nosuid", "nodev")),
    "/sys": ("sysfs", ("nosuid", "nodev", "noexec")),
}
"""File systems that systemd mounts by itself: type and options (src/shared/mount-setup.c).
systemd-remount-fs applies
what fstab says of them."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    path: Annotated[
        str, Meta(pattern=r"^/([^/\n]+(/[^/\n]+)*)?$", description="Mount point: /var/tmp")
    ]
    options: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^,\s]+$")], ...],
        Meta(min_length=1, description="Options that must all be there: [nodev, nosuid]"),
    ]


@dataclass(frozen=True)
class State:
    """What was seen on a host; None: not mounted, or nothing mounts it at boot."""

    running: tuple[str, ...] | None = said("mounted", "monté")
    persistent: tuple[str, ...] | None = said("after a reboot", "après redémarrage")
    by: str | None = said("set by", "fixé par")


@dataclass(frozen=True)
class _Unit:
    """What the files of one mount unit say: the unit file, and the options of the drop-in that has
    the last word.
    """

    fragment: str | None = None
    options: str = ""
    drop_in: str | None = None


def subject(params: Params) -> str:
    """Return the mount point and the options, so that several rules may speak of one mount point."""
    return f"{params.path} {','.join(params.options)}"


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, fstab and systemd, each once for all mount points.

    What is mounted on demand only and is not mounted now counts with the options that it will be
    mounted with.

    Raises:
        NotApplicable: there is no file system of its own at the mount point.
        Unseen: the kernel, fstab or systemd cannot be asked.

    """
    mounted = output_of(host.run("cat /proc/self/mountinfo"))
    fstab = host.run("cat /etc/fstab")
    units = _units(host.run("systemctl --no-pager cat '*.mount'"))
    listed = "" if "No such file" in fstab.stderr else output_of(fstab)
    entry = _fstab_options(listed, params.path)
    running, kind = running_options(mounted, params.path)
    idle = kind == "autofs"
    if running is None and entry is None and not idle:
        raise NotApplicable(
            f"{params.path} is not a file system of its own",
            f"{params.path} n'est pas un système de fichiers à part",
        )
    options, by = _at_boot(params.path, entry, units.get(_unit_name(params.path), _Unit()))
    persistent = None if options is None else effective(re.split(r"\s*,\s*", options))
    if by is None and kind == MEMORY:
        by = MEMORY
    if running is None and (idle or "noauto" in (entry or "").split(",")):
        running = persistent
    return State(running, persistent, by)


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the options, now and after a reboot; what else is there does not matter."""
    options = Includes(tuple(SAME.get(option, option) for option in params.options))
    return {"running": options, "persistent": options}


def touches(params: Params) -> Resources:
    """Return fstab, the drop-in for a unit that is not made from it, and the mount."""
    return (FILE(FSTAB), FILE(_drop_in(params.path)), MOUNT(params.path))


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return nothing more.

    Raises:
        Unseen: nothing mounts the disk at boot, so that there is nowhere to write its options.

    """
    if seen.get("by", SYSTEMD) is None and seen.get("persistent") is None:
        raise Unseen(
            f"nothing mounts {params.path} at boot: give it a line in fstab, or umount it",
            f"rien ne monte {params.path} au démarrage : lui donner une ligne dans fstab, ou le"
            " démonter",
        )
    return ()


def edit(draft: Draft, params: Params) -> str:
    """Return fstab with the options in the lines of the mount point, or the drop-in of its unit, as
    it needs.

    A file system of systemd's own gets a line in fstab, and so does one in memory that nothing
    mounts at boot, as it runs: without, its options would last until the next one. The drop-in of a
    unit takes the unit's options over.
    """
    if draft.path != FSTAB:
        return _edit_drop_in(draft, params)
    lines = (draft.text or "").splitlines(keepends=True)
    text = "".join(_edit_line(line, params) for line in lines)
    if _fstab_options(text, params.path) is not None:
        return text
    if draft.seen.get("by") == MEMORY:
        kind, own = MEMORY, of_memory(map(str, listed(draft.seen.get("running"))))
    elif params.path in API:
        kind, own = API[params.path][0], ",".join(API[params.path][1])
    else:
        return text
    point = params.path.replace(" ", "\\040").replace("\t", "\\011")
    line = f"{kind} {point} {kind} {with_options(own, params.options)} 0 0"
    return set_line(text or start(draft), r"(?!)", line)


def _edit_line(line: str, params: Params) -> str:
    """Return a line of fstab with the options, if it is one of the mount point; spaces and the rest
    are kept.
    """
    match = re.match(r"(\s*[^\s#]\S*\s+(\S+)\s+\S+)(?:(\s+)(\S+))?", line)
    if match is None or not same_path(match[2], params.path):
        return line
    head, _, gap, options = match.groups()
    return f"{head}{gap or ' '}{with_options(options or 'defaults', params.options)}{line[match.end() :]}"


def _edit_drop_in(draft: Draft, params: Params) -> str:
    by, persistent = draft.seen.get("by"), draft.seen.get("persistent")
    standing = re.findall(r"^Options=(.*)$", draft.text or "", re.MULTILINE)
    if by in (None, FSTAB, SYSTEMD, MEMORY) or not (
        standing or isinstance(persistent, list | tuple)
    ):
        return draft.text or ""
    before = standing[-1] if standing else ",".join(persistent or ()).replace("%", "%%")  # type: ignore[arg-type]
    text = start(draft) if draft.text else f"{start(draft)}[Mount]\n"
    return set_line(text, "Options=", f"Options={with_options(before, params.options)}")


def _fstab_options(fstab: str, path: str) -> str | None:
    """Return the options of the first line for a mount point, as systemd and mount(8) take it; None
    without one.
    """
    for line in fstab.splitlines():
        fields = line.split()
        if len(fields) > 1 and not fields[0].startswith("#") and same_path(fields[1], path):
            # The fourth field, fstab(5)
            return fields[3] if len(fields) > 3 else "defaults"  # noqa: PLR2004
    return None


def _at_boot(path: str, entry: str | None, unit: _Unit) -> tuple[str | None, str | None]:
    """Return the options at the next boot and what sets them, in systemd's order (systemd.unit(5),
    "unit load path").

    A drop-in has the last word; then a unit in /etc, then fstab, then a unit that a package
    brought.
    """
    own = unit.fragment is not None and "/generator" not in unit.fragment
    above = own and str(unit.fragment).startswith(("/etc/", "/run/"))
    if unit.drop_in and (own or entry is not None):
        return unit.options, unit.drop_in
    if entry is not None and not above:
        return entry, FSTAB
    if own:
        return unit.options, unit.fragment
    return (",".join(API[path][1]), SYSTEMD) if path in API else (None, None)


def _units(shown: CommandResult) -> Mapping[str, _Unit]:
    """Return the mount units by name, from what `systemctl cat` shows: each file after a comment
    with its path.
    """
    harmless = (
        "No files found for ",
        "#",
        "Warning:",
    )  # mounted without a unit file; fstab is newer than its units
    failures = [line for line in shown.stderr.splitlines() if not line.startswith(harmless)]
    if shown.rc != 0 and failures and "not been booted with systemd" not in shown.stderr:
        raise Unseen(failures[-1])
    return _read_units(shown.stdout)


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _read_units(shown: str) -> Mapping[str, _Unit]:
    units: dict[str, _Unit] = {}
    name = file = ""
    for line in re.sub(r"\\\n\s*", " ", shown).splitlines():
        header = re.fullmatch(r"# (/.*[.](?:mount|conf))", line)
        if header:
            file = header[1]
            name = _unit_of(file) or name
            units.setdefault(name, _Unit())
        option = re.match(r"Options\s*=\s*(.*?)\s*$", line)
        old = units.get(name, _Unit())
        if file.endswith(".mount"):
            units[name] = _Unit(file, option[1].replace("%%", "%") if option else old.options)
        elif option:
            units[name] = _Unit(old.fragment, option[1].replace("%%", "%"), file)
    return units


def _unit_of(file: str) -> str | None:
    """Return the unit that a file belongs to; None for a drop-in of many units (mount.d,
    home-.mount.d).
    """
    path = PurePosixPath(file)
    if path.suffix == ".mount":
        return path.name
    name = path.parent.name.removesuffix(".d")
    return None if name == "mount" or name.endswith("-.mount") else name


def _unit_name(path: str) -> str:
    """Return the mount unit of a path, as systemd-escape(1) makes it."""
    if path == "/":
        return "-.mount"
    plain = path.strip("/")
    safe = "".join(
        "-" if char == "/" else char if re.match(r"[A-Za-z0-9:_.]", char) else _hex(char)
        for char in plain
    )
    return f"{_hex('.') + safe[1:] if safe[0] == '.' else safe}.mount"


def _hex(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in char.encode())


def _drop_in(path: str) -> str:
    return f"/etc/systemd/system/{_unit_name(path)}.d/zz-tuile.conf"
