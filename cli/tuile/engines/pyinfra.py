"""Puts rules right with pyinfra: its work goes to a driver of ours in a subprocess, on standard
input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuile.engines import ssh
from tuile.engines.child import Job, outcomes
from tuile.engines.folder import as_data, private_folder, role_folders, write_private, write_sources
from tuile.engines.interface import EngineResult, HostWork, settled
from tuile.engines.secrets import secrets_of
from tuile.policy.environment import passed_on
from tuile.policy.target import Target

# -P: a folder of the user's that happens to be called like a module of ours is not imported.
_DRIVER = (sys.executable, "-P", "-m", "tuile.engines.pyinfra_driver")


@dataclass(frozen=True)
class Pyinfra:
    """pyinfra, in a subprocess."""

    timeout: float = 1800.0
    """Seconds for all hosts together."""
    seconds: float = 900.0
    """For one host."""
    parallel: int = 40
    name: str = "pyinfra"

    def apply(self, work: Sequence[HostWork], logs: Path) -> Generator[EngineResult]:
        """Put right what `work` says; see `Engine`."""
        done, left = settled(work)
        yield from done
        if left:
            with private_folder() as folder:
                yield from outcomes(self._job(left, folder, logs), _failures, _lost)

    def _job(self, work: Sequence[HostWork], folder: Path, logs: Path) -> Job:
        write_sources(folder, work)
        order = {
            "roles": role_folders(work),
            "parallel": self.parallel,
            "seconds": self.seconds,
            "hosts": [_host(folder, number, host) for number, host in enumerate(work)],
        }
        return Job(
            engine=self.name,
            command=_DRIVER,
            folder=folder,
            environment=passed_on(os.environ),
            hosts=[host.target.name for host in work],
            log=logs / f"{self.name}.log",
            stdin=json.dumps(order).encode(),
            secrets=secrets_of(work),
            timeout=self.timeout,
        )


def connection(folder: Path, number: int, target: Target) -> dict[str, Any]:
    """Return the host data with which pyinfra reaches a host; there is no password among them."""
    sudo: dict[str, Any] = (
        {"_sudo": True, "_sudo_user": target.become_user} if target.become else {}
    )
    if target.connection == "local":
        return sudo
    known = None
    if target.accepted:  # paramiko knows neither revoked keys, nor certificates, nor aliases
        known = write_private(
            folder / f"{number}.known_hosts",
            "".join(f"{line}\n" for line in target.accepted).encode(),
        )
    config = write_private(folder / f"{number}.ssh_config", ssh.config(target, known).encode())
    found = {
        "ssh_hostname": target.address or target.name,
        "ssh_port": target.port,
        "ssh_user": target.user,
        "ssh_key": target.key_file,
        "ssh_config_file": str(config),
        "ssh_strict_host_key_checking": ssh.strictness(target),
    }
    return {name: value for name, value in found.items() if value is not None} | sudo


def _host(folder: Path, number: int, host: HostWork) -> dict[str, Any]:
    target = host.target
    return {
        "name": target.name,
        "connection": target.connection,
        "data": connection(folder, number, target),
        "password": target.password and target.password.reveal(),
        "become_password": target.become_password and target.become_password.reveal(),
        "fence": host.fence,
        "kinds": [as_data(folder, kind) for kind in host.kinds],
        "outcome": str(folder / "outcomes" / f"{number}.json"),
    }


def _failures(answer: Mapping[str, str]) -> Mapping[str, str]:
    return answer


def _lost(status: int) -> str:
    del status
    return "pyinfra ended before it was done"
