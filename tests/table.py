"""A testinfra host whose every answer stands in a table: what the table does not list is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

Answer = str | Mapping[str, Any]
"""What a command prints, or its `rc`, `stdout` and `stderr`."""


class Table(BaseBackend):  # type: ignore[misc]
    """Answers commands from a table, and remembers which were never asked."""

    NAME = "table"

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__("table")
        self._answers = answers
        self.unasked = set(answers)

    # Testinfra's signature
    def run(self, command: str, *args: str, **_: Any) -> CommandResult:  # noqa: ANN401
        """Return the answer that the table has for a command, quoted as it goes to a host."""
        asked = self.quote(command, *args)
        key = next((key for key in self._answers if asked == key or _begins(asked, key)), None)
        if key is None:
            raise KeyError(f"the case does not say what the host answers to: {asked}")
        self.unasked.discard(key)
        answer = self._answers[key]
        known: Mapping[str, Any] = {"stdout": answer} if isinstance(answer, str) else answer
        return self.result(
            known.get("rc", 0), asked.encode(), known.get("stdout", ""), known.get("stderr", "")
        )


def _begins(asked: str, key: str) -> bool:
    """Return whether a key that ends with "…" is how a command begins: long scripts need not be
    told whole.
    """
    return key.endswith("…") and asked.startswith(key.removesuffix("…"))


def table_host(answers: Mapping[str, Answer]) -> tuple[Host, Table]:
    """Return a host that answers from a table, and the table."""
    table = Table(answers)
    return Host(table), table
