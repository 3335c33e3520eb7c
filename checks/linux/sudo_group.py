"""Only the members of one group can start sudo, after its updates too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.resources.file import ATTRIBUTES, GENERATED
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals, ModeWithin, Value
from tuile.policy.kind import NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Looks at the mode and group of /usr/bin/sudo, and at what dpkg will give it when the"
        " package is updated."
    ),
    fr=(
        "Regarde les droits et le groupe de /usr/bin/sudo, et ceux que dpkg lui donnera à la mise à"
        " jour du paquet."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Notes group and mode in dpkg's list of exceptions, which outlast updates, and gives them "
        "to sudo. Refuses "
        "where the account that Tuile logs in with is not of the group."
    ),
    fr=(
        "Note le groupe et les droits dans la liste d’exceptions de dpkg, qui survivent aux mises "
        "à jour, et les donne "
        "à sudo. Refuse si le compte avec lequel Tuile se connecte n’est pas du groupe."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Other programs that give root’s rights: find and persistence look for those.",
        fr=(
            "Les autres programmes qui donnent les droits de root : find et persistence les"
            " cherchent."
        ),
    ),
)

SUDO = "/usr/bin/sudo"
OVERRIDES = ("/var/lib/dpkg/statoverride", "/var/lib/dpkg/statoverride-old")
MODE = "4110"
_OUTSIDE = """[ -z "${SUDO_USER-}" ] || { echo "$SUDO_USER"; id -Gn -- "$SUDO_USER"; }"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    group: Annotated[
        str, Meta(pattern=r"^[a-z_][a-z0-9_-]*$", description="The group; its members start sudo")
    ] = "sudo"


@dataclass(frozen=True)
class State:
    """What was seen on a host; None: no exception is noted with dpkg."""

    mode: str = said("mode", "mode")
    group: str = said("group", "groupe")
    kept: str | None = said("after an update", "après une mise à jour")
    login: str | None = said("account logged in with", "compte de connexion")
    groups: tuple[str, ...] = said("its groups", "ses groupes")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is asked alike
    """Return the program."""
    return SUDO


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- all of it is seen at once
    """Ask for the program, for dpkg's exceptions, and for the account that came through sudo.

    Raises:
        NotApplicable: there is no sudo.
        Unseen: one of them cannot be asked.

    """
    looked = host.run("stat --dereference --format='%%a %%G' -- %s", SUDO)
    overrides = output_of(host.run("cat /var/lib/dpkg/statoverride"))
    login, _, groups = output_of(host.run(_OUTSIDE)).partition("\n")
    if looked.rc != 0 and "No such file" in looked.stderr:
        raise NotApplicable("there is no sudo", "il n'y a pas de sudo")
    mode, group = output_of(looked).split()
    noted = [
        line.rpartition(" ")[0] for line in overrides.splitlines() if line.endswith(f" {SUDO}")
    ]
    return State(
        mode.zfill(4), group, noted[-1] if noted else None, login or None, tuple(groups.split())
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the group and a mode that shuts others out, now and after an update."""
    return {
        "mode": ModeWithin(MODE),
        "group": Equals(params.group),
        "kept": Equals(f"root {params.group} {MODE}"),
    }


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the program, and dpkg's list of exceptions."""
    return (ATTRIBUTES(SUDO), *GENERATED.each(OVERRIDES))


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return nothing more.

    Raises:
        Unseen: the account that Tuile logs in with would be shut out.

    """
    login, groups = seen.get("login"), seen.get("groups") or ()
    if login is not None and params.group not in groups:  # type: ignore[operator] # a list of words
        raise Unseen(
            f'it would shut out "{login}", the account logged in with: put it into group'
            f' "{params.group}"',
            f"cela écarterait « {login} », le compte de connexion : le mettre dans le groupe «"
            f" {params.group} »",
        )
    return ()
