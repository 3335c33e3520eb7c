"""What a kind may use: labels of its state, and the output of commands that are known to have
worked.
"""

from __future__ import annotations

import pytest
from testinfra.backend.base import BaseBackend, CommandResult

from tests.unit.policy.made import KIND
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.errors import Unseen
from tuile.policy.target import Secret, Target
from tuile.policy.text import Text, both


def result(code: int, stdout: str = "", stderr: str = "") -> CommandResult:
    """Return what a command gave."""
    backend = BaseBackend("srv")
    return CommandResult(backend, code, "command", stdout.encode(), stderr.encode())


def test_labels_are_those_of_the_state() -> None:
    """Each field of the state has its words in both languages."""
    assert KIND.labels() == {
        "running": Text("", ""),
        "lasting": Text("after a reboot", "après redémarrage"),
    }


def test_output_of_a_command_that_worked() -> None:
    """Status 0, and those that the kind names, give what was printed."""
    assert output_of(result(0, "yes\n")) == "yes\n"
    assert output_of(result(3, "inactive\n"), 1, 3) == "inactive\n"


@pytest.mark.parametrize(
    ("found", "words"),
    [(result(1, "x", "warning\nno such file\n"), "no such file"), (result(127), "exit status 127")],
)
def test_output_of_a_command_that_failed_is_not_seen(found: CommandResult, words: str) -> None:
    """Its last words on stderr are the reason, or its status where it said nothing."""
    with pytest.raises(Unseen, match=words):
        output_of(found)


def test_a_secret_is_shown_by_nothing_but_reveal() -> None:
    """Neither repr nor str of a password, nor of a target that has one, shows it."""
    target = Target("srv", password=Secret("hunter2"), become_password=Secret("hunter2"))
    assert "hunter2" not in f"{target} {target!r} {target.password}"
    assert target.password is not None
    assert target.password.reveal() == "hunter2"


def test_texts_have_both_languages() -> None:
    """A text is read from a policy file and said in the language asked for."""
    text = Text.read({"en": "reload", "fr": "recharger"})
    assert (text.say("en"), text.say("fr")) == ("reload", "recharger")
    assert both("ssh").say("fr") == "ssh"
