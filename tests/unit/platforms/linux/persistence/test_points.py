"""The look into the places where code starts by itself: its answer, and the shell that it is asked
with.
"""

from __future__ import annotations

import shlex
import subprocess
from typing import get_args

import pytest
from testinfra.backend.base import BaseBackend, CommandResult

from tuile.platforms.linux.persistence.points import LOOK, Found, Point, looked
from tuile.platforms.linux.persistence.program import PROGRAM
from tuile.policy.errors import Unseen


def answer(status: int, printed: str, complaints: str = "") -> CommandResult:
    """Return what a host answers."""
    return CommandResult(
        BaseBackend("table"), status, "look", printed.encode(), complaints.encode()
    )


def test_what_is_found_is_told_with_what_is_to_be_said_about_it() -> None:
    """A record is a file with its family, its flaw and a word about it."""
    found = looked(
        answer(
            0,
            "jobs\twritable\tuser"
            " games\t/etc/cron.d\0libraries\tadded\t\t/etc/ld.so.preload\0end\0",
        )
    )
    assert found == (
        Found("jobs", "writable", "/etc/cron.d", "user games"),
        Found("libraries", "added", "/etc/ld.so.preload", ""),
    )
    assert [each.say() for each in found] == ["/etc/cron.d (user games)", "/etc/ld.so.preload"]


@pytest.mark.parametrize(
    "result", [answer(0, ""), answer(124, ""), answer(13, "end\0", "/root: Permission denied")]
)
def test_a_look_that_did_not_end_is_no_answer(result: CommandResult) -> None:
    """Without its last word, or with a status, nothing was seen."""
    with pytest.raises(Unseen):
        looked(result)


def test_the_command_is_a_program_and_places_of_every_family() -> None:
    """The program stands between two quotes, so it holds none; each family has places."""
    words = shlex.split(LOOK)
    assert "'" not in PROGRAM
    assert words[:6] == ["timeout", "60", "nice", "-n", "19", "perl"]
    assert {word.split(":")[0] for word in words[9:]} == set(get_args(Point))


def test_the_program_is_perl() -> None:
    """Perl reads it without a complaint."""
    # A fixed program
    done = subprocess.run(["perl", "-ce", PROGRAM], capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert "syntax OK" in done.stderr, done.stderr
