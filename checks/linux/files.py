"""Every file that fits some patterns, or lies below them, has its owner, group and mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.access_lists import LISTS, access_lists
from tuile.platforms.linux.resources.file import ATTRIBUTES
from tuile.platforms.posix_shell.commands import together
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import NotApplicable, Resources, Unseen, is_plain, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Lists the files that fit the patterns, on their own file systems, with owner, group and"
        " mode."
    ),
    fr=(
        "Liste les fichiers qui répondent aux motifs, sans quitter leurs systèmes de fichiers, "
        "avec propriétaire, "
        "groupe et droits."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Gives the files that were found to the owner and group, and takes away what their modes"
        " grant too much."
    ),
    fr=(
        "Rend les fichiers trouvés à leur propriétaire et à leur groupe, et retire les droits de"
        " trop."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Access lists elsewhere than below /etc, /root, /boot and /var/log (the walk over the "
            "file systems sees "
            "those); files below a mount."
        ),
        fr=(
            "Les ACL ailleurs que sous /etc, /root, /boot et /var/log (le parcours des systèmes "
            "de fichiers les voit) ; "
            "les fichiers sous un point de montage."
        ),
    ),
)
# The shell splits the patterns at line ends and expands them; one that fits nothing stays as it is,
# and is no file.
_LIST = (
    "(IFS='\n'; p=%s; set -- $p; timeout 25 find -H \"$@\" -xdev -maxdepth %s -type %s -printf"
    " '%%m:%%u:%%g:%%p\\0')"
)
_DEPTH = {False: "0", True: "64"}
"""How many folders deep is looked; no system file lies deeper than that."""
_TYPES = {"file": "f", "directory": "d"}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    paths: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^/[^\n]*$")], ...],
        Meta(
            min_length=1,
            description="Absolute paths; * ? and [ ] as in a shell: /etc/ssh/ssh_host_*_key",
        ),
    ]
    type: Annotated[Literal["file", "directory"], Meta(description="What is looked at")] = "file"
    below: Annotated[
        bool, Meta(description="Whether all that lies below the paths is looked at too")
    ] = False
    mode: Annotated[
        Annotated[str, Meta(pattern=r"^[0-7]{4}$")] | None,
        Meta(description="The most that the mode may grant: 0640; 7755 lets special bits be"),
    ] = None
    owners: Annotated[
        tuple[str, ...], Meta(description="Who may own them; the first is who gets them")
    ] = ()
    groups: Annotated[
        tuple[str, ...],
        Meta(description="Which group they may be of; the first is the one they get"),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse what says nothing."""
        if self.mode is None and not self.owners and not self.groups:
            raise ValueError("say mode, owners or groups")


@dataclass(frozen=True)
class State:
    """What was seen on a host: only what is not as the rule says."""

    modes: tuple[str, ...] = said("grants too much", "accorde trop")
    owners: tuple[str, ...] = said("owned by another", "d’un autre propriétaire")
    groups: tuple[str, ...] = said("of another group", "d’un autre groupe")
    lists: tuple[str, ...] = said("open by an access list", "ouvert par une ACL")


def subject(params: Params) -> str:
    """Return the patterns, and what of them is looked at."""
    about = params.type if not params.below else f"{params.type} below"
    return f"{' '.join(params.paths)} ({about})"


def observe(host: Host, params: Params) -> State:
    """List what fits, and keep what is not as it must be.

    Raises:
        NotApplicable: nothing fits.
        Unseen: some place could not be looked into, or it took too long.

    """
    asked = (_LIST, "\n".join(params.paths), _DEPTH[params.below], _TYPES[params.type])
    result, listing = together(host, asked, (LISTS,))
    problems = [line for line in result.stderr.splitlines() if "No such file" not in line]
    if problems or result.rc > 1:
        raise Unseen(problems[-1] if problems else f"exit status {result.rc}")
    rows = [row.split(":", 3) for row in result.stdout.split("\0")[:-1]]
    if not rows:
        raise NotApplicable(
            f"nothing fits {' '.join(params.paths)}", f"rien ne répond à {' '.join(params.paths)}"
        )
    named = access_lists(listing)
    excess = 0 if params.mode is None else 0o7777 & ~int(params.mode, 8)
    return State(
        modes=tuple(
            sorted(
                f"{path} ({mode.zfill(4)})" for mode, _, _, path in rows if int(mode, 8) & excess
            )
        ),
        owners=tuple(
            sorted(_not_among(params.owners, ((path, owner) for _, owner, _, path in rows)))
        ),
        groups=tuple(
            sorted(_not_among(params.groups, ((path, group) for _, _, group, path in rows)))
        ),
        lists=tuple(sorted(f"{path} ({named[path]})" for *_, path in rows if path in named)),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return that nothing is otherwise, of what the rule speaks of."""
    asked = {
        "modes": params.mode is not None,
        "owners": bool(params.owners),
        "groups": bool(params.groups),
    }
    asked["lists"] = asked["modes"]
    return {name: Equals(()) for name, spoken_of in asked.items() if spoken_of}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return what is known beforehand: nothing."""
    return ()


# Every kind is asked alike
def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:  # noqa: ARG001
    """Return the files that were found to be otherwise.

    Raises:
        Unseen: only a person can name them.

    """
    found = [
        path.rsplit(" (", 1)[0]
        for name in ("modes", "owners", "groups")
        for path in listed(seen.get(name))
    ]
    plain = tuple(dict.fromkeys(path for path in found if is_plain(path)))
    if found and not plain:
        raise Unseen(
            "names with control characters are left to a person: chmod or rename them",
            "les noms à caractères de contrôle sont laissés à une personne : chmod, ou les"
            " renommer",
        )
    return ATTRIBUTES.each(plain)


def _not_among(names: Sequence[str], rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    return (f"{path} ({name})" for path, name in rows if names and name not in names)
