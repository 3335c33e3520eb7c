"""The lab: a bridge of its own, and the hosts that are plugged into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab.host import LabHost
from tests.lab.shell import LabError, command
from tests.lab.slot import Slot, take
from tests.lab.tree import Flavour, base_tree

WATCHERS = Path("/proc/sys/fs/inotify/max_user_instances")
ENOUGH = 1024
"""Of which a booted host takes four: the usual 128 let no more than 28 hosts of all labs boot."""


class Lab:
    """Booted hosts for as long as the `with` block lasts; nothing is left of them afterwards."""

    def __init__(self) -> None:
        self.hosts: dict[str, LabHost] = {}
        self._slot: Slot | None = None

    def __enter__(self) -> Self:
        """Clean what crashed runs left, then make the bridge and the key."""
        self._slot = take()
        try:
            self._prepare(self._slot)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(
        self, names: Iterable[str], release: str = "bookworm", tree: Flavour = "base"
    ) -> list[LabHost]:
        """Boot hosts of these names at the same time and return them when all answer.

        Raises:
            LabError: a host did not come up.

        """
        return self._up(names, release, base_tree(release, tree), light=False)

    def start_light(self, names: Iterable[str], release: str = "bookworm") -> list[LabHost]:
        """Start hosts that run sshd and nothing else: a hundred of them fit where two dozen booted
        ones do.

        Raises:
            LabError: a host did not come up.

        """
        return self._up(names, release, base_tree(release), light=True)

    def close(self) -> None:
        """End all hosts and remove every trace of them."""
        if self._slot is not None:
            for host in self.hosts.values():
                host.stop()
            self._slot.release()
            self.hosts, self._slot = {}, None

    def _prepare(self, slot: Slot) -> None:
        _make_room()
        command("ip", "link", "add", slot.bridge, "type", "bridge")
        command("ip", "addr", "add", f"{slot.address(0)}/24", "dev", slot.bridge)
        command("ip", "link", "set", slot.bridge, "up")
        (slot.home / "hosts").mkdir()
        _make_key(slot.home / "id_ed25519")

    def _up(self, names: Iterable[str], release: str, tree: Path, *, light: bool) -> list[LabHost]:
        hosts = [self._host(name, release, tree, light=light) for name in names]
        for host in hosts:
            host.boot()
        for host in hosts:
            host.settle()
        return hosts

    def _host(self, name: str, release: str, tree: Path, *, light: bool) -> LabHost:
        """Return a host that is not booted yet, with a host key of its own; one of this name gives
        way to it.
        """
        if self._slot is None:
            raise LabError("the lab is closed")
        slot = self._slot
        if name in self.hosts:
            host = self.hosts[name]
            host.discard()
            self.hosts[name] = replace(host, release=release, light=light, tree=tree)
            return self.hosts[name]
        address = slot.address(len(self.hosts) + 1)
        public = _make_key(slot.home / f"{name}.hostkey")
        known_hosts = slot.home / f"{name}.known_hosts"
        known_hosts.write_text(f"{address} {public}\n")
        key = slot.home / "id_ed25519"
        self.hosts[name] = LabHost(
            name, address, release, key, known_hosts, slot=slot, tree=tree, light=light
        )
        return self.hosts[name]


def _make_room() -> None:
    """Have this machine allow as many watchers of files as many hosts need; it stays so until its
    next reboot.
    """
    if int(WATCHERS.read_text()) < ENOUGH:
        WATCHERS.write_text(f"{ENOUGH}\n")


def _make_key(path: Path) -> str:
    """Make an SSH key pair and return the public half, without comment."""
    command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path))
    return path.with_name(f"{path.name}.pub").read_text().strip()
