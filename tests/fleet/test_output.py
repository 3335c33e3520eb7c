"""How the program behaves on a terminal, in a pipe, and before a reader that leaves."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import pytest

from tests.fleet.policy import reach, rule, write_inventory, write_policy
from tests.fleet.program import TUILE, Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab
CHECK = ("check", "-i", "inventories", "--no-store")
LONG = "a" * 150
CTRL_C = "\x03"


@pytest.fixture
def one(fleet: Mapping[str, LabHost], program: Program) -> Program:
    """Return the program with an inventory of one host, of which a rule with a long subject fails."""
    write_policy(program.folder, rule("long", "file", path=f"/etc/{LONG}", mode="0600"))
    write_inventory(program.folder, {"one": reach(fleet["good"])})
    return program


def test_a_pipe_gets_neither_colour_nor_wrapping(one: Program) -> None:
    """A line that is long stays one line, without escape sequences or progress."""
    done = one.run(*CHECK)
    assert "\x1b" not in done.out + done.err
    assert done.err == ""
    assert [line for line in done.out.splitlines() if LONG in line and "wanted 0600" in line]


def test_a_terminal_gets_colour_and_wrapping(one: Program) -> None:
    """On a terminal words are coloured, and no line is wider than it is."""
    done = one.on_terminal(*CHECK)
    assert done.code == 1
    assert "\x1b[" in done.out
    assert "FAIL" in done.plain


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_is_declined(one: Program, setting: dict[str, str]) -> None:
    """NO_COLOR and a dumb terminal mean no colour (no-color.org)."""
    done = one.on_terminal(*CHECK, **setting)
    screen = done.out[done.out.rindex("one ·") :]
    assert "\x1b[" not in screen


def test_the_bar_says_what_is_waited_for(fleet: Mapping[str, LabHost], program: Program) -> None:
    """A host that takes its time is named with the command that does not end; Ctrl-C there ends the
    wait.
    """
    write_inventory(program.folder, {"good": reach(fleet["good"]), "hung": reach(fleet["hung"])})
    done = program.on_terminal(*CHECK, answers={"no end of": CTRL_C})
    assert done.code == 130
    assert "checking" in done.plain
    assert "1/2 hung: looking" in done.plain
    assert 'hung: no end of "grep' in done.plain
    assert program.run(*CHECK, "-l", "good").err == ""


def test_a_reader_that_leaves(one: Program) -> None:
    """`tuile check | head -1` ends quietly."""
    command = f"{TUILE} {' '.join(CHECK)} | head -1; {TUILE} baseline show linux-server | head -1"
    done = subprocess.run(  # noqa: S602 -- the pipe of a shell is what is tested
        command,
        shell=True,
        cwd=one.folder,
        env=one.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (2, "")
