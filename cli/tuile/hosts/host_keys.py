"""Whose key a host may show: the user's known hosts, read once; strict unless the inventory relaxes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from tuile.policy.target import Target

_USER = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
_GLOBAL = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")


@dataclass
class Keys:
    """What asyncssh is told about the key of one host, and what a message may say of it."""

    known: asyncssh.SSHKnownHosts | None
    """None: any key is taken, as StrictHostKeyChecking=no says."""
    client: Callable[[], asyncssh.SSHClient]
    files: tuple[Path, ...]

    def places(self, host: str, port: int) -> list[str]:
        """Return "file:line" of each line that names the host, by any kind of key."""
        return [
            f"{path}:{number}"
            for path in self.files
            for number, line in enumerate(_lines(path), start=1)
            if _names(line, host, port)
        ]


class HostKeys:
    """The known hosts files that were read so far."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, ...], asyncssh.SSHKnownHosts] = {}

    def of(self, target: Target, options: Any) -> Keys:  # noqa: ANN401 -- asyncssh's options are untyped here
        """Return what is known for one host.

        Raises:
            ValueError: StrictHostKeyChecking has a value that cannot be followed.

        """
        user = _expanded(options.config.get("UserKnownHostsFile", _USER))
        files = user + _expanded(options.config.get("GlobalKnownHostsFile", _GLOBAL))
        strict = target.ssh_options.get("stricthostkeychecking", "yes").lower()
        if strict in ("no", "off"):
            return Keys(None, asyncssh.SSHClient, files)
        if strict == "accept-new":
            if not user:
                raise ValueError("StrictHostKeyChecking=accept-new needs a UserKnownHostsFile")
            return Keys(self._known(files), partial(_AcceptNew, self, files, user[0]), files)
        if strict not in ("yes", "ask"):
            raise ValueError(f'StrictHostKeyChecking is "{strict}": yes, accept-new or no')
        return Keys(self._known(files), asyncssh.SSHClient, files)

    def add(self, files: tuple[Path, ...], path: Path, line: str) -> None:
        """Write down the key of a host that was never seen before."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a") as known:
            known.write(f"{line}\n")
        self._read.pop(files, None)

    def _known(self, files: tuple[Path, ...]) -> asyncssh.SSHKnownHosts:
        if files not in self._read:
            text = "\n".join(line for path in files for line in _lines(path))
            self._read[files] = asyncssh.import_known_hosts(text)
        return self._read[files]


class _AcceptNew(asyncssh.SSHClient):
    """Takes, and writes down, the key of a host that no known hosts file names; a changed key stays refused."""

    def __init__(self, keys: HostKeys, files: tuple[Path, ...], path: Path) -> None:
        self._keys, self._files, self._path = keys, files, path

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        if any(_names(line, host, port) for path in self._files for line in _lines(path)):
            return False
        name = host if port == asyncssh.DEFAULT_PORT else f"[{host}]:{port}"
        self._keys.add(self._files, self._path, f"{name} {key.export_public_key().decode().strip()}")
        return True


def _expanded(paths: Any) -> tuple[Path, ...]:  # noqa: ANN401 -- a list of asyncssh's configuration
    return tuple(Path(path).expanduser() for path in paths if path.lower() not in ("none", "/dev/null"))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []


def _names(line: str, host: str, port: int) -> bool:
    try:
        found = asyncssh.import_known_hosts(line).match(host, "", None if port == asyncssh.DEFAULT_PORT else port)
    except ValueError:
        return False
    return bool(found[0])
