"""What all documents of JSON share: the envelope, times and texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tuile.policy.printable import printable_json
from tuile.policy.shareable import all_masked
from tuile.policy.text import Text

SCHEMA = "tuile.report/1"
"""The form of the documents: a field may be added within it; the number changes where one goes or
changes meaning.
"""


def document(what: str, code: int, **fields: Any) -> str:  # noqa: ANN401 -- plain JSON data
    """Return the document, without secrets; bytes that are no UTF-8 stand as escaped surrogates: it
    is UTF-8 itself.

    What could steer the terminal that shows it, or hide there, stands as an escape of JSON: the
    values are the same.
    """
    document = {"schema": SCHEMA, "report": what, "exit_code": code, **all_masked(fields)}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return printable_json(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def time(moment: datetime) -> str:
    """Return a moment in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def said(text: Text | None) -> dict[str, str] | None:
    """Return a text in both languages."""
    return None if text is None else {"en": text.en, "fr": text.fr}
