"""The order of hosts and findings, the same in every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tuile.policy.model import PlannedRule, Verdict


def by_name(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what a host sorts by: its name, with numbers by value: pc-2 stands before pc-10."""
    return tuple(
        (0, int(part), part) if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name)
        if part
    )


def ranked(verdicts: Iterable[Verdict], planned: Mapping[str, PlannedRule]) -> list[Verdict]:
    """Return verdicts with the most severe first, then by rule id."""
    return sorted(
        verdicts, key=lambda verdict: (-planned[verdict.rule].rule.severity, verdict.rule)
    )
