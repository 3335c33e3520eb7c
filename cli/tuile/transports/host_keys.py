"""Whose key a host may show: the user's known hosts, read once; strict unless the inventory relaxes
it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from tuile.policy.target import Target
from tuile.transports.known_hosts import Found, Line, find, names_of, parse

_USER = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
_GLOBAL = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
_LAX = ("no", "off")
_KRL = b"SSHKRL"
_PLAIN = "-*-cert-*"
Client = Callable[[], asyncssh.SSHClient]
Known = Callable[[str, str, int | None], tuple[Sequence[Any], ...]]


@dataclass
class Keys:
    """What asyncssh is told about the key of one host, and what a message may say of it."""

    known: Known
    client: Client
    found: Found

    @property
    def places(self) -> list[str]:
        """Return "file:line" of each line with a key of the host itself."""
        return self.found.places


class HostKeys:
    """The known hosts files that were read so far."""

    def __init__(self) -> None:
        self._read: dict[Path, list[Line]] = {}

    # Asyncssh's options are untyped here
    def of(self, target: Target, options: Any) -> Keys:  # noqa: ANN401
        """Return what is known for one host.

        Raises:
            ValueError: StrictHostKeyChecking has a value that cannot be followed.

        """
        user = _expanded(options.config.get("UserKnownHostsFile", _USER))
        files = user + _expanded(options.config.get("GlobalKnownHostsFile", _GLOBAL))
        names = names_of(options.host, options.port, options.host_key_alias)
        found = find([line for path in files for line in self._lines(path)], names)
        found.revoked += _revoked(target.ssh_options.get("revokedhostkeys", "none"))
        if not found.authorities and options.config.get("HostKeyAlgorithms") is None:
            options.update(
                server_host_key_algs=_PLAIN
            )  # a certificate of which nobody knows the authority is no help
        strict = target.ssh_options.get("stricthostkeychecking", "yes").lower()
        if strict in _LAX:
            return Keys(_any, partial(_Lax, found, has_password=target.password is not None), found)
        if strict == "accept-new":
            if not user:
                raise ValueError("StrictHostKeyChecking=accept-new needs a UserKnownHostsFile")
            return Keys(_told(found), partial(_AcceptNew, self, found, user[0], names[0]), found)
        if strict not in ("yes", "ask"):
            raise ValueError(f'StrictHostKeyChecking is "{strict}": yes, accept-new or no')
        return Keys(_told(found), asyncssh.SSHClient, found)

    def add(self, path: Path, line: str) -> None:
        """Write down the key of a host that was never seen before."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a") as known:
            known.write(f"{line}\n")
        self._read.pop(path, None)

    def _lines(self, path: Path) -> list[Line]:
        if path not in self._read:
            self._read[path] = [*parse(str(path), _text(path))]
        return self._read[path]


# Asyncssh's options are untyped here
def line_of(options: Any, key: asyncssh.SSHKey) -> str:  # noqa: ANN401
    """Return the line of known_hosts that says that a host has a key."""
    return f"{names_of(options.host, options.port, None)[0]} {_written(key)}"


class _AcceptNew(asyncssh.SSHClient):
    """Takes, and writes down, the key of a host that no known hosts file names; a changed key stays
    refused.
    """

    def __init__(self, keys: HostKeys, found: Found, path: Path, name: str) -> None:
        self._keys, self._found, self._path, self._name = keys, found, path, name

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        if self._found.keys:
            return False
        self._keys.add(self._path, f"{self._name} {_written(key)}")
        return True


class _Lax(asyncssh.SSHClient):
    """Takes any key; where another one was known, or it is revoked, no password goes there."""

    def __init__(self, found: Found, *, has_password: bool) -> None:
        self._found, self._has_password = found, has_password

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        doubtful = key in self._found.revoked or (
            bool(self._found.keys) and key not in self._found.keys
        )
        return not (doubtful and self._has_password)


def _told(found: Found) -> Known:
    """Return what asyncssh asks; it would look for the address too, which ssh does not."""
    return lambda *_: (found.keys, found.authorities, found.revoked)


def _any(*_: object) -> tuple[Sequence[Any], ...]:
    return (), (), ()


def _revoked(file: str) -> list[asyncssh.SSHKey]:
    """Return the keys of RevokedHostKeys.

    Raises:
        ValueError: it cannot be read, so that every key would have to be taken for revoked.

    """
    if file.lower() == "none":
        return []
    text = Path(file).expanduser().read_bytes()
    if text.startswith(_KRL):
        raise ValueError(
            f"RevokedHostKeys {file} is a KRL, which Tuile does not read; list the public keys"
            " instead"
        )
    keys = (f"* {line}" for line in text.decode("utf-8", "replace").splitlines())
    return [line.key for line in parse(file, "\n".join(keys))]


def _written(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key().decode().split()[:2])


def _expanded(paths: Any) -> tuple[Path, ...]:  # noqa: ANN401 -- a list of asyncssh's configuration
    return tuple(
        Path(path).expanduser() for path in paths if path.lower() not in ("none", "/dev/null")
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
