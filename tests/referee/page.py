"""The page that the referee's runs are written to: what it passes, and where it and Tuile say the
same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.referee.pairs import Excuse, Row, reason

APPLICABLE = ("pass", "fail")


@dataclass(frozen=True)
class Moment:
    """A host at one time: what the referee says of it, and the pairs that both have judged."""

    theirs: Mapping[str, str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Figures:
    """Two scans of one host with an apply between them."""

    host: str
    version: str
    baseline: str
    level: str
    before: Moment
    after: Moment
    exceptions: Mapping[str, Excuse]

    @property
    def counting(self) -> Mapping[str, str]:
        """Return what the referee says afterwards, without its failures that are set aside."""
        excuses = {
            rule: reason(rule, self.exceptions)
            for rule, said in self.after.theirs.items()
            if said == "fail"
        }
        aside = {rule for rule, excuse in excuses.items() if excuse and excuse.set_aside}
        return {rule: said for rule, said in self.after.theirs.items() if rule not in aside}


def page(found: Figures) -> str:
    """Return the page in Markdown."""
    return (
        "\n\n".join(
            [_head(found), _passes(found), _failures(found), _agreement(found), _rows(found)]
        )
        + "\n"
    )


def share(part: int, whole: int) -> str:
    """Return a share in per cent, beside its counts, and rounded down."""
    return f"{part * 1000 // whole / 10:.1f} % ({part} of {whole})" if whole else "– (0 of 0)"


def passed(theirs: Mapping[str, str]) -> tuple[int, int]:
    """Return how many of the referee's applicable rules pass, and how many there are."""
    counts = Counter(theirs.values())
    return counts["pass"], sum(counts[word] for word in APPLICABLE)


def agreed(rows: Sequence[Row]) -> tuple[int, int]:
    """Return on how many pairs both say the same, and how many there are."""
    return sum(row.agreed for row in rows), len(rows)


def _head(found: Figures) -> str:
    return f"""# An independent referee

OpenSCAP with the profile *ANSSI-BP-028 ({found.level})* of ssg-debian {found.version} judges the same host as
Tuile, before and after `tuile apply --baseline {found.baseline} --level {found.level}`. The host: {found.host}.
Run it yourself: `make referee`. Which rules are held against each other is said in `tests/referee/pairs.yaml`."""


def _passes(found: Figures) -> str:
    rows = []
    for name, moment in (("before", found.before), ("after", found.after)):
        counts = Counter(moment.theirs.values())
        others = ", ".join(
            f"{count} {word}" for word, count in sorted(counts.items()) if word not in APPLICABLE
        )
        rows.append(
            f"| {name} | {counts['pass']} | {counts['fail']} | {share(*passed(moment.theirs))} |"
            f" {others} |"
        )
    table = ["| | pass | fail | of the applicable | besides |", "|---|---|---|---|---|", *rows]
    aside = (
        "Without what is a mistake of the referee or the work of an installer:"
        f" {share(*passed(found.counting))} after."
    )
    return "\n".join(["## What the referee passes", "", *table, "", aside])


def _failures(found: Figures) -> str:
    failing = [rule for rule, result in sorted(found.after.theirs.items()) if result == "fail"]
    rows = [f"| `{rule}` | {_excuse(reason(rule, found.exceptions))} |" for rule in failing]
    head = [
        "## What it still fails after the apply, and why",
        "",
        "| Referee's rule | | Reason |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) if rows else "\n".join([*head[:2], "Nothing."])


def _excuse(excuse: Excuse | None) -> str:
    return f"{excuse.sort} | {excuse.why}" if excuse else "| **no reason is written**"


def _agreement(found: Figures) -> str:
    rows = [
        f"| {name} | {share(*agreed(m.rows))} |"
        for name, m in (("before", found.before), ("after", found.after))
    ]
    head = ["## Where both test the same thing", "", "| | both say the same |", "|---|---|"]
    return "\n".join([*head, *rows])


def _rows(found: Figures) -> str:
    before = {(row.referee, row.ours): row for row in found.before.rows}
    after = {(row.referee, row.ours): row for row in found.after.rows}
    lines = []
    for key in sorted(
        before.keys() | after.keys(), key=lambda key: (key[0], key[1].rule, key[1].fields)
    ):
        cells = [_cells(moment.get(key)) for moment in (before, after)]
        fields = f" ({', '.join(key[1].fields)})" if key[1].fields else ""
        lines.append(f"| `{key[0]}` | `{key[1].rule}`{fields} | {' | '.join(cells)} |")
    head = [
        "## Rule by rule",
        "",
        "Referee / Tuile; **bold** where they differ, – where one of them says nothing.",
        "",
    ]
    return "\n".join(
        [*head, "| Referee's rule | Tuile's rule | before | after |", "|---|---|---|---|", *lines]
    )


def _cells(row: Row | None) -> str:
    if row is None:
        return "–"
    words = f"{_word(row.theirs_passes)} / {_word(row.ours_passes)}"
    return words if row.agreed else f"**{words}**"


def _word(passes: bool) -> str:  # noqa: FBT001 -- one word of two
    return "pass" if passes else "fail"
