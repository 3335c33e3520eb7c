"""A progress bar on terminals that says what is going on; it appears only for what takes a while."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from tuile.platforms.interface import Progress
from tuile.policy.printable import printable
from tuile.policy.text import Lang, Text

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

PATIENCE = 0.6
"""Seconds for which nothing is shown."""
_T = TypeVar("_T")
_CHECKING = Text(en="checking", fr="vérification")


class Watched:
    """Shows how many hosts are done, and what the slowest one is doing and for how long."""

    def __init__(self, total: int, lang: Lang) -> None:
        self._total, self._lang = total, lang
        self._phases: dict[str, tuple[str, float]] = {}
        self._done = 0
        self._bar: Bar | None = None
        self._task: Any = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer = threading.Timer(PATIENCE, self._start)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar is not None:
                self._bar.stop()

    def progress(self, news: Progress) -> None:
        """Take news of one host."""
        self._phases[news.host] = (printable(news.phase.say(self._lang)), time.monotonic())

    def through(self, results: Iterable[_T]) -> Iterator[_T]:
        """Yield the results and count them; each must have the name of its host as `host`."""
        for result in results:
            self._phases.pop(getattr(result, "host", ""), None)
            self._done += 1
            if self._bar is not None:
                self._bar.update(self._task, completed=self._done)
            yield result

    def slowest(self) -> str:
        """Return the host that has been in its phase for longest, the phase, and the seconds."""
        if not self._phases:
            return ""
        host, (phase, since) = min(self._phases.items(), key=lambda item: item[1][1])
        return f"{host}: {phase} ({time.monotonic() - since:.0f} s)"

    def _start(self) -> None:
        from rich.console import Console  # noqa: PLC0415 -- 50 ms, only where a bar is shown
        from rich.progress import (  # noqa: PLC0415 -- the same
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
        )
        from rich.progress import Progress as Bar  # noqa: PLC0415 -- the same
        from rich.text import Text as RichText  # noqa: PLC0415 -- the same

        watched = self

        class Slowest(TextColumn):
            def render(self, task: Any) -> RichText:  # noqa: ANN401, ARG002 -- rich's signature
                return RichText(watched.slowest(), overflow="ellipsis", no_wrap=True)

        with self._lock:
            if self._timer is None:
                return
            words = TextColumn("{task.description}")
            console = Console(stderr=True)
            self._bar = Bar(
                words,
                BarColumn(20),
                MofNCompleteColumn(),
                Slowest(""),
                console=console,
                transient=True,
            )
            self._task = self._bar.add_task(
                _CHECKING.say(self._lang), total=self._total, completed=self._done
            )
            self._bar.start()
