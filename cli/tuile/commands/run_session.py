"""What check, diff and apply share: the watch, the storing, and what is said beside the result."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from shlex import quote
from typing import Any

from tuile import paths
from tuile.commands.output import note
from tuile.commands.progress import Watched
from tuile.jobs.check import CheckContext
from tuile.jobs.recorder import Recorder
from tuile.platforms.interface import Limits
from tuile.policy.errors import COULD_NOT_TELL, Usage
from tuile.policy.model import HostResult
from tuile.policy.text import Lang
from tuile.store import Store, preload
from tuile.workspace.prepare import Workspace


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(tz=UTC)


@dataclass
class Running:
    """One gathering over the fleet as a command runs it."""

    check_context: CheckContext
    watched: Watched
    recorder: Recorder | None

    def results(self, found: Iterable[HostResult]) -> Iterator[HostResult]:
        """Yield the results, counted and stored."""
        counted = self.watched.through(found)
        return self.recorder.through(counted) if self.recorder else counted

    @property
    def run(self) -> int | None:
        """Return the number of the run, None where it is not stored."""
        return self.recorder.run if self.recorder else None


def limits(flags: dict[str, Any]) -> Limits:
    """Return how long hosts may take, and how many are reached at the same time, as the flags of a
    fleet say.
    """
    return Limits(
        connect=flags["connect_timeout"], total=flags["timeout"], at_once=flags["at_once"]
    )


@contextmanager
def running(
    workspace: Workspace, lang: Lang, limits: Limits, *, store: bool, hosts: int | None = None
) -> Iterator[Running]:
    """Give what a gathering needs, with a progress bar for as long as it lasts; `hosts`: of how
    many (None: all).
    """
    if not workspace.targets:
        raise Usage("the inventory holds no host.")
    if not workspace.plans:
        raise Usage(
            "no baseline is assigned to any of these hosts. Name them under `assign` in"
            " policy.yaml."
        )
    if workspace.unassigned:
        note(f"no baseline is assigned to {', '.join(workspace.unassigned)}: not looked at.")
    relaxed = [name for name in workspace.plans if workspace.targets[name].host_keys]
    if relaxed:
        note(
            "unknown host keys are taken, as the inventory says (StrictHostKeyChecking), of:"
            f" {', '.join(relaxed)}."
        )
    with Watched(len(workspace.plans) if hosts is None else hosts, lang) as watched:
        check_context = CheckContext(now().astimezone(), limits, watched.progress)
        yield Running(check_context, watched, _recorder(workspace) if store else None)


def _recorder(workspace: Workspace) -> Recorder:
    threading.Thread(target=preload).start()  # while hosts are waited for
    baselines = sorted({label for plan in workspace.plans.values() for label in plan.baselines})
    return Recorder(lambda: Store(paths.store()), now, baselines)


def final_code(code: int, recorder: Recorder | None) -> int:
    """Return the exit code, after saying what the store could not keep."""
    if recorder is not None and recorder.trouble is not None:
        note(f"these results are not stored: {recorder.trouble}")
        return COULD_NOT_TELL
    return code


def again(flags: dict[str, Any], *, limit: bool) -> str:
    """Return the flags that lead to the same hosts again, for hints; with or without the limit."""
    parts = []
    if flags.get("inventory"):
        parts.append(f"-i {quote(flags['inventory'])}")
    if flags.get("repo"):
        parts.append(f"--repo {quote(str(flags['repo']))}")
    if limit and flags.get("limit"):
        parts.append(f"-l {quote(flags['limit'])}")
    if flags.get("baseline"):
        parts.append(f"--baseline {flags['baseline']}")
        if flags.get("level") != "intermediary":
            parts.append(f"--level {flags['level']}")
    return " ".join(parts)
