"""All the looks at one host side by side: each in a greenlet that is parked while its command waits
for an answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from tuile.platforms.interface import Probe
from tuile.platforms.posix_shell.testinfra_backend import Answer, host_over
from tuile.policy.errors import NotApplicable, Unseen


class ProbeRunner:
    """The looks of one host, run as far as the answers at hand allow.

    An answer is kept for all who ask later.
    """

    def __init__(self, hostname: str, looks: Mapping[Any, Probe]) -> None:
        self.seen: dict[Hashable, Any] = {}
        self._hostname = hostname
        self._answers: dict[str, Answer | Unseen] = {}
        self._waiting: dict[str, list[greenlet]] = {}
        self._running: set[greenlet] = set()
        for key, look in looks.items():
            runner = greenlet(partial(self._run, key, look))
            self._running.add(runner)
            self._go_on(runner)

    def wanted(self) -> list[str]:
        """Return the distinct commands without answer, in the order in which they were first asked."""
        return list(self._waiting)

    def answer(self, command: str, answer: Answer | Unseen) -> None:
        """Give the answer to a command, or say why there is none, and let those who wait for it run
        on.
        """
        self._answers[command] = answer
        for runner in self._waiting.pop(command, []):
            self._go_on(runner, answer)

    def close(self) -> None:
        """End the looks that still wait."""
        self._waiting.clear()
        for runner in list(self._running):
            runner.throw()
        self._running.clear()

    def _go_on(self, runner: greenlet, *answer: Answer | Unseen) -> None:
        runner.parent = getcurrent()
        command = runner.switch(*answer)
        if not runner.dead:
            self._waiting.setdefault(command, []).append(runner)

    def _run(self, key: Hashable, look: Probe) -> None:
        try:
            self.seen[key] = look_once(
                look, partial(host_over, self._hostname, self._ask, self._expect)
            )
        finally:
            self._running.discard(getcurrent())

    def _expect(self, command: str) -> None:
        if command not in self._answers:
            self._waiting.setdefault(command, [])

    def _ask(self, command: str) -> Answer:
        answer = self._answers.get(command) or getcurrent().parent.switch(command)
        if isinstance(answer, Unseen):
            raise Unseen(*answer.args)
        return answer


def look_once(look: Probe, host: partial[Any]) -> Any:  # noqa: ANN401 -- whatever the look returns
    """Return what a look returns, or the Unseen or NotApplicable it raises.

    This is the one border at which testinfra's assertions, and the mistakes of a kind, become
    "could not look": they cost that rule its verdict and no other.
    """
    try:
        return look(host())
    except (Unseen, NotApplicable) as outcome:
        return outcome.with_traceback(None)
    except Exception as error:  # noqa: BLE001 -- see above
        return Unseen(_in_words(error))


def _in_words(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, AssertionError | RuntimeError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
