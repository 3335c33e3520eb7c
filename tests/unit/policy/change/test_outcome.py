"""What became of a rule, as far as it can be told from what was seen before and after."""

from __future__ import annotations

import pytest

from tuile.policy.change.outcome import came_since, words_about
from tuile.policy.condition import Value


@pytest.mark.parametrize(
    ("before", "now", "since"),
    [
        (("/usr/bin/chfn",), ("/usr/bin/dotlockfile",), True),
        (("/usr/bin/chfn",), ("/usr/bin/chfn",), False),
        (("/usr/bin/chfn", "/usr/bin/wall"), ("/usr/bin/dotlockfile", "/usr/bin/wall"), False),
        (("/usr/bin/chfn",), (), False),
    ],
    ids=["another", "the-same", "one-of-two", "none-named"],
)
def test_what_came_since_is_told_from_what_stayed(
    before: Value, now: Value, *, since: bool
) -> None:
    """What is listed now came since where none of it was listed before."""
    assert came_since({"offenders": before, "more": 0}, {"offenders": now, "more": 0}) is since


def test_what_was_counted_only_may_be_what_is_listed_now() -> None:
    """Where others were counted before and not named, those named now may have been among them."""
    assert not came_since({"offenders": ("/a",), "more": 1}, {"offenders": ("/b",), "more": 0})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("no such unit (rule r1) read-only (rule r2)", "read-only"),
        ("no such unit (rule r1)", ""),
        ("/etc/x changed since it was read", "/etc/x changed since it was read"),
        ("read-only (rule r2) and more", "read-only"),
    ],
)
def test_a_rule_gets_the_words_about_itself(said: str, words: str) -> None:
    """Of words that name rules those before its own name; words that name none are about all of the
    kind.
    """
    assert words_about("r2", said) == words
