"""What a value must satisfy: exact, a bound, a choice.

Judged, compared and put into words in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from tuile.policy.text import Lang

Value = str | int | bool | Sequence[str] | None
Compare = Literal["equals", "at_least", "at_most", "one_of", "subset_of"]
"""How a rule says in YAML what its value must satisfy."""

_WORDS: dict[str, dict[Lang, str]] = {
    "absent": {"en": "absent", "fr": "absent"},
    "yes": {"en": "yes", "fr": "oui"},
    "no": {"en": "no", "fr": "non"},
    "empty": {"en": "empty", "fr": "vide"},
    "none": {"en": "none", "fr": "aucun"},
    "or more": {"en": "or more", "fr": "ou plus"},
    "or less": {"en": "or less", "fr": "ou moins"},
    "or stricter": {"en": "or stricter", "fr": "ou plus strict"},
    "or": {"en": "or", "fr": "ou"},
    "only": {"en": "only", "fr": "seulement"},
    "with": {"en": "including", "fr": "avec au moins"},
    "without": {"en": "without", "fr": "sans"},
}


def say_value(value: Value, lang: Lang) -> str:
    """Return an observed value in words: None is "absent", booleans are yes and no."""
    if value is None:
        return _WORDS["absent"][lang]
    if isinstance(value, bool):
        return _WORDS["yes" if value else "no"][lang]
    if isinstance(value, str):
        return value or _WORDS["empty"][lang]
    if isinstance(value, int):
        return str(value)
    return ", ".join(value) or _WORDS["none"][lang]


@dataclass(frozen=True)
class Condition:
    """A condition on one observed value; subclasses say which."""

    op: ClassVar[str]

    def admits(self, value: Value) -> bool:
        """Return whether the observed value satisfies the condition; a value of another type never
        does.
        """
        raise NotImplementedError

    def say(self, lang: Lang) -> str:
        """Return the condition in words, as they follow "wanted"."""
        raise NotImplementedError


@dataclass(frozen=True)
class Equals(Condition):
    """The value is exactly this one; None means that there must be none."""

    op: ClassVar[str] = "equals"
    value: Value

    def admits(self, value: Value) -> bool:
        """Compare value and type: 1 is not True."""
        seen, wanted = _items(value), _items(self.value)
        if seen is not None or wanted is not None:
            return seen == wanted
        return value == self.value and isinstance(value, bool) == isinstance(self.value, bool)

    def say(self, lang: Lang) -> str:
        """Name the value."""
        return say_value(self.value, lang)


@dataclass(frozen=True)
class AtLeast(Condition):
    """The value is a whole number, this or more."""

    op: ClassVar[str] = "at_least"
    number: int

    def admits(self, value: Value) -> bool:
        """Read the value as a whole number; anything else is refused."""
        seen = _number(value)
        return seen is not None and seen >= self.number

    def say(self, lang: Lang) -> str:
        """Say "14 or more"."""
        return f"{self.number} {_WORDS['or more'][lang]}"


@dataclass(frozen=True)
class AtMost(Condition):
    """The value is a whole number, this or less, and not below `floor` where one is given."""

    op: ClassVar[str] = "at_most"
    number: int
    floor: int | None = None

    def admits(self, value: Value) -> bool:
        """Read the value as a whole number; anything else is refused."""
        seen = _number(value)
        return (
            seen is not None and seen <= self.number and (self.floor is None or seen >= self.floor)
        )

    def say(self, lang: Lang) -> str:
        """Say "365 or less", or "1 to 365"."""
        if self.floor is not None:
            return f"{self.floor}–{self.number}"
        return f"{self.number} {_WORDS['or less'][lang]}"


@dataclass(frozen=True)
class OneOf(Condition):
    """The value is one of these."""

    op: ClassVar[str] = "one_of"
    values: tuple[str, ...]

    def admits(self, value: Value) -> bool:
        """Compare exactly."""
        return isinstance(value, str) and value in self.values

    def say(self, lang: Lang) -> str:
        """Say "a or b"."""
        return f" {_WORDS['or'][lang]} ".join(self.values)


@dataclass(frozen=True)
class SubsetOf(Condition):
    """The value is a list, not empty, that holds nothing outside these (approved ciphers, for
    example).
    """

    op: ClassVar[str] = "subset_of"
    values: tuple[str, ...]

    def admits(self, value: Value) -> bool:
        """Accept any choice and order of the approved items."""
        items = _items(value)
        return bool(items) and set(items or ()) <= set(self.values)

    def say(self, lang: Lang) -> str:
        """Say "a, b only"."""
        return f"{', '.join(self.values)} {_WORDS['only'][lang]}"


@dataclass(frozen=True)
class Includes(Condition):
    """The value is a list that holds all of these; what else it holds does not matter."""

    op: ClassVar[str] = "includes"
    values: tuple[str, ...]

    def admits(self, value: Value) -> bool:
        """Accept more than what is asked for."""
        items = _items(value)
        return items is not None and set(self.values) <= set(items)

    def say(self, lang: Lang) -> str:
        """Say "including a, b"."""
        return f"{_WORDS['with'][lang]} {', '.join(self.values)}"


@dataclass(frozen=True)
class Excludes(Condition):
    """The value is a list that holds none of these; what else it holds does not matter."""

    op: ClassVar[str] = "excludes"
    values: tuple[str, ...]

    def admits(self, value: Value) -> bool:
        """Accept whatever holds none of the refused items."""
        items = _items(value)
        return items is not None and not set(self.values) & set(items)

    def say(self, lang: Lang) -> str:
        """Say "without a, b"."""
        return f"{_WORDS['without'][lang]} {', '.join(self.values)}"


@dataclass(frozen=True)
class ModeWithin(Condition):
    """The value is an octal file mode that grants nothing beyond this maximum."""

    op: ClassVar[str] = "mode_within"
    maximum: str

    def admits(self, value: Value) -> bool:
        """Accept the maximum and everything stricter: 0600 satisfies 0640."""
        if not isinstance(value, str):
            return False
        try:
            return int(value, 8) & ~int(self.maximum, 8) == 0
        except ValueError:
            return False

    def say(self, lang: Lang) -> str:
        """Say "0640 or stricter"."""
        return f"{self.maximum} {_WORDS['or stricter'][lang]}"


def condition_for(compare: Compare, value: str, floor: int | None = None) -> Condition:
    """Return the condition that a rule states with `compare` and `value`; lists are split at
    commas.

    Raises:
        ValueError: a bound is no whole number, a list is empty, or `floor` stands where it means
            nothing.

    """
    if floor is not None and compare != "at_most":
        raise ValueError(f'floor goes with compare "at_most", not "{compare}"')
    if compare == "equals":
        return Equals(value)
    if compare in {"one_of", "subset_of"}:
        values = split_list(value)
        if not values:
            raise ValueError("value holds no item")
        return OneOf(values) if compare == "one_of" else SubsetOf(values)
    number = _number(value)
    if number is None:
        raise ValueError(f'compare "{compare}" needs a whole number, not "{value}"')
    return AtLeast(number) if compare == "at_least" else AtMost(number, floor)


def split_list(value: str) -> tuple[str, ...]:
    """Return the items of a comma list, without blanks around them and without empty ones."""
    return tuple(item.strip() for item in value.split(",") if item.strip())


def listed(value: Value) -> tuple[str, ...]:
    """Return the items of an observed list, none for anything else."""
    return _items(value) or ()


def _items(value: Value) -> tuple[str, ...] | None:
    """Return the items of a list, None for anything else."""
    return None if value is None or isinstance(value, str | int) else tuple(value)


def _number(value: Value) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return int(value)
    except ValueError:
        return None
