"""Text from elsewhere neither steers a terminal nor hides there."""

from __future__ import annotations

import json

import pytest

from tuile.policy.printable import printable, printable_json, printable_lines

STEERING = [
    "\x1b[31m",
    "\x9b2J",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u061c",
    "\u2028",
    "\ufeff",
    "\U000e0041",
]


@pytest.mark.parametrize("text", STEERING)
def test_no_form_holds_what_steers(text: str) -> None:
    """Controls, marks of direction and tags are escapes on screens, in logs and in JSON."""
    document = json.dumps({"a": f"x{text}y"}, ensure_ascii=False)
    for shown in (printable(f"x{text}y"), printable_lines(f"x{text}y"), printable_json(document)):
        assert shown.isprintable()
    assert json.loads(printable_json(document)) == {"a": f"x{text}y"}


def test_what_people_write_stays() -> None:
    """Accents, other scripts and spaces that do not break are text."""
    text = "Données à jour : 3\u00a0%\u202f; 日本語 ✓ 😀"
    assert printable(text) == printable_lines(text) == printable_json(text) == text


def test_ends_of_lines_and_bytes() -> None:
    """On one line an end of a line is an escape; a byte that is no UTF-8 always is."""
    assert printable("a\n\tb\r\udcff\x00") == "a\\n\\tb\\r\\xff\\x00"
    assert printable_lines("a\n\tb\r\udcff") == "a\n\tb\\r\\xff"
