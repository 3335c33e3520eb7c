"""What a way to a host must be able to do, and what takes the bytes that come from there."""

from __future__ import annotations

from typing import Protocol


class Channel(Protocol):
    """The input of one running command, and its end."""

    def write(self, data: bytes) -> None:
        """Give the command something to read."""

    def close(self) -> None:
        """Abandon the command."""


class Receiver(Protocol):
    """Whoever takes what a command prints."""

    def received(self, data: bytes, *, stderr: bool) -> None:
        """Take some bytes of one of its streams."""

    def ended(self, status: int | None) -> None:
        """Take note that there is no more to come; None: nobody knows how it ended."""


class Transport(Protocol):
    """A way to one host."""

    async def connect(self) -> None:
        """Reach the host and log in.

        Raises:
            NotReached: in words.

        """

    async def open(self, command: str, receiver: Receiver) -> Channel:
        """Start a command there, as plain words that every login shell reads alike.

        Raises:
            NotReached: in words.

        """

    @property
    def alive(self) -> bool:
        """Return whether another command could be started."""

    async def close(self) -> None:
        """Let go of the host."""
