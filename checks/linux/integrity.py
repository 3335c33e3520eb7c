"""Changes of files are noticed: AIDE has a database of them, and compares every day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.platforms.linux.resources.unit import UNIT
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import AtMost, Condition, Equals, Value
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

SELECTIONS = "/etc/aide/aide.conf.d/99_tuile"
DATABASE = "/var/lib/aide/aide.db"
TIMER, BUILD = "dailyaidecheck.timer", "tuile-aideinit.service"
DAY = 24 * 60 * 60

CHECKED = Text(
    en=(
        "Looks for AIDE, for its database and since when it stands, for the selections asked for, "
        "and whether systemd "
        "compares every day."
    ),
    fr=(
        "Cherche AIDE, sa base et depuis quand elle existe, les sélections demandées, et si "
        "systemd compare "
        "chaque jour."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Adds the selections, has systemd compare every day, and where there is no database makes "
        "the first one as a "
        "unit of its own at idle priority: an apply waits a minute for it and no longer. A "
        "database that is there is never "
        "made anew, as that would accept every change unseen."
    ),
    fr=(
        "Ajoute les sélections, fait comparer chaque jour par systemd et, s’il n’y a pas de base, "
        "crée la première dans "
        "une unité à part en priorité minimale : l’application l’attend une minute, pas plus. Une "
        "base existante n’est "
        "jamais refaite, car ce serait accepter tous les changements sans les voir."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What was changed before the database was built, and a database that somebody with"
            " root’s rights made anew."
        ),
        fr=(
            "Ce qui a été changé avant la construction de la base, et une base refaite par "
            "quelqu’un ayant les "
            "droits de root."
        ),
    ),
    Text(en="Whether anybody reads the reports.", fr="Si quelqu’un lit les rapports."),
)

_QUESTIONS = (
    ("command -v aide",),
    ("stat -c %Y /var/lib/aide/aide.db",),
    ("date +%s",),
    ("cat /etc/aide/aide.conf /etc/aide/aide.conf.d/99_tuile",),
    ("systemctl is-active dailyaidecheck.timer tuile-aideinit.service",),
    ("systemctl is-enabled dailyaidecheck.timer",),
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    selections: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[/!=][^\n]*$")], ...],
        Meta(
            description=(
                'Lines of aide.conf(5) that must be there: ["/usr/sbin/auditctl'
                ' p+i+n+u+g+acl+xattrs+sha512"]'
            )
        ),
    ] = ()
    max_age: (
        Annotated[
            int, Meta(ge=1, description="Days after which the database is too old; null: never")
        ]
        | None
    ) = None


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    installed: bool = said("AIDE installed", "AIDE installé")
    database: bool = said("database", "base")
    building: bool = said("database being made", "base en cours de création")
    age: int | None = said(
        "days since the database was made", "jours depuis la création de la base"
    )
    lacking: tuple[str, ...] = said("selections that lack", "sélections absentes")
    daily: bool = said("compared every day", "comparaison quotidienne")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is called alike
    """Return what it is about."""
    return "AIDE"


def observe(host: Host, params: Params) -> State:
    """Ask for the program, the database, the configuration and the timer.

    Raises:
        Unseen: the database or the configuration cannot be looked at.

    """
    program, made, clock, configuration, active, starts = together(host, *_QUESTIONS)
    installed, now = program.rc == 0, int(output_of(clock))
    units, enabled = active.stdout.split(), starts.stdout.strip() == "enabled"
    database = "No such file" not in made.stderr
    timer, build = (*units, "", "")[:2]
    text = (
        configuration.stdout if "No such file" in configuration.stderr else output_of(configuration)
    )
    return State(
        installed=installed,
        database=database,
        building=build in ("active", "activating"),
        age=max(0, now - int(output_of(made))) // DAY if database else None,
        lacking=_lacking(params.selections, text),
        daily=enabled and timer == "active",
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return a database, young enough where the rule says so, all selections, and a comparison
    every day.
    """
    yes, no = Equals(value=True), Equals(value=False)
    conditions: dict[str, Condition] = {
        "installed": yes,
        "database": yes,
        "building": no,
        "lacking": Equals(()),
        "daily": yes,
    }
    return conditions if params.max_age is None else {**conditions, "age": AtMost(params.max_age)}


def touches(params: Params) -> Resources:
    """Return the selections, the database, and the units that compare and that make it."""
    return (
        *((FILE(SELECTIONS),) if params.selections else ()),
        GENERATED(DATABASE),
        GENERATED(f"{DATABASE}.new"),
        UNIT(TIMER),
        UNIT(BUILD),
    )


# Every kind is called alike
def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:  # noqa: ARG001
    """Return nothing more.

    Raises:
        Unseen: the database is being made, or only its age is at fault.

    """
    if seen.get("building"):
        raise Unseen(
            "the database is being made at idle priority: check again later",
            "la base est en cours de création, en priorité minimale : revérifier plus tard",
        )
    if seen.get("database") and seen.get("daily") and not seen.get("lacking"):
        raise Unseen(
            "the database is old: read aide's report, then aide --update",
            "la base est ancienne : lire le rapport d’aide, puis aide --update",
        )
    return ()


def edit(draft: Draft, params: Params) -> str:
    """Return the file with the selections that lack."""
    text = start(draft)
    for line in _lacking(params.selections, text):
        text = set_line(text, r"(?!)", line)
    return text


def _lacking(selections: Sequence[str], text: str) -> tuple[str, ...]:
    """Return the selections that no line of the text is, blanks aside."""
    there = {re.sub(r"\s+", " ", line.strip()) for line in text.splitlines()}
    return tuple(line for line in selections if re.sub(r"\s+", " ", line.strip()) not in there)
