"""What an engine is given and what it gives back."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from tuile.policy.target import Target


@dataclass(frozen=True)
class FileChange:
    """A file to put in place whole: what it was when it was read (None: absent) and what it must
    be.
    """

    path: str
    before: bytes | None
    after: bytes
    mode: str
    owner: str
    group: str

    @property
    def before_digest(self) -> str:
        """Return the sha256 of the bytes that were read, "" where there was no file."""
        return "" if self.before is None else sha256(self.before).hexdigest()

    @property
    def after_digest(self) -> str:
        """Return the sha256 of the bytes to put in place."""
        return sha256(self.after).hexdigest()


@dataclass(frozen=True)
class KindWork:
    """What one kind has to put right on one host."""

    kind: str
    role: Path
    """The folder `roles/<kind>`: `tasks/main.yml` for Ansible, `deploy.py` for pyinfra."""
    rules: tuple[Mapping[str, Any], ...]
    """One mapping a rule: its id as "rule", and its parameters."""
    files: tuple[FileChange, ...] = ()


@dataclass(frozen=True)
class HostWork:
    """What an engine has to do on one host, kind by kind in this order."""

    target: Target
    kinds: tuple[KindWork, ...]
    fence: str = ""
    """A file that must be there for a kind to be begun: it is gone once the host has put itself
    back.
    """


@dataclass(frozen=True)
class EngineResult:
    """How an engine fared on one host."""

    host: str
    failures: Mapping[str, str] = field(default_factory=dict)
    """What failed, by kind, in the words of the engine; "" as kind: the host itself."""


class Engine(Protocol):
    """One way to put rules right."""

    @property
    def name(self) -> str:
        """Return the name by which a user chooses it."""

    def apply(self, work: Sequence[HostWork], logs: Path) -> Generator[EngineResult]:
        """Put right what `work` says and yield one outcome for each host, even when the engine dies
        in the middle.

        The failure of one kind on a host does not keep the others from being put right. What the
        engine prints goes to `<name>.log` in the folder `logs`, without secrets.

        Raises:
            EngineError: the engine could not be started at all.

        """


def settled(work: Sequence[HostWork]) -> tuple[list[EngineResult], list[HostWork]]:
    """Return the outcomes of hosts that need no engine (nothing to do, or no way there), and the
    other hosts.
    """
    done = [EngineResult(host.target.name) for host in work if not host.kinds]
    done += [
        EngineResult(h.target.name, {"": h.target.obstacle.en})
        for h in work
        if h.kinds and h.target.obstacle
    ]
    return done, [host for host in work if host.kinds and not host.target.obstacle]
