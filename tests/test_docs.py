"""What the documentation says is so: links lead somewhere, and command lines are ones that the
program takes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tuile.catalog import Kinds
from tuile.main import COMMANDS, group

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def command_lines(page: Path) -> Iterator[str]:
    """Yield the command lines of Tuile that a page shows in blocks, without their comments."""
    for line in page.read_text(encoding="utf-8").splitlines():
        found = re.match(r"\s+(?:\$ )?tuile (.*)", line)
        if found and not re.match(r"\s+tuile [A-Z]", line):
            yield found[1].split("  #")[0].strip()


def unknown_parts(words: list[str]) -> list[str]:
    """Return the words of a command line that name no command or no option of it."""
    command: click.Command = group
    context = click.Context(group)
    unknown: list[str] = []
    for word in words:
        if (
            isinstance(command, click.Group)
            and not word.startswith("-")
            and word not in ("fr", "en")
        ):
            found = command.get_command(context, word)
            if found is None:
                return [word]
            command = found
        elif word.startswith("-"):
            names = {
                name
                for option in (*command.params, *group.params)
                for name in (*option.opts, "--help")
            }
            unknown += [] if word.split("=")[0] in names else [word]
    return unknown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file or folder that is there."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "docs/tutorial.md"], ids=lambda page: page.name
)
def test_command_lines_are_understood(page: Path) -> None:
    """Commands and options in the README and the tutorial exist."""
    lines = list(command_lines(page))

    assert len(lines) > 5
    assert {line: wrong for line in lines if (wrong := unknown_parts(shlex.split(line)))} == {}


def test_a_wrong_command_line_would_be_seen() -> None:
    """The reading above finds what is not there."""
    assert unknown_parts(["chek", "-i", "x"]) == ["chek"]
    assert unknown_parts(["check", "--inventroy", "x"]) == ["--inventroy"]
    assert unknown_parts(["--lang", "fr", "baseline", "lint", "-i", "x"]) == []


def test_every_command_and_kind_has_its_page() -> None:
    """The reference names each command and has a page for each kind."""
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"## `tuile {name}`" not in reference] == []
    assert [
        kind for kind in Kinds() if not (ROOT / f"docs/reference/kinds/{kind}.md").exists()
    ] == []
