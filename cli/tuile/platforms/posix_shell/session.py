"""The looks at one host: rounds of questions over one shell, a new shell where a command spoils it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from tuile.platforms.interface import Limits, Probe, ProbeResult, Progress
from tuile.platforms.linux import facts
from tuile.platforms.posix_shell import framing
from tuile.platforms.posix_shell.probes import ProbeRunner
from tuile.platforms.posix_shell.shell import Died, Flooded, Hung, Shell
from tuile.policy.errors import Unseen
from tuile.policy.target import Target
from tuile.policy.text import Text
from tuile.transports import errors
from tuile.transports.interface import Transport

_MORE_SHELLS = 3
_LAST_WAIT = 2.0  # seconds for a host to end what was given up
_PATIENCE = 5.0  # seconds after which a progress bar names the command that is waited for
_OWN_LIMIT = re.compile(r"timeout (\d+) ")
_MARGIN = 5
_FACT, _GIVEN = "fact", "given"
_TIMES = "times"
_FORBIDDEN = re.compile(
    r"permission denied|not permitted|access denied|(must|need to) be (run as "
    r")?root|superuser|requires root"
    r"|no hostkeys available",  # what sshd says where it may not read them
    re.IGNORECASE,
)
_Spoilt = (Hung, Flooded, Died)


class Session:
    """One host that is being looked at."""

    def __init__(
        self, target: Target, limits: Limits, progress: Callable[[Progress], None]
    ) -> None:
        self._target, self._limits, self._progress = target, limits, progress
        self._rounds, self._done = 0, False
        self._room = limits.output
        self._index = framing.START + 1
        self._cpu: list[float] = []
        self._spoilt: list[str] = []

    async def look(self, transport: Transport, looks: Mapping[str, Probe]) -> ProbeResult:
        """Return what the looks and the facts come to.

        Raises:
            NotReached: the host could not be reached, or was lost in the middle.

        """
        started = time.monotonic()
        fact_looks = {(_FACT, name): look for name, look in facts.LOOKS.items()}
        self._looks = ProbeRunner(
            self._target.name,
            {**fact_looks, **{(_GIVEN, key): look for key, look in looks.items()}},
        )
        try:
            async with asyncio.timeout(self._limits.total):
                await self._gather(transport)
        except TimeoutError:
            raise errors.too_slow(self._limits.total) from None
        finally:
            self._looks.close()
        return self._sight(looks, time.monotonic() - started)

    async def _gather(self, transport: Transport) -> None:
        self._transport = transport
        self._tell(errors.connecting())
        try:
            await transport.connect()
            self._shell = await self._new_shell()
            while commands := self._looks.wanted():
                self._rounds += 1
                self._tell(errors.looking(len(commands)))
                await self._ask_all(commands)
            self._done = True
            self._shell.close()
        finally:
            await self._leave_nothing_running()
            await transport.close()

    async def _leave_nothing_running(self) -> None:
        """End the command that was given up: one that hangs does not notice that nobody listens any
        more.
        """
        if self._done or not self._rounds or self._shell.group is None or not self._transport.alive:
            return
        self._shell.close()
        with suppress(errors.NotReached):
            await Shell(self._target, self._room).start(
                self._transport, self._shell.group, _LAST_WAIT
            )

    async def _new_shell(self, kill_group: int | None = None) -> Shell:
        self._cpu.append(0.0)
        shell = Shell(self._target, self._room)
        await shell.start(self._transport, kill_group, self._limits.connect)
        return shell

    async def _ask_all(self, commands: list[str]) -> None:
        pending: dict[int, str] = {}
        for command in [*commands, _TIMES]:
            self._index += 1
            pending[self._index] = command
        last = self._index
        self._shell.ask(pending)
        while pending:
            try:
                answers = await self._answers(next(iter(pending.values())))
            except _Spoilt as why:
                await self._go_on_without(pending, why)
                continue
            for index, answer in answers:
                if index not in pending:
                    raise errors.no_protocol()
                command = pending.pop(index)
                if index == last:
                    self._cpu[-1] = framing.read_times(answer.stdout) or 0.0
                else:
                    self._looks.answer(command, answer)

    async def _answers(self, command: str) -> Any:  # noqa: ANN401 -- see Shell.answers
        silence = self._silence(command)
        patience = min(_PATIENCE, silence)
        try:
            return await self._shell.answers(patience)
        except Hung:
            self._tell(errors.hanging(command, patience))
            return await self._shell.answers(silence - patience)

    def _silence(self, command: str) -> float:
        """Return how many seconds a command may take: as many as it gives itself, with what a
        loaded host adds.
        """
        own = _OWN_LIMIT.match(command)
        return max(self._limits.silence, int(own[1]) + _MARGIN) if own else self._limits.silence

    async def _go_on_without(self, pending: dict[int, str], why: Exception) -> None:
        """Give up on the command that spoilt the shell, and ask the rest of a new one."""
        if not self._transport.alive:
            raise errors.lost(next(iter(pending.values())))
        index = next(iter(pending))
        command = pending[index]
        said = self._say(command, why)
        self._spoilt.append(said.en)
        self._room, group = self._shell.room, self._shell.group
        self._shell.close()
        if len(self._spoilt) > _MORE_SHELLS:
            raise errors.too_many(self._spoilt)
        self._shell = await self._new_shell(group)
        if len(pending) == 1:
            pending.clear()
            return
        del pending[index]
        self._shell.ask(pending)
        self._looks.answer(command, Unseen(said.en, said.fr))

    def _say(self, command: str, why: Exception) -> Text:
        short = errors.shorten(command)
        if isinstance(why, Hung):
            end = f"{self._silence(command):g} s"
            return Text(f'"{short}" did not end within {end}', f"« {short} » n'a pas fini en {end}")
        if isinstance(why, Flooded):
            size = self._limits.output / 2**20
            return Text(
                f'"{short}" printed more than {size:g} MiB',
                f"« {short} » a écrit plus de {size:g} Mio",
            )
        return Text(
            f'"{short}" ended the shell that ran it',
            f"« {short} » a mis fin au shell qui l'exécutait",
        )

    def _sight(self, looks: Mapping[str, Probe], seconds: float) -> ProbeResult:
        seen = self._looks.seen
        try:
            found = facts.facts_from({name: seen[_FACT, name] for name in facts.LOOKS})
        except Unseen as error:
            raise errors.NotReached(
                Text(
                    f"it does not say what it is: {error}",
                    f"elle ne dit pas ce qu'elle est : {error}",
                )
            ) from None
        given = {key: seen[_GIVEN, key] for key in looks}
        if not found.root:
            given = {key: _plainly(value) for key, value in given.items()}
        cpu = sum(self._cpu)
        return ProbeResult(self._target.name, found, given, None, self._rounds, seconds, cpu)

    def _tell(self, phase: Text) -> None:
        self._progress(Progress(self._target.name, phase))


def _plainly(value: Any) -> Any:  # noqa: ANN401 -- whatever a look returned
    """Return "needs root" for what only root could have seen."""
    return (
        Unseen("needs root", "demande les droits de root")
        if isinstance(value, Unseen) and _FORBIDDEN.search(str(value))
        else value
    )
