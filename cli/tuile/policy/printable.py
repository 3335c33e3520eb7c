r"""Text from elsewhere as it may be shown or logged: what could steer a terminal, or hide, is an
escape: \x1b.
"""

from __future__ import annotations

import re

_HIDDEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""DEL and C1, soft hyphens, marks of writing direction, what has no width, separators of lines,
tags.
"""
_BROKEN = "\ud800-\udfff"
"""Halves of characters, which stand for bytes that are no UTF-8 (surrogateescape)."""
_IN_A_LINE = re.compile(f"[\x00-\x1f{_HIDDEN}{_BROKEN}]")
_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f{_HIDDEN}{_BROKEN}]")
_IN_JSON = re.compile(f"[{_HIDDEN}]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BYTE, _FOUR_DIGITS = 0x100, 0x10000


def printable(text: str) -> str:
    r"""Return a text with every character that could steer a terminal or hide in it written as an
    escape: \x1b.
    """
    return _IN_A_LINE.sub(_escaped, text)


def printable_lines(text: str) -> str:
    """Return a text of several lines likewise; the ends of lines, and tabs, stay what they are."""
    return _IN_LINES.sub(_escaped, text)


def printable_json(document: str) -> str:
    """Return a JSON document that says the same and holds none of these characters itself."""
    return _IN_JSON.sub(_escaped_in_json, document)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    # A byte that was no UTF-8, as surrogateescape keeps it
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004
        return f"\\x{code - 0xDC00:02x}"
    if code < _BYTE:
        return _NAMED.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _FOUR_DIGITS else f"\\U{code:08x}"


def _escaped_in_json(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < _FOUR_DIGITS:
        return f"\\u{code:04x}"
    high, low = divmod(code - _FOUR_DIGITS, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
