"""The contract between the program and a kind: what a module in `checks/` gives, and its words.

A kind's module imports from here, from `condition`, and from what its platform offers. It gives:

    Params        frozen dataclass: what a rule says; the JSON Schema of the YAML is derived from it
    State         frozen dataclass: what was seen; every field made with `said`
    subject       (params) -> the one thing the rule is about, e.g. "net.ipv4.ip_forward"
    observe       (host, params) -> State, with plain testinfra; raises Unseen or NotApplicable
    wanted        (params) -> {field of State: Condition}; a field that is not named does not matter
    touches       (params) -> Resources: all that putting the rule right may change
    CHECKED       Text: how a host is looked at, for those who do not read Python
    PUT_RIGHT     Text: what an apply does; where no program can, what a person has to do
    DOES_NOT_SEE  tuple[Text, ...]: its blind spots, in words, for its page; what can be seen
                  cheaply is not one

and, where it is needed:

    edit          (draft, params) -> the text the file must have; only where `touches` names files
                  (the text as it stands, "" where there is no file: this file need not change)
    also_touches  (params, seen) -> Resources: what apply may change besides, where that depends on
                  what was observed; raises Unseen where no program can put it right
    foresee       (host, params) -> Resources: what will come along, as the host itself says
                  beforehand; asked by a preview alone, of rules that are met too; raises Unseen
                  where it cannot say, Impossible where it is known to fail, with what to do
    final         (params) -> None, or in words why no undo can take back what putting it right does
    leaves        (params, seen) -> None, or in words which part an apply leaves to a person
    shuts_out     (params, login, seen) -> None, or in words why putting it right, as was observed,
                  would shut out who logs in, with what to write

ROLE_SEES = True: the role is given the state as `seen`, as what it changes was found on the host.
CHECK_ONLY = True instead of `touches` and a role: no program can put this right. HUMAN = True: nor
can one look; the answer is a person's, and stands in attestations.yaml.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Protocol

from tuile.policy.change.resource import Resource
from tuile.policy.condition import Condition, Value
from tuile.policy.errors import Impossible, NotApplicable, Unseen
from tuile.policy.text import Text

__all__ = [
    "Draft",
    "Impossible",
    "Kind",
    "Login",
    "NotApplicable",
    "Params",
    "Resources",
    "State",
    "Unseen",
    "is_plain",
    "said",
    "unapproved",
]

LABEL = "tuile.label"
UNTIL_REBOOT = "tuile.until_reboot"


class Params(Protocol):
    """Any frozen dataclass: the parameters of one rule."""

    __dataclass_fields__: Any


State = Params
Resources = tuple[Resource, ...]
"""What an apply of one rule may change on a host: the extent of the pre-image and of the preview.
"""


@dataclass(frozen=True)
class Draft:
    """A file as it stands, to be edited: its path, its text (None: there is no such file), whose
    edit it is.

    The text was decoded as UTF-8 with surrogateescape, so that any bytes survive the edit.
    """

    path: str
    text: str | None
    header: str
    """The comment, without comment sign, that goes to the top of files that Tuile creates."""
    seen: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    """The state that was observed for the rule whose edit it is, where the edit depends on more
    than this file.
    """


@dataclass(frozen=True)
class Login:
    """Who logs in to put a host right, and by what."""

    user: str
    by_password: bool = False
    """Whether by a password alone."""
    has_password: bool = False
    """Whether a password of the account is known."""
    sudo_password: bool = False
    """Whether one is known for sudo."""
    groups: tuple[str, ...] = ()
    """Its groups on the host; none: they are not known."""
    key: str = ""
    """The type of its key: ssh-ed25519; "": not known."""
    port: int = 22
    speaks: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    """By option of sshd (lower case), the algorithms that the client has."""
    on_the_way_to: str = ""
    """A host that is reached through this one, "" where none is."""

    @property
    def has_key(self) -> bool:
        """Return whether it may come by a key: of a file, or of an agent."""
        return not self.by_password


@dataclass(frozen=True)
class Kind:
    """One kind, as the catalog found it."""

    slug: str
    summary: str
    params: type[Any]
    state: type[Any]
    subject: Callable[[Any], str]
    observe: Callable[[Any, Any], Any]
    """(host, params) -> State; `host` is what its platform gives to ask by."""
    wanted: Callable[[Any], Mapping[str, Condition]]
    touches: Callable[[Any], Resources]
    edit: Callable[[Draft, Any], str] | None
    """None where the kind never rewrites a file."""
    platform: str
    """The hosts that it is about: the name of its folder in `checks/`."""
    role: str
    """The folder of its role."""
    checked: Text
    put_right: Text
    does_not_see: tuple[Text, ...] = ()
    """What it cannot see, in words: a pass says nothing about it."""
    check_only: bool = False
    """No program can put it right: there is no role, and `put_right` says what a person has to do.
    """
    also_touches: Callable[[Any, Mapping[str, Value]], Resources] | None = None
    """None where `touches` says it all."""
    foresee: Callable[[Any, Any], Resources] | None = None
    """What comes along with putting a rule right, asked of a host before; None where nothing does.
    """
    role_sees: bool = False
    """Whether its role is given what was observed: what it changes is what was found."""
    human: bool = False
    """No program can look either: a person answers, and `observe` is never run on a host."""
    final: Callable[[Any], Text | None] | None = None
    """(params) -> why no undo can take back, on the running host, what putting the rule right does;
    None: one can.
    """
    leaves: Callable[[Any, Mapping[str, Value]], Text | None] | None = None
    """(params, seen) -> which part of what is wrong an apply leaves to a person; None: it puts
    right all of it.
    """
    shuts_out: Callable[[Any, Login, Mapping[str, Value]], Text | None] | None = None
    """(params, login, seen) -> why putting the rule right would shut out who logs in; None: it
    would not.
    """

    def labels(self) -> dict[str, Text]:
        """Return the words for each field of State; an empty text means "the value itself"."""
        return {field.name: field.metadata[LABEL] for field in dataclasses.fields(self.state)}

    def until_reboot(self) -> frozenset[str]:
        """Return the fields of State that nothing but a reboot puts right."""
        return frozenset(
            field.name for field in dataclasses.fields(self.state) if field.metadata[UNTIL_REBOOT]
        )


# Stands where a typed default would
def said(en: str, fr: str, *, until_reboot: bool = False) -> Any:  # noqa: ANN401
    """Declare a field of State with the words that name it in a failing verdict ("" and "": none
    needed).

    `until_reboot`: nothing but a reboot puts it right. Where all that differs is of that sort, the
    rule is pending.
    """
    return dataclasses.field(metadata={LABEL: Text(en=en, fr=fr), UNTIL_REBOOT: until_reboot})


def is_plain(path: str) -> bool:
    """Return whether a path can be named to a host: no control character is in it."""
    return not any(ord(char) < ord(" ") or char == "\x7f" for char in path)


def unapproved(found: Iterable[str], approved: Sequence[str]) -> tuple[str, ...]:
    """Return what was found, each once, without what one of the globs approves."""
    return tuple(
        dict.fromkeys(one for one in found if not any(fnmatchcase(one, glob) for glob in approved))
    )
