"""Edits of configuration text that leave everything else as it was, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tuile.policy.kind import Draft


def start(draft: Draft, comment: str = "#") -> str:
    """Return the text of a draft, or the header that a file of Tuile's own begins with."""
    if draft.text is not None:
        return draft.text
    return (
        f"{comment} {draft.header}\n{comment} Seen as drift if changed by hand; tailor the policy"
        " instead.\n"
    )


def set_line(text: str, matching: str, line: str) -> str:
    """Return `text` with `line` in the place of the first line that matches, and no other that
    does.

    `matching` is a regular expression that must match from the start of a line. Without such a
    line, `line` is added at the end. Line endings and a missing last newline elsewhere are kept.
    """
    pattern, done, kept = re.compile(matching), False, []
    for old in text.splitlines(keepends=True):
        if not pattern.match(old):
            kept.append(old)
        elif not done:
            kept.append(f"{line}\n")
            done = True
    if not done:
        kept = [_ended("".join(kept)), f"{line}\n"]
    return "".join(kept)


def without_lines(text: str, matching: str) -> str:
    """Return `text` without the lines that match from their start."""
    pattern = re.compile(matching)
    return "".join(line for line in text.splitlines(keepends=True) if not pattern.match(line))


def settings(lines: Iterable[str], separator: str, comments: str = "#") -> list[tuple[str, str]]:
    """Return the (key, value) pairs of lines such as "key = value", in their order; comments and
    the rest are left out.

    `separator` is a regular expression. A key without separator and value is given with the value
    "".
    """
    pairs: list[tuple[str, str]] = []
    for line in lines:
        bare = line.strip()
        if bare and bare[0] not in comments:
            key, *value = re.split(separator, bare, maxsplit=1)
            pairs.append((key.strip(), value[0].strip() if value else ""))
    return pairs


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
