"""Asks the program on a host: looks like any other, but some of them write there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tuile.platforms.linux.guard.refusals import in_words
from tuile.platforms.posix_shell.commands import output_of
from tuile.platforms.resources import named
from tuile.policy.change.resource import Resource

if TYPE_CHECKING:
    from testinfra.host import Host

HOME = "/var/lib/tuile"
"""The folder on the host that holds what is kept, one folder an apply."""
_PATHS = "paths_program=$(cat <<'END_OF_PATHS'\n{}\nEND_OF_PATHS\n)\n"
_RUN = (
    'paths() { env -u PERL5LIB -u PERL5OPT -u PERL_UNICODE perl -f -e "$paths_program" -- "$@"; }'
)
_BY_ITSELF = 'program=$1; shift; eval "$program"'


@dataclass(frozen=True)
class GuardState:
    """In which state an apply is on its host: armed, confirmed, restoring, undoing, restored,
    unknown.
    """

    state: str
    seconds: int
    """Until it puts itself back, where it is armed."""
    trouble: tuple[str, ...]
    """What could not be put back."""


@dataclass(frozen=True)
class Compared:
    """One resource that an apply changed: as it was, as the apply left it, and as it is now."""

    resource: Resource
    was: str
    left: str
    now: str

    @property
    def changed_since(self) -> bool:
        """Return whether somebody else changed it after the apply, to something that it was not
        before either.
        """
        return self.now not in (self.left, self.was)


@dataclass(frozen=True)
class Comparison:
    """What an apply changed on a host, and in which state it is there."""

    state: str
    changes: tuple[Compared, ...]


def prepare(
    host: Host, kept: str, seconds: float, resources: Iterable[Resource], *, irreversible: bool
) -> str:
    """Keep what stands and arm the host: after `seconds` it puts itself back. Return the digest of
    what stands.

    Raises:
        Unseen: nothing was armed, and nothing changed; in words.

    """
    words = (
        "prepare",
        kept,
        f"{seconds:.0f}",
        "yes" if irreversible else "no",
        *map(str, resources),
    )
    return _ask(host, words, "sh", "-c", _BY_ITSELF, "tuile", program()).split()[-1]


def renew(host: Host, kept: str, seconds: float) -> None:
    """Have the host wait for as long again.

    Raises:
        Unseen: it is not armed any more.

    """
    _ask(host, ("renew", kept, f"{seconds:.0f}"))


def confirm(host: Host, kept: str) -> str:
    """Let the new state stand; return its digest.

    Raises:
        Unseen: it is not armed any more.

    """
    return _ask(host, ("confirm", kept)).split()[-1]


def roll_back(host: Host, kept: str, resources: Iterable[Resource] = ()) -> GuardState:
    """Put back these resources of what is armed, or all: then nothing is armed any more. Return how
    it stands then.

    Raises:
        Unseen: it could not be done.

    """
    _ask(host, ("take-back", kept, *map(str, resources)))
    return status(host, kept)


def sweep(host: Host, kept: str) -> None:
    """Put back once more what has put itself back: an engine may have gone on for a moment.

    Raises:
        Unseen: it was not put back.

    """
    _ask(host, ("sweep", kept))


def undo(host: Host, kept: str, resources: Iterable[Resource] = (), *, over: bool = False) -> None:
    """Put back these resources of what was confirmed, or all; what others changed since is left,
    unless `over`.

    Raises:
        Unseen: it could not be done.

    """
    _ask(host, ("undo", kept, "over" if over else "around", *map(str, resources)))


def compare(host: Host, kept: str) -> Comparison:
    """Return what an apply changed, as it was, as it was left and as it is.

    Raises:
        Unseen: the host does not know it, or no longer.

    """
    state, *lines = _ask(host, ("compare", kept)).splitlines()
    return Comparison(state, tuple(_compared(line) for line in lines))


def _compared(line: str) -> Compared:
    slug, name, *states = line.split("\t")
    return Compared(named(slug, name), *states)


def text(host: Host, kept: str, which: str, name: str) -> str:
    """Return a file as it was ("files") or as the apply left it ("left"), "" where there was none.

    Raises:
        Unseen: it cannot be read.

    """
    return _ask(host, ("text", kept, which, name))


def status(host: Host, kept: str) -> GuardState:
    """Return in which state an apply is.

    Raises:
        Unseen: the host cannot say.

    """
    first, *trouble = _ask(host, ("status", kept)).splitlines()
    state, seconds = first.split()
    return GuardState(state, int(seconds), tuple(line.replace("\t", " ") for line in trouble))


@cache
def program() -> str:
    """Return the program that runs on hosts: POSIX sh, its parts in the order of their names."""
    return f"{paths()}\n{_parts('host/*.sh')}"


@cache
def paths() -> str:
    """Return the function `paths` of a shell, which acts on paths among users who may swap what
    stands there.
    """
    return _PATHS.format(_parts("host/paths/*.pl")) + _RUN


def _parts(pattern: str) -> str:
    return "\n".join(
        part.read_text(encoding="utf-8") for part in sorted(Path(__file__).parent.glob(pattern))
    )


def _ask(host: Host, words: Iterable[str], *before: str) -> str:
    asked = (*(before or ("sh", f"{HOME}/{tuple(words)[1]}/guard")), *words)
    result = host.run(" ".join(["%s"] * len(asked)), *asked)
    if result.rc != 0:
        raise in_words(result.stderr)
    return output_of(result)
