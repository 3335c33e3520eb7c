"""The scheduler: greenlets parked on commands, one question for all who ask it, one border for
mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

# Loaded before any greenlet: pytest rewrites it as it is loaded
import testinfra.modules.file  # noqa: F401

from tuile.platforms.posix_shell import session
from tuile.platforms.posix_shell.commands import together
from tuile.platforms.posix_shell.probes import ProbeRunner
from tuile.platforms.posix_shell.testinfra_backend import Answer
from tuile.policy.errors import NotApplicable, Unseen


def run(
    looks: Mapping[str, Callable[[Any], Any]], say: Callable[[str], Answer | Unseen]
) -> tuple[Any, list[list[str]]]:
    """Return what was seen, and the commands of each round."""
    scheduler, rounds = ProbeRunner("host", looks), []
    while commands := scheduler.wanted():
        rounds.append(commands)
        for command in commands:
            scheduler.answer(command, say(command))
    return scheduler.seen, rounds


def echo(command: str) -> Answer:
    """Answer a command with itself."""
    return Answer(0, command.encode(), b"")


def test_one_round_for_all() -> None:
    """Looks that ask one thing each are answered in one round, identical commands once."""
    looks = {
        str(number): lambda host, n=number: host.run("ask %s", str(n % 3)).stdout
        for number in range(9)
    }
    seen, rounds = run(looks, echo)
    assert rounds == [["ask 0", "ask 1", "ask 2"]]
    assert seen == {str(number): f"ask {number % 3}" for number in range(9)}


def test_what_does_not_depend_goes_together() -> None:
    """Commands that a look announces go out in one round, also where another has asked one of them
    already.
    """
    seen, rounds = run(
        {
            "one": lambda host: host.run("b").stdout,
            "three": lambda host: [
                answer.stdout for answer in together(host, ("a",), ("b",), ("c %s", "d"))
            ],
        },
        echo,
    )
    assert rounds == [["b", "a", "c d"]]
    assert seen == {"one": "b", "three": ["a", "b", "c d"]}


def test_rounds_are_the_longest_chain() -> None:
    """A look with three dependent commands takes three rounds, whatever the others do; old answers
    are kept.
    """

    def chain(host: Any) -> str:  # noqa: ANN401
        first = host.run("a").stdout
        second = host.run("%s", first + "b").stdout
        return str(host.run("a").stdout + host.run("c").stdout + second)

    seen, rounds = run({"chain": chain, "single": lambda host: host.run("a").stdout}, echo)
    assert (rounds, seen["chain"]) == ([["a"], ["ab"], ["c"]], "acab")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AssertionError("Unexpected exit code 2"), "Unexpected exit code 2"),
        (RuntimeError("cannot tell"), "cannot tell"),
        (NotImplementedError(), "NotImplementedError"),
        (ValueError("no\nnumber"), "ValueError: no number"),
        (KeyError("x"), "KeyError: 'x'"),
        (Unseen("seen nothing"), "seen nothing"),
    ],
)
def test_border(error: Exception, words: str) -> None:
    """Whatever a look raises is "could not look", in its own words, and costs no other look."""

    def fail(host: Any) -> None:  # noqa: ANN401
        host.run("a")
        raise error

    seen, _ = run({"bad": fail, "good": lambda host: host.run("a").rc}, echo)
    assert (type(seen["bad"]), str(seen["bad"]), seen["good"]) == (Unseen, words, 0)


def test_not_applicable_is_kept() -> None:
    """NotApplicable stays what it is."""

    def nothing(_host: Any) -> None:  # noqa: ANN401
        raise NotApplicable("no such key")

    assert isinstance(run({"n": nothing}, echo)[0]["n"], NotApplicable)


def test_unseen_answer_reaches_all_who_asked() -> None:
    """A command without answer is Unseen for each look that asked it, also later."""
    looks = {"a": lambda host: host.run("x").rc, "b": lambda host: (host.run("y"), host.run("x"))}
    seen, _ = run(looks, lambda command: Unseen("hung") if command == "x" else echo(command))
    assert [str(seen[key]) for key in "ab"] == ["hung", "hung"]


def test_bytes_survive() -> None:
    """Bytes that are no UTF-8 come through text and back into the next command."""
    data = b"\xff\xfe\x00\xc3\xa9"
    asked: list[str] = []

    def look(host: Any) -> bytes:  # noqa: ANN401
        first = host.run("first")
        host.run("ls %s", first.stdout.replace("\0", ""))
        return bytes(first.stdout_bytes)

    def say(command: str) -> Answer:
        asked.append(command)
        return Answer(0, data, b"")

    assert run({"l": look}, say)[0]["l"] == data
    assert asked[1].encode("utf-8", "surrogateescape") == b"ls '\xff\xfe\xc3\xa9'"


def test_nul_in_a_command() -> None:
    """A command with a NUL is refused in words before it reaches a host."""
    seen, rounds = run({"n": lambda host: host.run("ls %s", "a\0b")}, echo)
    assert (rounds, "NUL" in str(seen["n"])) == ([], True)


def test_stock_modules_run() -> None:
    """Modules of testinfra work as they are, and their failed assertions name the command and its
    complaint.
    """
    looks = {
        "file": lambda host: host.file("/x").exists,
        "mode": lambda host: host.check_output("stat %s", "/x"),
    }

    def say(command: str) -> Answer:
        if command.startswith("uname"):
            return Answer(0, b"Linux\n", b"")
        return Answer(1, b"", b"stat: /x: Permission denied\n")

    seen, _ = run(looks, say)
    assert seen["file"] is False
    # pytest rewrites the assertions of testinfra, and adds to their words.
    assert str(seen["mode"]).startswith(
        'Unexpected exit code 1 for "stat /x": stat: /x: Permission denied'
    )


def test_sudo_of_one_look_is_its_own() -> None:
    """A look that runs a part as another user changes nothing for the looks beside it."""

    def other(host: Any) -> str:  # noqa: ANN401
        with host.sudo("www-data"):
            return str(host.run("id").stdout)

    seen, _ = run({"other": other, "plain": lambda host: host.run("id").stdout}, echo)
    assert (seen["other"], seen["plain"]) == ("sudo -u www-data /bin/sh -c id", "id")


def test_close_ends_what_waits() -> None:
    """Looks that still wait are ended, and their own clean-up runs."""
    left: list[str] = []

    def wait(host: Any) -> None:  # noqa: ANN401
        try:
            host.run("never")
        finally:
            left.append("cleaned")

    scheduler = ProbeRunner("host", {"w": wait})
    scheduler.close()
    assert (left, scheduler.seen, scheduler.wanted()) == (["cleaned"], {}, [])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("cat: /etc/shadow: Permission denied", "needs root"),
        ("sshd: no hostkeys available -- exiting.", "needs root"),
        ("Input/output error", "Input/output error"),
    ],
)
def test_what_only_root_could_see_is_told_plainly(said: str, told: str) -> None:
    """The words of tools that may not read become "needs root"; any other trouble keeps its own
    words.
    """
    assert str(session._plainly(Unseen(said))) == told
