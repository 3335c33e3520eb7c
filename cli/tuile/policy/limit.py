"""What may be chosen for the parameters of a rule, by a baseline and by a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tuile.policy.errors import Place
from tuile.policy.text import Text


@dataclass(frozen=True)
class Range:
    """What a tailoring may choose for one parameter."""

    min: int | None = None
    max: int | None = None
    one_of: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Limit:
    """What a group allows its sites for parameters of a rule, which cannot be switched off then
    either.
    """

    to: str
    rule: str
    params: Mapping[str, Range]
    reason: Text
    by: str
    place: Place = field(default=Place(""), compare=False)
