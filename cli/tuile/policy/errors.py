"""What can go wrong, as one tree; the exit code is on each class.

TuileError                 exit 2 unless said otherwise
├── Usage                  a wrong flag or argument
├── PolicyMistakes         every mistake found in the policy files, all at once
├── StoreError        (3)  the store cannot be read or written
├── EngineError       (3)  an engine could not be started
└── Refused                Tuile will not do this, and says what would change it

Unseen and NotApplicable are raised by a kind's `observe`; they become verdicts, never exits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tuile.policy.text import Text

COMPLIANT = 0
NOT_COMPLIANT = 1
MISTAKE = 2
COULD_NOT_TELL = 3


class TuileError(Exception):
    """The base of every error that a user may meet; its text is whole sentences for that user."""

    exit_code = MISTAKE


class Usage(TuileError):
    """A flag or argument that makes no sense."""


class Refused(TuileError):
    """Something that Tuile declines to do; the text says why and what would change it."""

    def __init__(self, en: str, fr: str = "") -> None:
        super().__init__(en)
        self.text = Text(en, fr or en)


class StoreError(TuileError):
    """The store could not be read or written."""

    exit_code = COULD_NOT_TELL


class EngineError(TuileError):
    """An engine could not be started at all (failures on a host are results, not errors)."""

    exit_code = COULD_NOT_TELL


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file and a line counted from 1 (0: the file as a whole)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a policy file: where, in which rule, what is wrong, what to do."""

    place: Place
    what: str
    advice: str = ""
    rule: str = ""

    def __str__(self) -> str:
        rule = f' rule "{self.rule}":' if self.rule else ""
        return f"{self.place}:{rule} {self.what}.{' ' + self.advice if self.advice else ''}"


class PolicyMistakes(TuileError):
    """All the mistakes of the policy files at once, sorted by place."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: Sequence[Mistake] = sorted(set(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))


class _InWords(Exception):
    """What is raised with words in both languages; a tool's own message needs no second."""

    def __init__(self, en: str, fr: str = "") -> None:
        super().__init__(en, fr or en)

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def text(self) -> Text:
        """Return the words."""
        return Text(*self.args)


class Unseen(_InWords):
    """A kind could not look; the verdict is `error`, with these words."""


class Impossible(Unseen):
    """The host foresees that an attempt to put the rule right must fail; the words say what a
    person can do.
    """


class NotApplicable(_InWords):
    """The rule has no object on this host; the verdict is `not_applicable`, with these words."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return 'Did you mean "x"?' for the nearest of the known words, or the list if it is short, or
    ''.
    """
    choices = sorted(set(known))
    near = get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    if 0 < len(choices) <= 12:  # noqa: PLR2004 -- as many words as one line of a terminal takes
        return f"Known here: {', '.join(choices)}."
    return ""


def never_visited(host: str, known: Iterable[str]) -> Refused:
    """Return the refusal to tell of a host that no run has seen."""
    choices = sorted(set(known))
    near = get_close_matches(host, choices, n=1, cutoff=0.6)
    peut_etre = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
    return Refused(
        f'no run has visited a host called "{host}". {did_you_mean(host, choices)}'.rstrip(),
        f"aucun relevé n’a visité de machine nommée « {host} ».{peut_etre}",
    )
