"""The guards of the hosts of one apply: armed before it, kept awake while it goes on, confirmed or
taken back after.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

from tuile.gather import run_probes
from tuile.jobs.check import CheckContext
from tuile.jobs.diff import HostDiff
from tuile.platforms.interface import Probe
from tuile.platforms.linux import guard
from tuile.policy.change.pre_image import PreImage, resources_by_rule
from tuile.policy.errors import Unseen
from tuile.policy.kind import Resources
from tuile.policy.text import Text
from tuile.workspace.prepare import Workspace

_SILENCE = 300.0
"""Seconds that the program on a host may take for one thing: packages may have to be fetched or put
back.
"""
_BEATS = 3
"""How many times within the time to confirm a host is told that the controller is still there."""


class ArmedHosts:
    """One guard a host, for as long as the `with` block lasts; a host that is not confirmed puts
    itself back.
    """

    def __init__(self, workspace: Workspace, check_context: CheckContext, within: float) -> None:
        self.within = within
        self._prepared = workspace
        self._limits = replace(check_context.limits, silence=_SILENCE)
        self._armed: dict[str, str] = {}
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._keep_awake, daemon=True)

    def __enter__(self) -> Self:
        self._beat.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._beat.join()

    def until(self) -> datetime:
        """Return when a host that is told nothing more from now on puts itself back."""
        return datetime.now(tz=UTC) + timedelta(seconds=self.within)

    def arm(
        self, diffs: Sequence[HostDiff], *, irreversible: bool
    ) -> Iterator[tuple[str, PreImage | Text]]:
        """Yield what each host keeps, or why it was not armed; then nothing was changed there."""
        kept = {
            diff.result.host: PreImage(_new_id(), "", resources_by_rule(diff.todo.kinds))
            for diff in diffs
        }
        looks = {
            host: partial(
                guard.prepare,
                kept=one.id,
                seconds=self.within,
                resources=_each_once(one.resources),
                irreversible=irreversible,
            )
            for host, one in kept.items()
        }
        for host, digest in self.ask(looks):
            if isinstance(digest, Text):
                yield host, digest
            else:
                self._armed[host] = kept[host].id
                yield host, replace(kept[host], digest=digest)

    def ask(self, looks: Mapping[str, Probe]) -> Iterator[tuple[str, Any]]:
        """Yield what each host answers over a new connection, or a Text: why not."""
        jobs = [(self._prepared.targets[host], {"": look}) for host, look in looks.items()]
        for sight in run_probes(jobs, self._limits):
            answer = sight.not_reached or sight.seen[""]
            yield sight.host, answer.text if isinstance(answer, Unseen) else answer

    def release(self, host: str) -> None:
        """Tell a host no more that the controller is still there."""
        self._armed.pop(host, None)

    def waiting(self) -> list[str]:
        """Return the hosts that are armed."""
        return list(self._armed)

    def roll_all_back(self) -> Iterator[tuple[str, guard.GuardState | Text]]:
        """Have all hosts that are armed put all back now; yield how each stands then, or why it
        could not be told.
        """
        looks = {host: partial(guard.roll_back, kept=kept) for host, kept in self._armed.items()}
        self._armed.clear()
        return self.ask(looks)

    def _keep_awake(self) -> None:
        while not self._over.wait(self.within / _BEATS):
            looks = {
                host: partial(guard.renew, kept=kept, seconds=self.within)
                for host, kept in list(self._armed.items())
            }
            for _ in self.ask(looks):
                if self._over.is_set():
                    break


def _each_once(by_rule: Mapping[str, Resources]) -> Resources:
    named = {str(one): one for resources in by_rule.values() for one in resources}
    return tuple(named.values())


def _new_id() -> str:
    """Return a name for what a host keeps of one apply; names sort by time."""
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(4)}"
