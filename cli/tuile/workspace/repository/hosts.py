"""From the entries under `hosts` in policy.yaml to what they say of hosts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from tuile.policy.errors import did_you_mean
from tuile.policy.traits import Day, HostEntry, Safety, SessionModel, Window, Zone
from tuile.workspace.repository.yaml_file import YamlFile


def read_hosts(found: YamlFile) -> tuple[HostEntry, ...]:
    """Return the entries of a policy.yaml that fits its schema; windows that cannot be are added to
    its mistakes.
    """
    entries = list(enumerate(found.data.get("hosts", ())))
    for n, entry in entries:
        for m, window in enumerate(entry.get("windows", ())):
            for key, what, advice in _window_mistakes(window):
                found.wrong(("hosts", n, "windows", m, key), what, advice)
    return () if found.mistakes else tuple(_entry(entry, found, n) for n, entry in entries)


def _window_mistakes(window: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if window["from"] == window["to"]:
        yield "to", f"the window opens and closes at {window['to']}", "Give it some minutes."
    zones = available_timezones()
    if window["zone"] not in zones:
        yield (
            "zone",
            f'no time zone is called "{window["zone"]}"',
            did_you_mean(window["zone"], zones),
        )


def _entry(data: Mapping[str, Any], found: YamlFile, n: int) -> HostEntry:
    return HostEntry(
        to=data["to"],
        session_model=SessionModel(data["session_model"]) if "session_model" in data else None,
        zone=Zone(data["zone"]) if "zone" in data else None,
        safety=Safety(data["safety"]) if "safety" in data else None,
        windows=tuple(map(_window, data["windows"])) if "windows" in data else None,
        blackout=tuple(map(date.fromisoformat, data["blackout"])) if "blackout" in data else None,
        ring=data.get("ring"),
        place=found.place("hosts", n),
    )


def _window(data: Mapping[str, Any]) -> Window:
    days = tuple(map(Day, data["days"].split()))
    return Window(
        days, time.fromisoformat(data["from"]), time.fromisoformat(data["to"]), data["zone"]
    )
