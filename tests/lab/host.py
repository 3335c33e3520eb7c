"""A booted host as a test sees it: where it is, how to log in, and what can be done to it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab import boot, cgroup
from tests.lab.reach import Reachable
from tests.lab.shell import LabError, attempt, command
from tests.lab.slot import Slot, end, start_time

ACCOUNTS = {
    "root": "root",
    "deploy": "home/deploy",
    "ops": "home/ops",
    "nosudo": "home/nosudo",
    "fishy": "home/fishy",
}
ACCOUNTS |= {"cshy": "home/cshy", "tuile": "home/tuile", "bris-de-glace": "home/bris-de-glace"}
"""Account → its home: `deploy`, `tuile`, `fishy` (fish) and `cshy` (tcsh) have sudo without, `ops`
with one.
"""
OPS_PASSWORD = "tuile-lab"  # noqa: S105 -- known to all, of hosts that nobody else reaches


@dataclass
class LabHost(Reachable):
    """One host of a running lab; made by `Lab.start`."""

    slot: Slot = field(repr=False, kw_only=True)
    tree: Path = field(repr=False, kw_only=True)
    light: bool = field(default=False, kw_only=True)
    """Whether it runs sshd only: no systemd, hence no units, no timers, no journal."""
    kept: Path | None = field(default=None, repr=False, kw_only=True)
    """A writable layer of an earlier life, by `keep`, on which each fresh one lies."""
    _nspawn: subprocess.Popen[bytes] | None = field(default=None, repr=False, init=False)
    _leader: int = field(default=0, repr=False, init=False)

    def run(self, script: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a shell script as the host's root, without its sshd or its network, and return the
        result.
        """
        environment = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root"]
        environment.append("DEBIAN_FRONTEND=noninteractive")
        inside = [
            "nsenter",
            "--target",
            str(self._leader),
            "--mount",
            "--uts",
            "--ipc",
            "--net",
            "--pid",
        ]
        return attempt([*inside, *environment, "/bin/sh", "-c", f"cd /root\n{script}"], timeout)

    def boot(self) -> None:
        """Boot on a fresh writable layer; `wait` says when it answers."""
        self._seed(boot.mount(self._home, *([self.kept] if self.kept else []), self.tree))
        self.start()

    def start(self) -> None:
        """Boot on the writable layer as it was left: after `stop`, a reboot."""
        boot.plug(self.slot, self._namespace, self._link, self.address)
        self._nspawn = boot.boot(self._home / "root", self.name, self._namespace, light=self.light)
        self.slot.record(self._nspawn.pid)

    def wait(self) -> None:
        """Wait until sshd answers and systemd has started all it starts.

        Raises:
            LabError: it did not, in a minute.

        """
        assert self._nspawn is not None
        try:
            self._leader = boot.leader_of(self._nspawn)
            self.slot.record(self._leader)
            boot.wait_for(lambda: self.greets() or None, self._nspawn, "answer on port 22")
        except LabError as error:
            console = (self._home / "console").read_text(errors="replace")
            raise LabError(f"{self.name}: {error}; its console said:\n{console[-3000:]}") from None
        if not self.light:
            self.run("systemctl is-system-running --wait", 300)

    def stop(self) -> None:
        """Cut the power: no unit is stopped in order, the writable layer stays."""
        if self._nspawn is not None:
            end(self._leader, start_time(self._leader))
            end(self._nspawn.pid, start_time(self._nspawn.pid))
            self._nspawn.wait()
            boot.unplug(self._namespace, self._link)
            for group in cgroup.groups(self._namespace):
                cgroup.remove(group)
            self._nspawn, self._leader = None, 0

    def reset(self) -> None:
        """Throw away all that was changed on the host and boot it again (half a second)."""
        self.discard()
        self.boot()
        self.settle()

    def settle(self) -> None:
        """Wait for a fresh boot, and boot once more if it failed: on a busy machine a mount of it
        may (1 in 300).

        Raises:
            LabError: the second one failed too.

        """
        try:
            self.wait()
        except LabError:
            self.discard()
            self.boot()
            self.wait()

    def reboot(self) -> None:
        """Boot again on the writable layer as it is, and wait until it answers."""
        self.stop()
        self.start()
        self.wait()

    def keep(self, folder: Path) -> None:
        """Cut the power and keep the writable layer as it is in a new folder: from now on a reset
        comes back to it.
        """
        self.stop()
        command("cp", "--archive", str(self._home / "upper"), str(folder))
        self.kept = folder

    def discard(self) -> None:
        """Cut the power and throw the writable layer away."""
        self.stop()
        boot.unmount(self._home)

    def bring(self, folder: Path, place: str) -> None:
        """Copy a folder of this machine to a new place on the running host."""
        command("cp", "--recursive", str(folder), str(self._home / "root" / place.lstrip("/")))

    def cut(self) -> None:
        """Pull the network cable."""
        command("ip", "link", "set", self._link, "down")

    def restore(self) -> None:
        """Put the network cable back."""
        command("ip", "link", "set", self._link, "up")

    def _seed(self, root: Path) -> None:
        """Give a fresh root the host's own name, host key and authorized key."""
        (root / "etc/hostname").write_text(f"{self.name}\n")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n{self.address} {self.name}\n")
        for suffix, mode in (("", 0o600), (".pub", 0o644)):
            key = root / f"etc/ssh/ssh_host_ed25519_key{suffix}"
            key.write_bytes((self.slot.home / f"{self.name}.hostkey{suffix}").read_bytes())
            key.chmod(mode)
        for home in (
            home for home in ACCOUNTS.values() if (root / home).is_dir()
        ):  # a test may have taken one away
            keys = root / home / ".ssh/authorized_keys"
            keys.write_bytes(self.key_file.with_name(f"{self.key_file.name}.pub").read_bytes())
            keys.chmod(0o600)
            owner = (root / home).stat()
            os.chown(keys, owner.st_uid, owner.st_gid)
        _own_drop_ins(root)

    @property
    def _home(self) -> Path:
        return self.slot.home / "hosts" / self.name

    @property
    def _namespace(self) -> str:
        return f"{self.slot.bridge}-{self.name}"

    @property
    def _link(self) -> str:
        return f"{self.slot.bridge}h{self.address.rsplit('.', 1)[1]}"


def _own_drop_ins(root: Path) -> None:
    """Have the package base-files own the drop-ins of the lab: to rules about units they are then
    as shipped.
    """
    listed = root / "var/lib/dpkg/info/base-files.list"
    drop_ins = [
        f"/{path.relative_to(root)}\n"
        for path in sorted(root.glob("etc/systemd/system/*.d/lab.conf"))
    ]
    if drop_ins and drop_ins[0] not in listed.read_text():
        listed.write_text(listed.read_text() + "".join(drop_ins))
