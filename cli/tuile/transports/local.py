"""This machine itself, as a child process."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from contextlib import suppress
from typing import cast

from tuile.policy.text import Text
from tuile.transports import errors
from tuile.transports.interface import Channel, Receiver

_LAST_WAIT = 2.0  # seconds for children to be collected


class LocalTransport:
    """Commands on this machine, each in a session of its own."""

    alive = True

    def __init__(self) -> None:
        self._children: list[_Child] = []

    async def connect(self) -> None:
        """Do nothing: we are there."""

    async def open(self, command: str, receiver: Receiver) -> Channel:
        """Start a command, without a login shell in between.

        Raises:
            NotReached: there is no such program.

        """
        try:
            _, protocol = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Child(receiver), *shlex.split(command), start_new_session=True
            )
        except OSError as error:
            raise errors.NotReached(
                Text(
                    f"no shell could be started here: {error}",
                    f"aucun shell n'a pu démarrer ici : {error}",
                )
            ) from error
        self._children.append(protocol)
        return protocol

    async def close(self) -> None:
        """End all children and wait for them."""
        for child in self._children:
            child.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WAIT):
                for child in self._children:
                    await child.gone.wait()


class _Child(asyncio.SubprocessProtocol):
    """One child process: a channel to write to, and the events that asyncio reports."""

    def __init__(self, receiver: Receiver) -> None:
        self.gone = asyncio.Event()
        self._receiver = receiver
        self._transport: asyncio.SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._receiver.received(data, stderr=fd == 2)  # noqa: PLR2004 -- stderr

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        status = self._transport.get_returncode() if self._transport else None
        if self._transport is not None:
            self._transport.close()
        self.gone.set()
        self._receiver.ended(status)

    def write(self, data: bytes) -> None:
        """Write to the input of the child."""
        pipe = self._transport.get_pipe_transport(0) if self._transport else None
        if pipe is not None and not pipe.is_closing():
            cast("asyncio.WriteTransport", pipe).write(data)

    def close(self) -> None:
        """Kill the child and all that it started in its session."""
        if self._transport is None:
            return
        if self._transport.get_returncode() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._transport.get_pid(), signal.SIGKILL)
        # Not the transport itself: closed too early, it collects the child whose end asyncio waits
        # for.
        for number in range(3):
            pipe = self._transport.get_pipe_transport(number)
            if pipe is not None:
                pipe.close()
