"""The looks at many hosts, each over one shell, in one asyncio loop."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from tuile.platforms.interface import Limits, Probe, ProbeResult, Progress
from tuile.platforms.posix_shell.session import Session
from tuile.policy.errors import Refused
from tuile.policy.printable import printable
from tuile.policy.target import Target
from tuile.policy.text import Text
from tuile.transports import errors
from tuile.transports.interface import Transport
from tuile.transports.local import LocalTransport

if TYPE_CHECKING:
    from tuile.transports.ssh import SshPool

Job = tuple[Target, Mapping[str, Probe]]
Way = Callable[[Target], Transport]
_LONGEST = 300  # characters of an error that nobody foresaw
_LAST_WAIT = 5.0  # seconds for what was cancelled to let go


def run_probes(
    jobs: Sequence[Job],
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[ProbeResult]:
    """Yield what the looks of each job see on its host, as hosts complete; nothing is written on
    any of them.

    `progress` is called from the same thread while the iterator is waited for. Closing the
    iterator, or Ctrl-C, lets go of all hosts; what was complete by then has been yielded.

    Raises:
        Refused: Python runs without assertions (`python -O`), which testinfra's modules rely on.

    """
    if not __debug__:
        raise Refused(
            "Tuile cannot look at hosts under python -O: testinfra's checks are assertions. Run it"
            " without -O.",
            "Tuile ne peut pas examiner de machines sous python -O : les vérifications de "
            "testinfra sont des "
            "assertions. Lancez-le sans -O.",
        )
    return _sights(iter(jobs), len(jobs), limits or Limits(), progress or _ignore)


def probe_host(way: Way, target: Target, looks: Mapping[str, Probe], limits: Limits) -> ProbeResult:
    """Return what is seen on one host over a given transport."""
    return asyncio.run(Session(target, limits, _ignore).look(way(target), looks))


def _ignore(_progress: Progress) -> None:
    pass


def _sights(
    jobs: Iterator[Job], count: int, limits: Limits, progress: Callable[[Progress], None]
) -> Iterator[ProbeResult]:
    loop = asyncio.new_event_loop()
    ready: asyncio.Queue[ProbeResult] = asyncio.Queue(maxsize=limits.at_once)
    roads = _TransportPool(limits)
    try:
        for _ in range(min(limits.at_once, count)):
            _keep(loop.create_task(_work(jobs, limits, progress, roads, ready)), roads.tasks)
        for _ in range(count):
            yield loop.run_until_complete(ready.get())
    except KeyboardInterrupt:
        while not ready.empty():
            yield ready.get_nowait()
        raise
    finally:
        _clean_up(loop, roads)


async def _work(
    jobs: Iterator[Job],
    limits: Limits,
    progress: Callable[[Progress], None],
    roads: _TransportPool,
    ready: asyncio.Queue[ProbeResult],
) -> None:
    for target, looks in jobs:
        sight = await _look(_acting(target), looks, limits, progress, roads)
        await ready.put(sight)


async def _look(
    target: Target,
    looks: Mapping[str, Probe],
    limits: Limits,
    progress: Callable[[Progress], None],
    roads: _TransportPool,
) -> ProbeResult:
    started = time.monotonic()
    try:
        return await Session(target, limits, progress).look(roads.to(target), looks)
    except errors.NotReached as error:
        return ProbeResult(target.name, not_reached=error.why, seconds=time.monotonic() - started)
    except asyncio.CancelledError as error:
        if _given_up():
            raise
        return _mistaken(target, error, started)
    # One host's trouble, whatever it is, costs that host only
    except Exception as error:  # noqa: BLE001
        return _mistaken(target, error, started)


def _given_up() -> bool:
    """Return whether Tuile itself ends what runs here; a library may have let go of what this
    waited for.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _mistaken(target: Target, error: BaseException, started: float) -> ProbeResult:
    what = printable(f"{type(error).__name__}: {error}"[:_LONGEST])
    text = Text(
        f"Tuile made a mistake here ({what}); please report it",
        f"erreur de Tuile ({what}) ; signalez-la",
    )
    return ProbeResult(target.name, not_reached=text, seconds=time.monotonic() - started)


def _acting(target: Target) -> Target:
    """Return the target without sudo where whoever logs in is already the one who acts."""
    login = target.user if target.connection == "ssh" else _own_name()
    return (
        replace(target, become=False) if target.become and login == target.become_user else target
    )


def _own_name() -> str:
    return "root" if os.geteuid() == 0 else ""


class _TransportPool:
    """The ways to hosts; what SSH needs is loaded with the first host that is reached by it."""

    def __init__(self, limits: Limits) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self._limits = limits
        self._ssh: SshPool | None = None

    def to(self, target: Target) -> Transport:
        """Return the way to one host."""
        if target.connection == "local":
            return LocalTransport()
        if self._ssh is None:
            # Asyncssh takes a third of a second to load
            from tuile.transports.ssh import (  # noqa: PLC0415
                SshPool,
            )

            self._ssh = SshPool(self._limits.connect)
        return self._ssh.to(target)

    async def close(self) -> None:
        """Let go of what hosts share, such as jump hosts."""
        if self._ssh is not None:
            await self._ssh.close()


def _keep(task: asyncio.Task[None], tasks: set[asyncio.Task[None]]) -> None:
    def done(task: asyncio.Task[None]) -> None:
        tasks.discard(task)
        if not task.cancelled():
            task.exception()  # Ctrl-C goes on its own way; asyncio need not complain that nobody asked

    tasks.add(task)
    task.add_done_callback(done)


def _clean_up(loop: asyncio.AbstractEventLoop, roads: _TransportPool) -> None:
    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WAIT):
                await asyncio.gather(*others, return_exceptions=True)
                await roads.close()

    try:
        loop.run_until_complete(end())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


__all__ = ["probe_host", "run_probes"]
