"""Files of packages are as the packages brought them, by the sums that dpkg keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.filesystem_scan import shown
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Lets dpkg compare all files of packages with their sums, at idle priority and for five "
        "minutes at most. "
        "Configuration files are left to the rules about them, and missing documentation and "
        "translations do not count."
    ),
    fr=(
        "Fait comparer par dpkg tous les fichiers des paquets à leurs sommes, en priorité "
        "minimale et cinq minutes au "
        "plus. Les fichiers de configuration relèvent de leurs propres règles ; une documentation "
        "ou une traduction "
        "absente ne compte pas."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Find out who changed the file and why; install the package again (apt-get install "
        "--reinstall), or approve "
        "the path in the policy (approved)."
    ),
    fr=(
        "Établir qui a modifié le fichier et pourquoi ; réinstaller le paquet (apt-get install "
        "--reinstall), ou "
        "approuver le chemin dans la politique (approved)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What was changed together with the sums, which lie on the host; files of packages "
            "that bring no sums; "
            "modes, owners and access lists, which other rules look at."
        ),
        fr=(
            "Ce qui a été modifié en même temps que les sommes, qui sont sur la machine ; les "
            "fichiers des paquets "
            "sans sommes ; les droits, propriétaires et ACL, que d’autres règles regardent."
        ),
    ),
    Text(
        en="What a running program has in memory, when its file was changed back.",
        fr="Ce qu’un programme lancé garde en mémoire, si son fichier a été remis.",
    ),
)
_VERIFY = "timeout 300 ionice -c 3 nice -n 19 dpkg --verify"
_LEFT_OUT = re.compile(
    r"/etc/|/usr/share/(?:doc|man|info|locale|help|gnome/help|lintian|linda|groff|omf|doc-base)/"
)
NAMED = 40
"""How many files are named; the others are counted."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^/[^\n]*$")], ...],
        Meta(description='Paths that may differ: ["/usr/share/vendor/*"]; * stands for "/" too'),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    changed: tuple[str, ...] = said(
        "other than the package brought", "différent de ce que le paquet a apporté"
    )
    missing: tuple[str, ...] = said("missing", "absent")
    more: int = said("others that are not named", "autres, non nommés")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is asked alike
    """Return what is compared."""
    return "dpkg --verify"


def observe(host: Host, params: Params) -> State:
    """Let dpkg compare, and keep what nobody approved.

    Raises:
        Unseen: dpkg did not come to its end, or could not read something.

    """
    result = host.run(_VERIFY)
    if result.rc == 124:  # noqa: PLR2004 -- timeout(1)
        raise Unseen("comparing took longer than 300 s", "la comparaison a duré plus de 300 s")
    problems = [line for line in result.stderr.splitlines() if "warning" not in line]
    if problems or result.rc not in (0, 1):
        raise Unseen(problems[-1] if problems else f"exit status {result.rc}")
    changed, missing = (
        [
            shown(path)
            for path in paths
            if not any(fnmatchcase(path, one) for one in params.approved)
        ]
        for paths in _told(result.stdout)
    )
    more = len(changed[NAMED:]) + len(missing[NAMED:])
    return State(tuple(changed[:NAMED]), tuple(missing[:NAMED]), more)


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that nothing differs."""
    return {"changed": Equals(()), "missing": Equals(()), "more": Equals(0)}


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _told(printed: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the changed and the missing files of `dpkg --verify`: `??5??????   /bin/x`, `missing
    /bin/x`.
    """
    changed: set[str] = set()
    missing: set[str] = set()
    for line in printed.splitlines():
        told = re.match(r"(\S+)\s+(?:(c)\s+)?(/.*?)(?: \([^)]*\))?$", line)
        if told and not told[2] and not _LEFT_OUT.match(told[3]):
            path = re.sub(r"^/(s?bin|lib(?:32|64|x32)?)/", r"/usr/\1/", told[3])
            (missing if told[1] == "missing" else changed).add(path)
    return sorted(changed), sorted(missing)
