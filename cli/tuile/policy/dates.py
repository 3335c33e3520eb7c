"""Days and times as people read them, in English and French."""

from __future__ import annotations

from datetime import date, datetime

from tuile.policy.text import Lang, Text

_MONTHS: dict[Lang, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": (
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
}
_DAYS: dict[Lang, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}


def say_day(value: date, lang: Lang) -> str:
    """Return a date as it is read aloud: "28 Feb 2027", "28 févr. 2027"."""
    day = "1er" if value.day == 1 and lang == "fr" else str(value.day)
    return f"{day} {_MONTHS[lang][value.month - 1]} {value.year}"


def say_weekday(value: date, lang: Lang) -> str:
    """Return a date with its day of the week: "Tue 24 Nov 2026", "mar. 24 nov. 2026"."""
    return f"{_DAYS[lang][value.weekday()]} {say_day(value, lang)}"


def on_day(value: date) -> Text:
    """Return a date in both languages."""
    return Text(en=say_day(value, "en"), fr=say_day(value, "fr"))


def at_time(value: datetime) -> Text:
    """Return a moment to the minute in both languages, in its own zone: "Tue 24 Nov 2026 at 02:00"."""
    return Text(
        en=f"{say_weekday(value, 'en')} at {value:%H:%M}",
        fr=f"{say_weekday(value, 'fr')} à {value:%H:%M}",
    )
