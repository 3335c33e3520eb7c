"""A testinfra backend whose commands are answered by whoever asks `ask`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

from tuile.policy.errors import Unseen


@dataclass(frozen=True)
class Answer:
    """What one command came to."""

    status: int
    stdout: bytes
    stderr: bytes


class Result(CommandResult):  # type: ignore[misc]  # testinfra has no types
    """A result that names itself in one line, as testinfra puts it into the text of its assertions."""

    def __repr__(self) -> str:
        """Return the command and the last line of its complaint."""
        said = self.stderr.strip().splitlines()
        command = self.backend.decode(self.command)
        return f'"{command}"{f": {said[-1]}" if said else ""}'


class AskingBackend(BaseBackend):  # type: ignore[misc]  # testinfra has no types
    """Commands go to a function; text is UTF-8 in which any bytes survive, so no host is asked for
    its encoding.
    """

    NAME = "tuile"

    def __init__(
        self, hostname: str, ask: Callable[[str], Answer], expect: Callable[[str], None]
    ) -> None:
        super().__init__(hostname)
        self._ask, self._expect = ask, expect

    # Testinfra's signature
    def run(self, command: str, *args: str, **_kwargs: Any) -> CommandResult:  # noqa: ANN401
        """Return the answer of the host to one command.

        Raises:
            Unseen: the command hung or printed too much.
            ValueError: the command holds a NUL character, which no shell can read.

        """
        text = self.get_command(command, *args)
        if "\0" in text:
            raise ValueError("a command cannot hold a NUL character")
        answer = self._ask(text)
        return Result(self, answer.status, self.encode(text), answer.stdout, answer.stderr)

    def announce(self, command: str, *args: str) -> None:
        """Say that a command will be run in a moment, so that it goes out together with others."""
        self._expect(self.get_command(command, *args))

    def decode(self, data: bytes) -> str:
        """Return bytes of the host as text."""
        return data.decode("utf-8", "surrogateescape")

    def encode(self, data: str) -> bytes:
        """Return text as the bytes that it came from."""
        return data.encode("utf-8", "surrogateescape")


def host_over(hostname: str, ask: Callable[[str], Answer], expect: Callable[[str], None]) -> Host:
    """Return a testinfra host whose commands are answered by `ask`; `expect` is told of those to
    come.
    """
    backend = AskingBackend(hostname, ask, expect)
    host = Host(backend)
    backend.set_host(host)
    return host


__all__ = ["Answer", "AskingBackend", "Host", "Unseen", "host_over"]
