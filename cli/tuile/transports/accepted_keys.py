"""The keys by which hosts were reached: an engine need not judge them again, by rules of its own."""

from __future__ import annotations

_ACCEPTED: dict[str, tuple[str, ...]] = {}


def accepted(name: str) -> tuple[str, ...]:
    """Return lines of known_hosts with the keys by which a target was reached last, its jump hosts'
    too.
    """
    return _ACCEPTED.get(name, ())


def accept(name: str, line: str, through: str | None) -> None:
    """Note the key that a target has shown and that was good, and the jump host on the way."""
    _ACCEPTED[name] = (line, *(accepted(through) if through else ()))
