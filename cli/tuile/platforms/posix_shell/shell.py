"""One shell on a host: started through whatever login shell stands there, asked in chunks, read as
it prints.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from tuile.platforms.posix_shell import framing
from tuile.platforms.posix_shell.framing import Frame, Frames
from tuile.platforms.posix_shell.sudo import Login
from tuile.platforms.posix_shell.testinfra_backend import Answer
from tuile.policy.target import Target
from tuile.transports import errors
from tuile.transports.interface import Channel, Transport

_KEPT_NOISE = 4096
_OF_A_FRAME = 64
"""Bytes that an answer takes beside what was printed: a host may send answers without end, too."""


class Hung(Exception):
    """The running command has not ended in time."""


class Flooded(Exception):
    """The running command printed more than a host may."""


class Died(Exception):
    """The shell ended while a command was running."""


class Shell:
    """A POSIX shell on a host, root's where the target says so.

    One is used until a command spoils it.
    """

    def __init__(self, target: Target, room: int) -> None:
        self.group: int | None = None
        self.room = room
        self._target = target
        self._nonce, self._token = secrets.token_hex(16), secrets.token_hex(8)
        self._out, self._err = Frames(self._nonce), Frames(self._nonce)
        self._halves: tuple[deque[Frame], deque[Frame]] = (deque(), deque())
        self._login = Login(target, self._token) if target.become else None
        self._noise = [b"", b""]
        self._news = asyncio.Event()
        self._over = self._full = False
        self._status: int | None = None
        self._channel: Channel | None = None
        self._started = False

    async def start(self, transport: Transport, kill_group: int | None, seconds: float) -> None:
        """Start the shell, and end what is left of an earlier one of ours.

        Raises:
            NotReached: no shell, or no sudo, in words.

        """
        command = (
            self._login.command if self._login else " ".join((*framing.CLEAN, "/bin/sh", "-s"))
        )
        try:
            async with asyncio.timeout(seconds):
                self._channel = await transport.open(command, self)
                if self._login:
                    self._log_in()
                    await self._until(lambda: self._login is None)
                self._channel.write(framing.preamble(self._nonce, kill_group))
                await self._until(self._whole)
                self._started = True
                self._take()
                await self._until(self._whole)
        except TimeoutError:
            if self._login is not None and transport.alive and self._channel is not None:
                raise errors.slow_sudo(self._target, seconds, self._login.said()) from None
            raise errors.stopped_answering(seconds) from None
        except Died:
            raise self._why_not(transport) from None
        except Flooded:
            raise errors.no_protocol() from None
        _, answer = self._take()
        self.group = framing.read_group(answer.stdout)

    def ask(self, commands: Mapping[int, str]) -> None:
        """Send commands, all at once; indices grow from 2 and end with that of the CPU times."""
        *asked, last = commands.items()
        script = [framing.ask(self._nonce, index, command) for index, command in asked]
        if self._channel is not None:
            self._channel.write(b"".join([*script, framing.ask_times(self._nonce, last[0])]))

    async def answers(self, seconds: float) -> Sequence[tuple[int, Answer]]:
        """Return the answers that have come in, at least one; the first within `seconds`.

        Raises:
            Hung: nothing ended in time.
            Flooded: too much was printed.
            Died: the shell is no more.

        """
        try:
            async with asyncio.timeout(seconds):
                await self._until(self._whole)
        except TimeoutError:
            raise Hung from None
        found = []
        while self._whole():
            found.append(self._take())
        return found

    def close(self) -> None:
        """Abandon the shell and whatever runs in it."""
        self._over = True
        if self._channel is not None:
            self._channel.close()

    def received(self, data: bytes, *, stderr: bool) -> None:
        """Take some bytes of one stream of the shell."""
        if self._over or self._full:
            return
        if not self._started:
            self._noise[stderr] = (self._noise[stderr] + data)[-_KEPT_NOISE:]
        if self._login is not None:
            self._login.take(data, stderr=stderr)
            self._log_in()
        else:
            self._feed(data, stderr=stderr)
        self._news.set()

    def ended(self, status: int | None) -> None:
        """Take note that the shell is no more."""
        self._over, self._status = True, status
        self._news.set()

    def _feed(self, data: bytes, *, stderr: bool) -> None:
        frames = self._err if stderr else self._out
        for frame in frames.feed(data):
            self._halves[stderr].append(frame)
            self.room -= len(frame.data) + _OF_A_FRAME
        self._full = self._out.held + self._err.held > self.room
        if self._full:
            self._out, self._err = Frames(self._nonce), Frames(self._nonce)

    def _log_in(self) -> None:
        if self._login is not None and self._channel is not None:
            rest = self._login.go_on(self._channel)
            if rest is not None:
                self._login = None
                self._feed(rest, stderr=False)

    def _whole(self) -> bool:
        return bool(self._halves[0] and self._halves[1])

    def _take(self) -> tuple[int, Answer]:
        out, err = self._halves[0].popleft(), self._halves[1].popleft()
        if out.index != err.index:
            raise errors.no_protocol()
        return out.index, Answer(out.status, out.data, err.data)

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            if self._full:
                raise Flooded
            if self._over or (self._login is not None and self._login.refused):
                raise Died
            self._news.clear()
            await self._news.wait()

    def _why_not(self, transport: Transport) -> errors.NotReached:
        if not transport.alive:
            return errors.lost("/bin/sh")
        if self._login is not None:
            return errors.no_sudo(self._target, self._login.said())
        return errors.no_shell(self._status, b"\n".join(self._noise).decode("utf-8", "replace"))
