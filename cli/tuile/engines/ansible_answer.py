"""Reads the answer that a host has left in a run of Ansible: what failed there, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Answer = Mapping[str, Any]
_NO_PYTHON = re.compile(
    r"python3?\S*: (command )?not found|interpreter .* was not found", re.IGNORECASE
)
NO_PYTHON = "no python3 on this host: use --engine pyinfra, or install python3"
_LAST = 12
"""Lines of a long complaint that are kept: its end, where programs say what is wrong."""


def failures(answer: Answer) -> dict[str, str]:
    """Return what failed on a host, by kind; "" as kind: the host itself."""
    if unreached := _unreached(answer["reached"]):
        return {"": unreached}
    return {failed["kind"]: failed_words(failed) for failed in answer["failed"]}


def failed_words(failed: Answer) -> str:
    """Return the name of a task that failed, and what its module, or the module of each failed
    item, said.
    """
    complaints = list(dict.fromkeys(_complaints(failed["result"])))
    words = "; ".join(complaints) or "failed without a word"
    return NO_PYTHON if _NO_PYTHON.search(words) else f"{failed['task']}: {words}"


def _unreached(reached: Answer) -> str:
    """Return why nothing could be done on a host at all, or ""."""
    if reached.get("unreachable"):
        return _end_of(str(reached.get("msg", "unreachable")))
    if reached.get("rc") == 0:
        return NO_PYTHON if "no-python3" in str(reached.get("stdout")) else ""
    said = [
        line for name in ("stdout", "stderr") for line in str(reached.get(name, "")).splitlines()
    ]
    words = [line for line in said if not line.startswith("Shared connection to ")]
    return _end_of("\n".join(words)) or _end_of(
        str(reached.get("msg", "the login shell runs nothing"))
    )


def _complaints(result: Answer) -> Iterator[str]:
    items = [
        item for item in result.get("results", ()) if item.get("failed") or item.get("unreachable")
    ]
    for item in items:
        yield from _complaints(item)
    if not items:
        yield _complaint(result)


def _complaint(result: Answer) -> str:
    """Return what a module says; of a command that it ran, that command's own words."""
    message = str(result.get("msg") or "")
    said = _end_of(
        str(result.get("stderr") or result.get("module_stderr") or result.get("stdout") or "")
    )
    if said and "exit_status" in result:  # a validator's
        return f"{_end_of(message)}: {said}"
    return said if said and "rc" in result else _end_of(message)


def _end_of(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[-_LAST:])
