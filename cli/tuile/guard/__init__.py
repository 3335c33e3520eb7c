"""Keeps, on a host, what an apply is about to change, and has it put back: what the controller asks of the host."""

from tuile.guard.ask import (
    HOME,
    Compared,
    Comparison,
    Standing,
    compare,
    confirm,
    paths,
    prepare,
    renew,
    status,
    sweep,
    take_back,
    text,
    undo,
)

__all__ = [
    "HOME",
    "Compared",
    "Comparison",
    "Standing",
    "compare",
    "confirm",
    "paths",
    "prepare",
    "renew",
    "status",
    "sweep",
    "take_back",
    "text",
    "undo",
]
