"""From a target to asyncssh's options: the inventory's own first, then the user's ssh
configuration.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import get_public_key_algs

from tuile.policy.target import ALIVE_COUNT, ALIVE_SECONDS, Target

_TO_JUMP_HOSTS = (
    "userknownhostsfile",
    "globalknownhostsfile",
    "identityfile",
    "certificatefile",
    "identitiesonly",
)
_FAST_FIRST = "^aes256-gcm@openssh.com,aes128-gcm@openssh.com"
"""All of asyncssh's ciphers, with AES-GCM before ChaCha20, which costs the controller three
contexts a packet.
"""
_OWN = ("stricthostkeychecking",)  # asyncssh does not know it: see host_keys


@cache
def algorithms() -> Mapping[str, frozenset[str]]:
    """Return by option of sshd (lower case) the algorithms that the client has."""
    has = {
        "kexalgorithms": get_kex_algs(),
        "ciphers": get_encryption_algs(),
        "macs": get_mac_algs(),
        "hostkeyalgorithms": get_public_key_algs(),
    }
    return {
        option: frozenset(name.decode("ascii") for name in names) for option, names in has.items()
    }


class Settings:
    """Reads keys and writes options for asyncssh once, however many hosts share them."""

    def __init__(self) -> None:
        self._keys: dict[str, Sequence[Any]] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: dict[str, str] = {}

    def of(self, target: Target) -> asyncssh.SSHClientConnectionOptions:
        """Return the options for one host.

        Raises:
            OSError: a key or configuration file cannot be read.
            ValueError: a configuration file or a key makes no sense (asyncssh's own errors are of
                this type).

        """
        given: dict[str, Any] = {
            "host": target.address or target.name,
            "config": self._config(target),
        }
        if target.port is not None:
            given["port"] = target.port
        if target.user is not None:
            given["username"] = target.user
        if target.key_file is not None:
            given["client_keys"] = self._key(target.key_file)
        if target.password is not None:
            given["password"] = target.password.reveal()
        options = asyncssh.SSHClientConnectionOptions(
            **given,
            agent_forwarding=False,
            x11_forwarding=False,
            x509_trusted_certs=None,
            command=None,
        )
        if options.config.get("Ciphers") is None:
            options.update(encryption_algs=_FAST_FIRST)
        if options.config.get("ServerAliveInterval") is None:
            options.update(keepalive_interval=ALIVE_SECONDS, keepalive_count_max=ALIVE_COUNT)
        return options

    # Asyncssh's options are untyped here
    def jump(self, target: Target, options: Any) -> Target | None:  # noqa: ANN401
        """Return the host to jump through, the last one of ProxyJump, as a target that jumps
        through the others.
        """
        chain = options.tunnel
        if not isinstance(chain, str) or not chain or chain.lower() == "none":
            return None
        *before, last = chain.split(",")
        user, _, place = last.strip().rpartition("@")
        name, port = _place(place)
        if name == (target.address or target.name):
            return None  # "Host *" with a ProxyJump: the jump host itself is reached directly, as ssh does
        handed = {key: value for key, value in target.ssh_options.items() if key in _TO_JUMP_HOSTS}
        if before:
            handed["proxyjump"] = ",".join(before)
        return Target(
            name,
            port=port,
            user=user or None,
            key_file=target.key_file,
            ssh_options=handed,
            ssh_config=target.ssh_config,
        )

    def close(self) -> None:
        """Remove what was written for asyncssh."""
        if self._folder is not None:
            self._folder.cleanup()

    def _config(self, target: Target) -> list[str]:
        given = {key: value for key, value in target.ssh_options.items() if key not in _OWN}
        paths = [self._file(given)] if given else []
        usual = target.ssh_config or "~/.ssh/config"
        path = Path(usual).expanduser()
        if target.ssh_config or os.access(path, os.R_OK):
            paths.append(str(path))
        return paths

    def _file(self, given: Mapping[str, str]) -> str:
        """Return the path of a private file with these options: asyncssh reads them itself, as ssh
        reads its -o.
        """
        text = "".join(f"{key} {' '.join(value.split())}\n" for key, value in given.items())
        if text not in self._files:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="tuile-")
            path = Path(self._folder.name, str(len(self._files)))
            path.touch(mode=0o600)
            path.write_text(text)
            self._files[text] = str(path)
        return self._files[text]

    def _key(self, key_file: str) -> Sequence[Any]:
        if key_file not in self._keys:
            try:
                self._keys[key_file] = asyncssh.load_keypairs([str(Path(key_file).expanduser())])
            except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError) as error:
                # An agent may hold the same key, unlocked; () lets asyncssh ask it.
                if "passphrase" not in str(error).lower() or not os.environ.get("SSH_AUTH_SOCK"):
                    raise
                self._keys[key_file] = ()
        return self._keys[key_file]


def _place(place: str) -> tuple[str, int | None]:
    """Return host and port of "host", "host:port", "[v6]:port" or "ssh://host:port"."""
    bare = place.removeprefix("ssh://")
    if bare.startswith("["):
        name, _, port = bare[1:].partition("]")
        return name, int(port[1:]) if port[1:] else None
    name, _, port = bare.partition(":")
    return name, int(port) if port else None
