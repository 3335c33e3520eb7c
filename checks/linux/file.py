"""A file or directory is there or not, and grants no more than a mode, to the right owner and
group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.access_lists import LISTS, access_lists
from tuile.platforms.linux.resources.file import ATTRIBUTES
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, ModeWithin, OneOf, Value, listed
from tuile.policy.kind import NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks stat for the type, owner, group and mode of the path, and looks for a list of"
        " accounts that may more."
    ),
    fr=(
        "Demande à stat le type, le propriétaire, le groupe et les droits du chemin, et cherche "
        "une ACL qui ouvre à "
        "d’autres."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Sets owner and group and takes away the rights that are too many; makes or removes the "
        "path where the rule "
        "says so. What a file holds is not changed."
    ),
    fr=(
        "Rétablit propriétaire et groupe et retire les droits en trop ; crée ou supprime le "
        "chemin si la règle le "
        "dit. Le contenu d’un fichier n’est pas modifié."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Access lists elsewhere than below /etc, /root, /boot and /var/log (the walk over the "
            "file systems sees "
            "those); who may write a folder above the path."
        ),
        fr=(
            "Les ACL ailleurs que sous /etc, /root, /boot et /var/log (le parcours des systèmes "
            "de fichiers les voit) ; "
            "qui peut écrire dans un dossier au-dessus du chemin."
        ),
    ),
)

_STAT = "stat --dereference --format='%%a %%U %%u %%G %%g %%F' -- %s"
_STAT_NAME = "stat --format='%%a %%U %%u %%G %%g %%F' -- %s"

Name = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_-]*[$]?$")]


@dataclass(frozen=True)
class Params:
    """What a rule says; null does not matter."""

    path: Annotated[
        str,
        Meta(
            pattern=r"^/[^\n]*$", description="Absolute path; where it is a link, what it leads to"
        ),
    ]
    type: Annotated[Literal["file", "directory"], Meta(description="What must be there")] = "file"
    exists: Annotated[
        bool | None,
        Meta(description="Whether it must be there; null: the rest holds where it is there"),
    ] = True
    mode: (
        Annotated[
            str,
            Meta(
                pattern=r"^[0-7]{3,4}$", description="The most that the mode may grant, octal: 0640"
            ),
        ]
        | None
    ) = None
    owner: Annotated[Name, Meta(description="Name of the user who owns it")] | None = None
    group: (
        Annotated[
            tuple[Name, ...],
            Meta(min_length=1, description="One of these groups; apply sets the first"),
        ]
        | None
    ) = None


@dataclass(frozen=True)
class State:
    """What was seen on a host; of what is absent, nothing but that."""

    exists: bool = said("exists", "existe")
    type: str | None = said("type", "type")
    mode: str | None = said("mode", "mode")
    owner: str | None = said("owner", "propriétaire")
    group: str | None = said("group", "groupe")
    lists: tuple[str, ...] = said("open by an access list to", "ouvert par une ACL à")


def subject(params: Params) -> str:
    """Return the path."""
    return params.path


def observe(host: Host, params: Params) -> State:
    """Ask stat once; what must be absent is looked at without following a link, which would be
    there itself.

    Raises:
        NotApplicable: it is absent and need not be there.
        Unseen: the path cannot be looked at.

    """
    command = _STAT_NAME if params.exists is False else _STAT
    result, listing = together(host, (command, params.path), (LISTS,))
    if result.rc != 0 and ("No such file" in result.stderr or "Not a directory" in result.stderr):
        if params.exists is None:
            raise NotApplicable(f"{params.path} is absent", f"{params.path} est absent")
        return State(exists=False, type=None, mode=None, owner=None, group=None, lists=())
    mode, user, uid, group, gid, what = output_of(result).strip().split(" ", 5)
    return State(
        exists=True,
        type="file" if what.startswith("regular") else what,
        mode=mode.zfill(4),
        owner=uid if user == "UNKNOWN" else user,
        group=gid if group == "UNKNOWN" else group,
        lists=tuple(filter(None, [access_lists(listing).get(params.path.rstrip("/") or "/")])),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return what the rule names; the mode as a maximum."""
    if params.exists is False:
        return {"exists": Equals(value=False)}
    conditions: dict[str, Condition] = {"exists": Equals(value=True), "type": Equals(params.type)}
    if params.mode is not None:
        conditions["mode"] = ModeWithin(params.mode.zfill(4))
        conditions["lists"] = Equals(())
    if params.owner is not None:
        conditions["owner"] = Equals(params.owner)
    if params.group is not None:
        conditions["group"] = OneOf(params.group)
    return conditions


def touches(params: Params) -> Resources:
    """Return the path itself."""
    return (ATTRIBUTES(params.path),)


# Every kind is asked alike
def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:  # noqa: ARG001
    """Return nothing more.

    Raises:
        Unseen: an access list opens it: only a person can tell what it is for.

    """
    if listed(seen.get("lists")):
        raise Unseen(
            "only a person can tell what the access list is for: setfacl --remove-all",
            "seule une personne peut dire à quoi sert l’ACL : setfacl --remove-all",
        )
    return ()
