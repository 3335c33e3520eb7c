"""Keeps, on a host, what an apply is about to change, and has it put back: what the controller asks
of the host.
"""

from tuile.platforms.linux.guard.client import (
    HOME,
    Compared,
    Comparison,
    GuardState,
    compare,
    confirm,
    paths,
    prepare,
    renew,
    roll_back,
    status,
    sweep,
    text,
    undo,
)

__all__ = [
    "HOME",
    "Compared",
    "Comparison",
    "GuardState",
    "compare",
    "confirm",
    "paths",
    "prepare",
    "renew",
    "roll_back",
    "status",
    "sweep",
    "text",
    "undo",
]
