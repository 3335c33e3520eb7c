"""What a hospital says of a host beside its baseline: who sits at it, where it stands, when it may
be changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from enum import StrEnum
from typing import Any

from tuile.policy.errors import Place
from tuile.policy.text import Text


class SessionModel(StrEnum):
    """Who works at a machine."""

    personal = "personal"
    """One person at a time, with an account of their own."""
    shared_kiosk = "shared_kiosk"
    """Many people in turn, under one session."""
    display = "display"
    """Nobody: it shows, and must go on showing."""

    @property
    def words(self) -> Text:
        """Return what such a machine is called."""
        return _SESSION_MODELS[self]


class Zone(StrEnum):
    """Where a machine stands."""

    office = "office"
    ward = "ward"
    theatre = "theatre"
    intensive_care = "intensive_care"

    @property
    def words(self) -> Text:
        """Return what such a place is called."""
        return _ZONES[self]


class Safety(StrEnum):
    """When a machine may be changed."""

    never = "never"
    window = "window"
    any = "any"


class Day(StrEnum):
    """A day of the week, in the order of `date.weekday`."""

    mon = "mon"
    tue = "tue"
    wed = "wed"
    thu = "thu"
    fri = "fri"
    sat = "sat"
    sun = "sun"


@dataclass(frozen=True)
class Window:
    """A time of the week in which a host may be changed; one that ends before it starts goes past
    midnight.
    """

    days: tuple[Day, ...]
    """The days on which it opens."""
    start: time
    end: time
    zone: str
    """An IANA time zone: Europe/Paris."""


@dataclass(frozen=True)
class Traits:
    """What is said of one host; the defaults hold where the policy says nothing."""

    session_model: SessionModel = SessionModel.personal
    zone: Zone = Zone.office
    safety: Safety = Safety.any
    windows: tuple[Window, ...] = ()
    blackout: tuple[date, ...] = ()
    """Days on which no host is changed, whatever its safety."""
    ring: str = ""


@dataclass(frozen=True)
class HostEntry:
    """What an entry under `hosts` in policy.yaml says of the hosts that it names; None: nothing."""

    to: str
    session_model: SessionModel | None = None
    zone: Zone | None = None
    safety: Safety | None = None
    windows: tuple[Window, ...] | None = None
    blackout: tuple[date, ...] | None = None
    ring: str | None = None
    place: Place = field(default=Place(""), compare=False)

    def upon(self, traits: Traits) -> Traits:
        """Return the traits with what this entry says in their place."""
        named: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(traits)}
        return replace(
            traits, **{name: value for name, value in named.items() if value is not None}
        )


_SESSION_MODELS = {
    SessionModel.personal: Text("a personal workstation", "un poste personnel"),
    SessionModel.shared_kiosk: Text("a shared kiosk", "un poste partagé"),
    SessionModel.display: Text("a display", "un écran d’affichage"),
}
_ZONES = {
    Zone.office: Text("an office", "un bureau"),
    Zone.ward: Text("a ward", "un service de soins"),
    Zone.theatre: Text("an operating theatre", "un bloc opératoire"),
    Zone.intensive_care: Text("intensive care", "la réanimation"),
}
