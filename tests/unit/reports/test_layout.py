"""Lines fit the terminal, columns stand under each other, and no host can steer the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuile.reports import Style
from tuile.reports.text.layout import Row, joined, paint, printable, rows, shortened, wrapped

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=20).map(" ".join)


@given(st.text(), st.integers(2, 300))
def test_any_text_is_made_printable_and_short(text: str, longest: int) -> None:
    """No control, format or surrogate character is left, and only escapes make a cut text longer
    than it may be.
    """
    shown = shortened(text, longest)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    shown.encode("utf-8")
    assert len(text) <= longest or shown.endswith("…")


def test_escapes_say_which_character_it_was() -> None:
    """A byte that is no UTF-8, an escape sequence and a change of direction are all seen as what
    they are.
    """
    assert printable("a\x1b[2J\n\t\udcff\u202e\ufeffé…") == "a\\x1b[2J\\n\\t\\xff\\u202e\\ufeffé…"


@given(WORDS, st.integers(20, 60), st.integers(0, 8))
def test_wrapped_text_fits_and_loses_no_word(text: str, width: int, indent: int) -> None:
    """Every line is within the width and all words are there in their order."""
    lines = wrapped(text, Style(width=width), indent)
    assert all(len(line) <= width for line in lines)
    assert all(line.startswith(" " * indent) for line in lines)
    assert " ".join(lines).split() == text.split()


@given(WORDS)
def test_without_width_nothing_is_wrapped(text: str) -> None:
    """Piped text keeps each finding on one line."""
    assert wrapped(text, Style()) == [text]
    assert len(rows([Row("FAIL", "red", ("high", "rule"), text)], Style())) == 1


@given(WORDS, st.integers(24, 140))
def test_colour_changes_no_word(text: str, width: int) -> None:
    """A coloured screen without its colours is the plain screen."""
    items = [
        Row("FAIL", "red", ("high", "some-rule"), text, ("below",)),
        Row("N/A", "dim", ("low", "r"), "x"),
    ]
    coloured = "\n".join(rows(items, Style(colour=True, width=width)))
    for code in ("31;1", "2", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == "\n".join(rows(items, Style(width=width)))


def test_a_colour_paints_only_where_it_is_asked_for() -> None:
    """Without colour, without words or without a name of a colour, nothing is added."""
    assert paint("FAIL", "red", Style(colour=True)) == "\x1b[31;1mFAIL\x1b[0m"
    assert paint("FAIL", "red", Style()) == "FAIL"
    assert paint("", "red", Style(colour=True)) == ""
    assert paint("FAIL", "", Style(colour=True)) == "FAIL"


def test_columns_stand_under_each_other() -> None:
    """Cells are as wide as their widest, and a column that is empty in all rows takes no room."""
    items = [
        Row("FAIL", "red", ("", "a"), "one"),
        Row("ERROR", "magenta", ("", "long-rule"), "two"),
    ]
    assert rows(items, Style(width=80)) == ["  FAIL   a          one", "  ERROR  long-rule  two"]


def test_narrow_terminals_have_words_below() -> None:
    """Where the words would have too little room, they go to a line of their own."""
    assert rows([Row("FAIL", "red", ("high", "some-rule"), "is 1, wanted 0")], Style(width=40)) == [
        "  FAIL  high  some-rule",
        "      is 1, wanted 0",
    ]


def test_parts_are_broken_between_each_other() -> None:
    """A part is never torn where it fits a line of its own."""
    assert joined(["aaaa", "bbbb", "cccc"], Style(width=11)) == ["aaaa · bbbb", "  cccc"]
    assert joined(["aaaa", "bbbb"], Style()) == ["aaaa · bbbb"]
