"""Lines on a terminal: printable characters only, columns, wrapping, and colour that repeats what
words say.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuile.policy.printable import printable
from tuile.policy.shareable import masked
from tuile.reports.interface import Style

LONGEST_SECRET = 2048
"""Characters that are looked at beyond what is shown, as a secret is known by its whole."""
LONGEST_VALUE = 240
"""Characters of one text from a host that a screen shows; JSON has them all."""
_NARROWEST_TEXT = 34
"""Columns below which the words of a row go to a line of their own."""

_COLOURS = {
    "red": "31;1",
    "green": "32",
    "yellow": "33",
    "magenta": "35;1",
    "bold": "1",
    "dim": "2",
}


@dataclass(frozen=True)
class Row:
    """One finding: a label with its colour, cells aligned with those of the other rows, and words
    that wrap.
    """

    label: str
    colour: str
    cells: tuple[str, ...]
    words: str
    below: tuple[str, ...] = ()


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    """Return a printable text without secrets, cut with an ellipsis where it is longer than this."""
    whole = masked(text[: longest + LONGEST_SECRET])
    shown = printable(whole[: longest + 1])
    return shown if len(text) <= longest or len(whole) <= longest else f"{shown[: longest - 1]}…"


def paint(text: str, colour: str, style: Style) -> str:
    """Return the text in a colour, or as it is where colour was not asked for."""
    if not style.colour or not text or not colour:
        return text
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def wrapped(text: str, style: Style, indent: int = 0, first: int | None = None) -> list[str]:
    """Return a text as lines within the width: the first indented by `first`, the others by
    `indent`.
    """
    start = " " * (indent if first is None else first)
    if style.width is None or not text.strip() or len(start) + len(text) <= style.width:
        return [start + text]
    return textwrap.wrap(
        text,
        width=max(style.width, indent + 10),
        initial_indent=start,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        expand_tabs=False,
    )


def rows(items: Sequence[Row], style: Style) -> list[str]:
    """Return rows under each other, their cells aligned; where the terminal is narrow, words go
    below the cells.
    """
    widths = _widths([(item.label, *item.cells) for item in items])
    indent = 2 + sum(width + 2 for width in widths if width)
    narrow = style.width is not None and style.width - indent < _NARROWEST_TEXT
    return [
        line
        for item in items
        for line in (_stacked(item, style) if narrow else _aligned(item, widths, style))
    ]


def joined(
    parts: Iterable[str], style: Style, separator: str = " · ", indent: int = 2
) -> list[str]:
    """Return the parts on one line, broken between parts where the terminal is narrower."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{separator}{part}" if lines else part
        if not lines or (style.width is not None and len(longer) > style.width):
            lines += wrapped(part, style, indent, indent if lines else 0)
        else:
            lines[-1] = longer
    return lines


def _aligned(item: Row, widths: Sequence[int], style: Style) -> list[str]:
    columns = zip((item.label, *item.cells), widths, strict=True)
    cells = [cell.ljust(width) for cell, width in columns if width]
    head = "  " + "".join(f"{cell}  " for cell in cells)
    first, *more = wrapped(item.words, style, len(head))
    label = f"  {paint(item.label, item.colour, style)}"
    return [
        f"{label}{head[2 + len(item.label) :]}{first.lstrip()}".rstrip(),
        *more,
        *_below(item, style, len(head)),
    ]


def _stacked(item: Row, style: Style) -> list[str]:
    first, *more = joined(
        [f"  {item.label}", *(cell for cell in item.cells if cell)], style, "  ", 4
    )
    head = [f"  {paint(item.label, item.colour, style)}{first[2 + len(item.label) :]}", *more]
    return [*head, *(wrapped(item.words, style, 6) if item.words else []), *_below(item, style, 6)]


def _below(item: Row, style: Style, indent: int) -> list[str]:
    return [
        paint(line, "dim", style) for text in item.below for line in wrapped(text, style, indent)
    ]


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*table, strict=True)]
