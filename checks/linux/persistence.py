"""Nothing starts by itself, or is loaded into programs, but what packages brought and what the site
approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.filesystem_scan import shown
from tuile.platforms.linux.persistence.points import LOOK, Point, looked
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Looks once into all places from which Debian starts code by itself, or reads whom to "
        "believe, and compares "
        "what is there with the lists and sums of dpkg: what no package brought, what was changed "
        "since, and what others "
        "than root may write, by owner, mode or access list, up to the root folder. Of settings "
        "only those count that "
        "start or open something. Crontabs of ordinary persons without rights of administration "
        "are left out."
    ),
    fr=(
        "Examine en une fois tous les endroits d’où Debian lance du code de lui-même, ou lit à "
        "qui se fier, et compare "
        "leur contenu aux listes et aux sommes de dpkg : ce qu’aucun paquet n’a apporté, ce qui a "
        "été modifié depuis, et "
        "ce que d’autres que root peuvent écrire, par le propriétaire, les droits ou une ACL, "
        "jusqu’à la racine. Des "
        "réglages, seuls comptent ceux qui lancent ou ouvrent quelque chose. Les crontabs des "
        "personnes sans droits "
        "d’administration sont laissées de côté."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Look at what it starts. Remove it, install the package again (apt-get install "
        "--reinstall; for a changed "
        "configuration file with -o Dpkg::Options::=--force-confask), or approve it in the policy "
        "(approved)."
    ),
    fr=(
        "Examiner ce qu’il lance. Le supprimer, réinstaller le paquet (apt-get install "
        "--reinstall ; pour un fichier de "
        "configuration modifié, avec -o Dpkg::Options::=--force-confask), ou l’approuver dans la "
        "politique (approved)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What root replaced together with dpkg's own lists and sums, which lie on the host as "
            "well; a script "
            "of a package that was replaced within an hour of its installation."
        ),
        fr=(
            "Ce que root a remplacé en même temps que les listes et sommes de dpkg, qui sont sur "
            "la machine elles "
            "aussi ; un script de paquet remplacé dans l’heure qui suit son installation."
        ),
    ),
    Text(
        en="What an approved file holds, and what programs that it names do.",
        fr="Le contenu d’un fichier approuvé, et ce que font les programmes qu’il nomme.",
    ),
    Text(
        en="Start files in the homes of others than root, as far as their owners wrote them.",
        fr=(
            "Les fichiers de démarrage des dossiers personnels autres que celui de root, s’ils "
            "sont de leur "
            "propriétaire."
        ),
    ),
    Text(
        en=(
            "What the file of variables of a unit sets, but for libraries that it loads, and such "
            "files outside "
            "/etc/default."
        ),
        fr=(
            "Ce que règle le fichier de variables d’une unité, sauf s’il charge une bibliothèque, "
            "et tout fichier de "
            "variables hors de /etc/default."
        ),
    ),
    Text(
        en=(
            "Contents of programs that grant no rights and guard none, below the level at which "
            "packages are compared "
            "with their sums."
        ),
        fr=(
            "Le contenu des programmes qui ne donnent ni ne gardent de droits, en deçà du niveau "
            "où les paquets sont "
            "comparés à leurs sommes."
        ),
    ),
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    point: Annotated[
        Point,
        Meta(
            description=(
                "jobs: cron and at; shells: start files; libraries: the loader, PAM and NSS "
                "modules; programs: "
                "root's own folders; boot: init, kernel, modprobe; devices: udev; privileges: "
                "polkit and D-Bus; network: "
                "interface hooks; desktop: sessions and printing; tools: hooks of dpkg, Python "
                "and others; "
                "authorities: whose certificates programs believe"
            )
        ),
    ]
    approved: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^/[^\n]*$")], ...],
        Meta(
            description=(
                'Paths that are right as they are: ["/etc/cron.d/backup"]; * stands for "/" too'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host: only what is not as the rule says."""

    added: tuple[str, ...] = said("not of a package", "d’aucun paquet")
    changed: tuple[str, ...] = said(
        "changed since the package brought it", "modifié depuis l’installation du paquet"
    )
    writable: tuple[str, ...] = said(
        "others than root may write", "modifiable par d’autres que root"
    )


def subject(params: Params) -> str:
    """Return the family of places."""
    return f"persistence: {params.point}"


def observe(host: Host, params: Params) -> State:
    """Ask for the one look, and keep what nobody approved.

    Raises:
        Unseen: some place could not be looked into.

    """
    flaws: Mapping[str, list[str]] = {"added": [], "changed": [], "writable": []}
    for found in looked(host.run(LOOK)):
        if found.point == params.point and not any(
            fnmatchcase(found.path, each) for each in params.approved
        ):
            flaws[found.flaw].append(shown(found.say()))
    return State(**{name: tuple(_sorted(paths)) for name, paths in flaws.items()})


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that there is none."""
    return {name: Equals(()) for name in ("added", "changed", "writable")}


def _sorted(paths: list[str]) -> Iterator[str]:
    yield from sorted(set(paths))
