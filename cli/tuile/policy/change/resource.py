"""What a remediation may change on a host: resources, of types that each platform defines for
itself.

The core knows no type by name. How one is shown, when it is worked on, what changes along with it,
and what a person is warned of are said once, where the type is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from tuile.policy.text import Text

_ITSELF = Text("{}", "{}")


class Stage(IntEnum):
    """When a kind has its turn in an apply."""

    first = 0
    """It brings what others work on: a package brings files and units."""
    between = 1
    last = 2
    """It reads what others have written: a unit is started with its files."""


class Content(IntEnum):
    """What is done to the content of a resource."""

    none = 0
    computed = 1
    """The core computes the whole of it, by the kind's `edit`."""
    generated = 2
    """A program writes it anew, from resources that are computed."""
    untouched = 3
    """Nothing: its mode and owner alone are set."""


@dataclass(frozen=True)
class Resource:
    """One thing on a host that a remediation may change."""

    type: ResourceType
    name: str

    def __str__(self) -> str:
        """Return it as the store and the program on the host name it: "file=/etc/issue"."""
        return f"{self.type.slug}={self.name}"

    @property
    def text(self) -> Text:
        """Return it in words."""
        return _filled(self.type.shown, self.name)

    @property
    def along(self) -> tuple[Resource, ...]:
        """Return what changes along with it."""
        return tuple(self.type.along(self.name))

    def holds(self, other: Resource) -> bool:
        """Return whether another resource that changed is this one, or came with it."""
        return str(self) == str(other) or self.type.holds(self.name, other)


def _nothing(_name: str) -> Iterable[Resource]:
    return ()


def _not(_name: str, _other: Resource) -> bool:
    return False


def _no_warning(_name: str) -> Text | None:
    return None


@dataclass(frozen=True)
class ResourceType:
    """One type of resource."""

    slug: str
    """Its name in the store and to the program on the host."""
    shown: Text = _ITSELF
    """A resource of it in words, with {} for its name."""
    step: Text | None = None
    """What a preview says will be done, with {}; None: the preview shows the content, or nothing.
    """
    reported: str = ""
    """The key under which reports list the resources of it; "": its slug."""
    rank: int = 0
    """Its place among the steps of a preview, and in a pre-image."""
    stage: Stage = Stage.between
    content: Content = Content.none
    names: frozenset[str] = frozenset()
    """The only names that it stands for; none: any."""
    shared: bool = False
    """Whether two rules may both have it and yet be undone one without the other."""
    of_all: bool = False
    """Whether it stands for all of its kind: one rule alone cannot have it back from another."""
    along: Callable[[str], Iterable[Resource]] = _nothing
    """(name) -> what changes along with it."""
    holds: Callable[[str, Resource], bool] = _not
    """(name, what changed) -> whether that came with it."""
    warning: Callable[[str], Text | None] = _no_warning
    """(name) -> what else a person is told before, with {}; None: nothing."""

    def __call__(self, name: str) -> Resource:
        """Return the resource of this type with a name."""
        return Resource(self, name)

    def each(self, names: Iterable[str]) -> tuple[Resource, ...]:
        """Return the resources of this type with these names."""
        return tuple(self(name) for name in names)


def computed(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Return the names of those whose whole content the core computes."""
    return _of(resources, Content.computed)


def generated(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Return the names of those that a program writes anew."""
    return _of(resources, Content.generated)


def untouched(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Return the names of those of which nothing but mode and owner is set."""
    return _of(resources, Content.untouched)


def with_along(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return resources and what changes along with them, by rank; nothing is named twice."""
    own = tuple(resources)
    along = (other for one in own for other in one.along)
    by_rank = sorted((*own, *along), key=lambda one: one.type.rank)
    named: dict[str, Resource] = {}
    for one in by_rank:
        named.setdefault(str(one), one)
    return tuple(named.values())


def _of(resources: Iterable[Resource], content: Content) -> tuple[str, ...]:
    return tuple(one.name for one in resources if one.type.content is content)


def _filled(words: Text, name: str) -> Text:
    return Text(words.en.format(name), words.fr.format(name))
