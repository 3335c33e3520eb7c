"""Puts rules right with Ansible: a generated inventory and two fixed playbooks, run by
`ansible-playbook`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tuile.engines import ansible_answer
from tuile.engines.ansible_inventory import write_run
from tuile.engines.child import Job, outcomes
from tuile.engines.folder import private_folder
from tuile.engines.interface import EngineResult, HostWork, settled
from tuile.engines.secrets import secrets_of
from tuile.policy.environment import passed_on
from tuile.policy.errors import EngineError

PLAYBOOK = Path(__file__).parent / "playbook" / "site.yml"
_UNREACHABLE = 4
"""The exit status of ansible-playbook where a host was lost."""


@dataclass(frozen=True)
class Ansible:
    """Ansible, in a subprocess."""

    timeout: float = 1800.0
    """Seconds for all hosts together."""
    forks: int = 20
    name: str = "ansible"

    def apply(self, work: Sequence[HostWork], logs: Path) -> Generator[EngineResult]:
        """Put right what `work` says; see `Engine`."""
        done, left = settled(work)
        yield from done
        if left:
            with private_folder() as folder, _connections(folder):
                yield from outcomes(self._job(left, folder, logs), ansible_answer.failures, _lost)

    def _job(self, work: Sequence[HostWork], folder: Path, logs: Path) -> Job:
        return Job(
            engine=self.name,
            command=[
                _program("ansible-playbook"),
                *("--inventory", str(folder / "inventory.yml")),
                *("--extra-vars", f"@{folder / 'ours.yml'}"),
                str(PLAYBOOK),
            ],
            folder=folder,
            environment={**passed_on(os.environ), **write_run(folder, work, self.forks)},
            hosts=[host.target.name for host in work],
            log=logs / f"{self.name}.log",
            secrets=secrets_of(work),
            timeout=self.timeout,
        )


def _lost(status: int) -> str:
    if status == _UNREACHABLE:
        return "the connection was lost in the middle"
    return "ansible ended before it was done"


@contextmanager
def _connections(folder: Path) -> Iterator[None]:
    """Close at the end the connections that ssh keeps open for reuse."""
    try:
        yield
    finally:
        for socket in (folder / "cp").glob("*"):
            command = ["ssh", "-F", "none", "-S", str(socket), "-O", "exit", "tuile"]
            with suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(  # noqa: S603 -- a list, no shell
                    command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False
                )


def _program(name: str) -> str:
    """Return the path of a program of ansible-core: beside this Python first."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise EngineError(
            f"{name} is not installed beside tuile. Install ansible-core, or use --engine pyinfra."
        )
    return found
