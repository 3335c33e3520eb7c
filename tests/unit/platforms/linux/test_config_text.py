"""Edits change the line they are about, and leave every other byte as it was."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tuile.platforms.linux.config_text import set_line, settings, start, without_lines
from tuile.policy.kind import Draft

LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Zl", "Zp", "Cc"]), max_size=8)
TEXT = st.lists(
    st.sampled_from(["key = 1\n", "key=2\r\n", "other = 3\n", "# key = 0\n", "\n", "  key = 4\n"])
).map("".join)
KEY = r"key\s*="


def test_a_new_file_begins_with_its_header() -> None:
    """The header says whose file it is, in the comment sign of the file."""
    text = start(Draft("/etc/x.conf", None, "Written by Tuile."), ";")
    assert text.startswith("; Written by Tuile.\n; ")
    assert text.endswith("\n")


def test_an_old_file_begins_as_it_is() -> None:
    """No header is put into a file that is there, even if it is empty."""
    assert start(Draft("/etc/x.conf", "", "Written by Tuile.")) == ""
    assert start(Draft("/etc/x.conf", "a", "Written by Tuile.")) == "a"


def test_a_line_is_set_in_its_place_and_its_doubles_go() -> None:
    """The first line that matches becomes the line, later ones go, comments stay."""
    text = "# key = 0\na\nkey = 1\nb\nkey=2\n"
    assert set_line(text, KEY, "key = 9") == "# key = 0\na\nkey = 9\nb\n"


def test_a_line_is_added_on_a_line_of_its_own() -> None:
    """A file without newline at its end gets one before the new line, an empty one does not."""
    assert set_line("a", KEY, "key = 9") == "a\nkey = 9\n"
    assert set_line("a\n", KEY, "key = 9") == "a\nkey = 9\n"
    assert set_line("", KEY, "key = 9") == "key = 9\n"


def test_lines_are_taken_out() -> None:
    """Only lines that match from their start go."""
    assert without_lines("key = 1\nnokey = 1\n# key = 1", KEY) == "nokey = 1\n# key = 1"


def test_settings_are_read_in_their_order() -> None:
    """Comments and blank lines are left out, a value keeps its separators, a key alone has an empty
    value.
    """
    lines = ["# no", "", "  ; no", "a = 1", " b=2 = 3 ", "c"]
    assert settings(lines, r"\s*=\s*", "#;") == [("a", "1"), ("b", "2 = 3"), ("c", "")]


@given(TEXT)
def test_setting_a_line_twice_changes_nothing_more(text: str) -> None:
    """An edit is idempotent, leaves exactly one line that matches, and every other line untouched."""
    once = set_line(text, KEY, "key = 9")
    assert set_line(once, KEY, "key = 9") == once
    assert [line for line in once.splitlines() if re.match(KEY, line)] == ["key = 9"]
    assert without_lines(once, KEY) == without_lines(text, KEY)


@given(st.lists(LINE))
def test_text_without_a_match_is_kept_to_the_byte(lines: list[str]) -> None:
    """Whatever else a file holds is kept, and only a missing last newline is added before the new
    line.
    """
    text = "\n".join(line for line in lines if not re.match(KEY, line))
    edited = set_line(text, KEY, "key = 9")
    assert edited.startswith(text)
    assert edited[len(text) :] in {"key = 9\n", "\nkey = 9\n"}
