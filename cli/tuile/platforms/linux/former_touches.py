"""What a kind touches, as kinds of policy repositories of 0.1 and 0.2 say it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from tuile.platforms.linux.resources import account, file, kernel, mount, package, unit
from tuile.policy.change.resource import Resource, ResourceType

_TYPES: Mapping[str, ResourceType] = {
    "regenerates": file.GENERATED,
    "modes": file.MODE,
    "sysctls": kernel.SYSCTL,
    "modules": kernel.MODULE,
    "mounts": mount.MOUNT,
    "packages": package.PACKAGE,
    "units": unit.UNIT,
    "reloads": unit.RELOAD,
    "accounts": account.ACCOUNT,
}


def Touches(  # noqa: N802 -- the name that such kinds call
    files: Iterable[str] = (), **named: Iterable[str]
) -> tuple[Resource, ...]:
    """Return the resources; of a kind that has no `edit`, files are kept and put back by mode and
    owner.

    Raises:
        KeyError: there is no such part.

    """
    edits = "edit" in sys._getframe(1).f_globals  # noqa: SLF001 -- the kind's module
    own = (file.FILE if edits else file.ATTRIBUTES).each(files)
    return (*own, *(one for part, names in named.items() for one in _TYPES[part].each(names)))
