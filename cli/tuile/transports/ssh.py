"""Hosts over SSH: one connection a host, jump hosts shared, host keys strict unless the inventory
says otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import asyncssh

from tuile.policy.target import Target
from tuile.transports import ssh_errors
from tuile.transports.accepted_keys import accept
from tuile.transports.errors import NotReached
from tuile.transports.host_keys import HostKeys, line_of
from tuile.transports.interface import Channel, Receiver
from tuile.transports.ssh_options import Settings

_LAST_WAIT = 2.0  # seconds for a connection to end in good manners
_MAX_JUMPS = 8
Made = TypeVar("Made")


class SshPool:
    """All SSH connections of one gathering, and what they share: jump hosts, keys, known hosts."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._settings = Settings()
        self._host_keys = HostKeys()
        self._jumps: dict[str, asyncio.Task[asyncssh.SSHClientConnection]] = {}

    def to(self, target: Target) -> SshTransport:
        """Return the way to one host."""
        return SshTransport(target, self)

    async def connection(self, target: Target, jumps: int = 0) -> asyncssh.SSHClientConnection:
        """Return a new connection to a host.

        Raises:
            NotReached: in words.

        """
        failure = ssh_errors.Failure(target, self._seconds)
        try:
            options = self._settings.of(target)
            keys = self._host_keys.of(target, options)
        except (OSError, ValueError, asyncssh.Error) as error:
            raise failure.before(error) from error
        failure.options, failure.keys = options, keys
        options.agent_forward_path = (
            None  # whatever ssh_config says: a host has no use for our agent
        )
        tunnel = await self._jump(target, options, jumps)
        try:
            asked = asyncssh.connect(
                options.orig_host,
                options=options,
                config=None,
                tunnel=tunnel,
                known_hosts=keys.known,
                client_factory=partial(_noticing, keys.client, failure),
            )
            made = await within(self._seconds, asked)
            key, hop = made.get_server_host_key(), self._settings.jump(target, options)
            if key is not None:
                accept(target.name, line_of(options, key), hop.name if hop else None)
        except Exception as error:  # whatever a server makes of the protocol
            raise failure.of(error) from error
        return made

    async def close(self) -> None:
        """Let go of the jump hosts."""
        for task in self._jumps.values():
            task.cancel()
            with suppress(NotReached, asyncio.CancelledError):
                await _close(await task)
        self._settings.close()

    async def _jump(
        self,
        target: Target,
        options: Any,  # noqa: ANN401
        jumps: int,
    ) -> asyncssh.SSHClientConnection | None:
        hop = self._settings.jump(target, options)
        if hop is None:
            return None
        if jumps == _MAX_JUMPS:
            raise ssh_errors.too_many_jumps(target)
        key = repr(hop)
        task = self._jumps.get(key)
        if task is None or (
            task.done() and (task.cancelled() or task.exception() or task.result().is_closed())
        ):
            task = self._jumps[key] = asyncio.create_task(self.connection(hop, jumps + 1))
        try:
            return await asyncio.shield(task)
        except NotReached as error:
            raise ssh_errors.jump_failed(hop.name, error) from error


class SshTransport:
    """The way to one host over SSH."""

    def __init__(self, target: Target, ways: SshPool) -> None:
        self._target, self._ways = target, ways
        self._connection: asyncssh.SSHClientConnection | None = None

    @property
    def alive(self) -> bool:
        """Return whether the connection stands."""
        return self._connection is not None and not self._connection.is_closed()

    async def connect(self) -> None:
        """Connect and log in.

        Raises:
            NotReached: in words.

        """
        self._connection = await self._ways.connection(self._target)

    async def open(self, command: str, receiver: Receiver) -> Channel:
        """Start a command through the login shell of the account.

        Raises:
            NotReached: in words.

        """
        if self._connection is None:
            raise ssh_errors.no_channel("")
        try:
            channel, _ = await self._connection.create_session(
                lambda: _Session(receiver),
                command,
                encoding=None,
                env=None,
                send_env=None,
                request_pty=False,
                x11_forwarding=False,
            )
        except Exception as error:  # the same
            raise ssh_errors.no_channel(str(error)) from error
        return _Input(channel)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await _close(self._connection)


def _noticing(
    client: Callable[[], asyncssh.SSHClient], failure: ssh_errors.Failure
) -> asyncssh.SSHClient:
    """Return a client that takes note when the machine has taken the connection."""
    made = client()
    then = made.connection_made

    def connection_made(conn: asyncssh.SSHClientConnection) -> None:
        failure.connected = True
        then(conn)

    made.connection_made = connection_made  # type: ignore[method-assign]
    return made


async def within(seconds: float, what: Awaitable[Made]) -> Made:
    """Return what comes of something that is waited for so long, even where it does not let go when
    it is told to.

    asyncssh, once told to give up a connection, waits for its end without a bound.

    Raises:
        TimeoutError: nothing came of it in time.

    """
    task = asyncio.ensure_future(what)
    task.add_done_callback(_heard)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait({task}, timeout=_LAST_WAIT)
        raise TimeoutError
    finally:
        task.cancel()


def _heard(task: asyncio.Future[Any]) -> None:
    """Take note of how something ended that nobody waits for any more."""
    if not task.cancelled():
        task.exception()


async def _close(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        async with asyncio.timeout(_LAST_WAIT):
            await connection.wait_closed()
    except TimeoutError:
        connection.abort()


class _Session(asyncssh.SSHClientSession[bytes]):
    """Hands what a command prints to its receiver."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._status: int | None = None

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._receiver.received(data, stderr=datatype == asyncssh.EXTENDED_DATA_STDERR)

    def exit_status_received(self, status: int) -> None:
        self._status = status

    # Asyncssh's signature
    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._receiver.ended(self._status)


class _Input:
    """The input of a command on a host."""

    def __init__(self, channel: asyncssh.SSHClientChannel[bytes]) -> None:
        self._channel = channel

    def write(self, data: bytes) -> None:
        with suppress(OSError):  # closed meanwhile: the receiver has been told so
            self._channel.write(data)

    def close(self) -> None:
        self._channel.abort()


__all__ = ["SshPool", "SshTransport"]
