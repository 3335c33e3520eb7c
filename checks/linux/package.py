"""A package is installed, or it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.resources.package import PACKAGE
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, Value
from tuile.policy.kind import Impossible, Login, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en="Asks dpkg which packages are installed.",
    fr="Demande à dpkg quels paquets sont installés.",
)
PUT_RIGHT = Text(
    en=(
        "Installs the package with what the rule says that it needs, without what it merely "
        "recommends, or removes "
        "it, unless another package needs it. Its configuration files are kept."
    ),
    fr=(
        "Installe le paquet avec ceux dont la règle dit qu’il a besoin, sans ce qu’il ne fait que "
        "recommander, ou le "
        "retire si aucun autre paquet n’en a besoin. Ses fichiers de configuration sont conservés."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Software that was put there without dpkg: archives, pip, npm, snap, flatpak, container"
            " images."
        ),
        fr=(
            "Les logiciels installés sans dpkg : archives, pip, npm, snap, flatpak, images de"
            " conteneurs."
        ),
    ),
    Text(
        en=(
            "Whether the files of a package are still those that it brought: package_sums looks at"
            " that."
        ),
        fr=(
            "Si les fichiers d’un paquet sont encore ceux qu’il a apportés : package_sums le"
            " vérifie."
        ),
    ),
)

INSTALLED = "installed"
_NAME = r"^[a-z0-9][a-z0-9+.-]+$"

_LISTS = (
    "find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -printf 'lists\\n' -quit; "
    "find /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/preferences "
    "/etc/apt/preferences.d "
    "-newer /var/lib/apt/lists -printf 'newer\\n' -quit"
)
"""Whether apt has lists of packages, and whether its sources or pins are newer than they are."""
_NOWHERE = re.compile(r"Unable to locate package |Package '.*' has no installation candidate")
_NOT_OFFERED = Text(
    en=(
        "apt finds it nowhere ({}): name a source that has it under /etc/apt/sources.list.d and "
        "run apt-get update, or "
        "switch the rule off for this host, with the reason"
    ),
    fr=(
        "apt ne le trouve nulle part ({}) : déclarer sous /etc/apt/sources.list.d une source qui "
        "le propose et lancer "
        "apt-get update, ou désactiver la règle pour cette machine, avec le motif"
    ),
)

_SAME = {
    "triggers-awaited": INSTALLED,
    "triggers-pending": INSTALLED,
    "config-files": None,
    "not-installed": None,
}
"""States of dpkg that come to the same here: files wait for a trigger only, or nothing but
configuration is left.
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    name: Annotated[
        str,
        Meta(
            pattern=_NAME,
            description="Name of a real package (a virtual name counts as absent): rsync",
        ),
    ]
    state: Annotated[Literal["present", "absent"], Meta(description="Whether it must be installed")]
    needs: Annotated[
        tuple[Annotated[str, Meta(pattern=_NAME)], ...],
        Meta(
            description=(
                "Packages without which it does harm here, though it does not depend on them"
            )
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse needs of what must not be there."""
        if self.needs and self.state == "absent":
            raise ValueError('needs goes with state "present"')


@dataclass(frozen=True)
class State:
    """What was seen on a host: the state in the words of dpkg(1); None: no files of it but
    configuration.
    """

    status: str | None = said("", "")
    lacking: tuple[str, ...] = said("also needed", "il faut aussi")


def subject(params: Params) -> str:
    """Return the name of the package."""
    return params.name


def observe(host: Host, params: Params) -> State:
    """Ask dpkg for all packages at once.

    Raises:
        Unseen: there is no dpkg, or its database cannot be read.

    """
    listed = output_of(
        host.run("dpkg-query --show --showformat='${Package} ${db:Status-Status}\\n'")
    )
    pairs = [line.split() for line in listed.splitlines()]
    lacking = (name for name in params.needs if _status(pairs, name) != INSTALLED)
    return State(_status(pairs, params.name), tuple(lacking))


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return that it is installed, or that there is nothing of it to run; and that nothing lacks
    that it needs.
    """
    return {
        "status": Equals(INSTALLED if params.state == "present" else None),
        "lacking": Equals(()),
    }


def touches(params: Params) -> Resources:
    """Return the package, and what it needs."""
    return (PACKAGE(params.name), *PACKAGE.each(params.needs))


# As all kinds
def shuts_out(params: Params, login: Login, seen: Mapping[str, Value]) -> Text | None:  # noqa: ARG001
    """Return why who logs in needs the package that is to go."""
    needed = {"openssh-server", *(() if login.user == "root" else ("sudo",))}
    if params.state == "present" or params.name not in needed:
        return None
    return Text(
        f"it would shut out Tuile, which works on the host by {params.name}. Switch the rule off "
        f"for this host, with "
        "the reason",
        f"cela exclurait Tuile, qui travaille sur la machine grâce à {params.name}. Désactivez la "
        f"règle pour cette "
        "machine, avec le motif",
    )


def foresee(host: Host, params: Params) -> Resources:
    """Have apt say what it would install, upgrade and remove along with a missing package, by the
    lists it has.

    Raises:
        Impossible: by lists that are as new as the sources, there is no such package to install.
        Unseen: it cannot say, in its own words: the lists were never fetched, or are older than the
            sources.

    """
    seen = observe(host, params)
    if params.state == "absent" or (seen.status == INSTALLED and not seen.lacking):
        return ()
    names = (params.name, *params.needs)
    command = " ".join(
        ("apt-get --simulate --no-install-recommends install", *("%s" for _ in names))
    )
    simulated, lists = together(host, (command, *names), (_LISTS,))
    words = (
        line.split()
        for line in _told(simulated, current=lists.stdout.split() == ["lists"]).splitlines()
    )
    return (
        *PACKAGE.each(tuple(word[1] for word in words if word and word[0] in ("Inst", "Remv"))),
    )


def _status(pairs: Sequence[list[str]], package: str) -> str | None:
    """Return the state of a package: installed, where it is for one architecture at least."""
    found = {_SAME.get(status, status) for name, status in pairs if name == package} - {None}
    return INSTALLED if INSTALLED in found else min(filter(None, found), default=None)


def _told(simulated: CommandResult, *, current: bool) -> str:
    """Return what apt printed; where it prints what is wrong and then some advice, the first
    counts.
    """
    for line in simulated.stderr.splitlines():
        if line.startswith("E: "):
            words = line.removeprefix("E: ")
            if current and _NOWHERE.match(words):
                raise Impossible(_NOT_OFFERED.en.format(words), _NOT_OFFERED.fr.format(words))
            raise Unseen(words)
    return output_of(simulated)
