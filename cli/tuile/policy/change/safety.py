"""Safety of care: whether a host may be changed at an instant, and if not, why and when it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from tuile.policy.dates import at_time
from tuile.policy.text import Text
from tuile.policy.traits import Day, Safety, Traits, Window

_DAY = timedelta(days=1)
_NEVER = Text(
    en="it is checked only: policy.yaml says safety never",
    fr="il n’est que contrôlé : policy.yaml dit « safety: never »",
)
_SHUT = Text(
    en="its window is closed; the next one opens on {when}",
    fr="hors créneau ; le prochain s’ouvre le {when}",
)
_BLACKOUT = Text(
    en="nothing is changed on this day (blackout); it may be from {when}",
    fr="jour sans intervention (blackout) ; possible à partir du {when}",
)
_NO_MORE = Text(
    en="its window is closed, and no other opens: every day of it is a blackout day",
    fr="hors créneau, et aucun autre ne s’ouvre : tous ses jours sont sans intervention (blackout)",
)
_OPEN = Text(en="its window is open until {when}", fr="créneau ouvert jusqu’au {when}")


@dataclass(frozen=True)
class Opening:
    """A stretch of time in which a host may be changed, and the zone in which people read it."""

    start: datetime
    end: datetime
    zone: tzinfo

    def holds(self, now: datetime) -> bool:
        """Return whether an instant lies in it; its end does not."""
        return self.start <= now < self.end


def refusal(traits: Traits, now: datetime) -> Text | None:
    """Return why a host may not be changed now and when it may, None where it may.

    `now` is aware. Days of blackout are those of the windows' zones, and of the zone of `now` for a
    host without.
    """
    if traits.safety is Safety.never:
        return _NEVER
    if not _restricted(traits):
        return None
    found = opening(traits, now)
    if found is None:
        return _NO_MORE
    return (
        None
        if found.holds(now)
        else _when(_BLACKOUT if traits.safety is Safety.any else _SHUT, found.start, found)
    )


def said(traits: Traits, now: datetime) -> Text | None:
    """Return when a host may be changed, as it stands now; None where the policy does not restrict
    it.
    """
    refused = refusal(traits, now)
    if refused is not None or traits.safety is Safety.any:
        return refused
    found = opening(traits, now)
    return _when(_OPEN, found.end, found) if found else None


@lru_cache(maxsize=256)  # hosts alike ask the same
def opening(traits: Traits, now: datetime) -> Opening | None:
    """Return the opening that holds `now`, else the next one; None where there is none, or nothing
    is restricted.
    """
    if traits.safety is Safety.never or not _restricted(traits):
        return None
    return next((found for found in _merged(_openings(traits, now)) if found.end > now), None)


def _restricted(traits: Traits) -> bool:
    return traits.safety is not Safety.any or bool(traits.blackout)


def _openings(traits: Traits, now: datetime) -> Iterator[Opening]:
    """Yield the openings around `now` and after it, for long enough that blackout days cannot hide
    the next one.
    """
    first = (
        now.astimezone(UTC).date() - 2 * _DAY
    )  # it may be yesterday there, in a window open since the day before
    days = [first + n * _DAY for n in range(7 * len(traits.blackout) + 17)]
    for window in _windows(traits):
        zone = ZoneInfo(window.zone) if window.zone else now.tzinfo or UTC
        weekdays = [list(Day).index(day) for day in window.days]
        for day in days:
            if day.weekday() in weekdays:
                yield from _on(day, window, zone, traits.blackout)


def _windows(traits: Traits) -> tuple[Window, ...]:
    """Return the windows; a host that may be changed at any time has whole days for them, in no
    zone of its own.
    """
    return (
        traits.windows
        if traits.safety is Safety.window
        else (Window(tuple(Day), time(0), time(0), ""),)
    )


def _on(day: date, window: Window, zone: tzinfo, blackout: Iterable[date]) -> Iterator[Opening]:
    """Yield what a window opens on a day: to midnight, and after it, each unless that is a blackout
    day.
    """
    overnight = window.end <= window.start
    midnight = _instants(day + _DAY, time(0), zone)
    end = _instants(day + _DAY if overnight else day, window.end, zone)
    parts = [(day, max(_instants(day, window.start, zone)), min(midnight if overnight else end))]
    if overnight:
        parts.append((day + _DAY, max(midnight), min(end)))
    yield from (
        Opening(start, end, zone) for on, start, end in parts if start < end and on not in blackout
    )


def _instants(day: date, clock: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the two instants that a time may mean where clocks are put forward or back; else they
    are one.

    A window opens at the later and closes at the earlier one, so that it is never open in doubt.
    """
    first, second = (
        datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)
    )
    return first, second


def _merged(openings: Iterable[Opening]) -> Iterator[Opening]:
    """Yield the openings in the order of time, those that touch as one."""
    last: Opening | None = None
    for one in sorted(openings, key=lambda found: found.start):
        if last is not None and one.start <= last.end:
            last = Opening(last.start, max(last.end, one.end), last.zone)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _when(words: Text, moment: datetime, found: Opening) -> Text:
    when = at_time(moment.astimezone(found.zone))
    zone = f" ({found.zone.key})" if isinstance(found.zone, ZoneInfo) else ""
    return Text(en=words.en.format(when=when.en + zone), fr=words.fr.format(when=when.fr + zone))
