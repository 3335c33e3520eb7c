"""A booted host as a test sees it: where it is, how to log in, and what can be done to it."""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab import boot, cgroup
from tests.lab.shell import LabError, attempt, command
from tests.lab.slot import Slot, end, start_time

ACCOUNTS = {"root": "root", "deploy": "home/deploy", "ops": "home/ops", "nosudo": "home/nosudo", "fishy": "home/fishy"}
ACCOUNTS |= {"cshy": "home/cshy"}
"""Account → its home: `deploy`, `fishy` (fish) and `cshy` (tcsh) have sudo without, `ops` with OPS_PASSWORD."""
OPS_PASSWORD = "tuile-lab"  # noqa: S105 -- known to all, of hosts that nobody else reaches


@dataclass
class LabHost:
    """One host of a running lab; made by `Lab.start`."""

    name: str
    address: str
    release: str
    key_file: Path
    """The private key that opens every account."""
    known_hosts: Path
    """A known_hosts file with the host's real key."""
    _slot: Slot = field(repr=False)
    _tree: Path = field(repr=False)
    light: bool = False
    """Whether it runs sshd only: no systemd, hence no units, no timers, no journal."""
    port: int = 22
    user: str = "deploy"
    _nspawn: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _leader: int = field(default=0, repr=False)

    def ssh_options(self) -> list[str]:
        """Return the options with which stock `ssh` reaches the host, strictly."""
        trust = ["-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "StrictHostKeyChecking=yes"]
        manners = ["-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]
        return ["-F", "none", "-i", str(self.key_file), *manners, *trust]

    def inventory_vars(self, user: str | None = None) -> dict[str, str | int]:
        """Return the Ansible variables with which an inventory reaches the host."""
        trust = f"-o UserKnownHostsFile={self.known_hosts} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes"
        return {
            "ansible_host": self.address,
            "ansible_port": self.port,
            "ansible_user": user or self.user,
            "ansible_ssh_private_key_file": str(self.key_file),
            "ansible_ssh_common_args": trust,
            "ansible_python_interpreter": "/usr/bin/python3",
        }

    def run(self, script: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a shell script as the host's root, without its sshd or its network, and return the result."""
        environment = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root"]
        environment.append("DEBIAN_FRONTEND=noninteractive")
        inside = ["nsenter", "--target", str(self._leader), "--mount", "--uts", "--ipc", "--net", "--pid"]
        return attempt([*inside, *environment, "/bin/sh", "-c", f"cd /root\n{script}"], timeout)

    def ssh(self, script: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command over stock ssh and return the result."""
        return attempt(["ssh", *self.ssh_options(), f"{user or self.user}@{self.address}", script], 60)

    def boot(self) -> None:
        """Boot on a fresh writable layer; `wait` says when it answers."""
        self._seed(boot.mount(self._home, self._tree))
        self.start()

    def start(self) -> None:
        """Boot on the writable layer as it was left: after `stop`, a reboot."""
        boot.plug(self._slot, self._namespace, self._link, self.address)
        self._nspawn = boot.boot(self._home / "root", self.name, self._namespace, light=self.light)
        self._slot.record(self._nspawn.pid)

    def wait(self) -> None:
        """Wait until sshd answers and systemd has started all it starts.

        Raises:
            LabError: it did not, in a minute.

        """
        assert self._nspawn is not None
        try:
            self._leader = boot.leader_of(self._nspawn)
            self._slot.record(self._leader)
            boot.wait_for(self._greeting, self._nspawn, "answer on port 22")
        except LabError as error:
            console = (self._home / "console").read_text(errors="replace")
            raise LabError(f"{self.name}: {error}; its console said:\n{console[-3000:]}") from None
        if not self.light:
            self.run("systemctl is-system-running --wait")

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
        """Wait for a fresh boot, and boot once more if it failed: on a busy machine a mount of it may (1 in 300).

        Raises:
            LabError: the second one failed too.

        """
        try:
            self.wait()
        except LabError:
            self.discard()
            self.boot()
            self.wait()

    def discard(self) -> None:
        """Cut the power and throw the writable layer away."""
        self.stop()
        boot.unmount(self._home)

    def cut(self) -> None:
        """Pull the network cable."""
        command("ip", "link", "set", self._link, "down")

    def restore(self) -> None:
        """Put the network cable back."""
        command("ip", "link", "set", self._link, "up")

    def _greeting(self) -> bytes | None:
        try:
            with socket.create_connection((self.address, self.port), timeout=1) as connection:
                return connection.recv(4) or None
        except OSError:
            return None

    def _seed(self, root: Path) -> None:
        """Give a fresh root the host's own name, host key and authorized key."""
        (root / "etc/hostname").write_text(f"{self.name}\n")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n{self.address} {self.name}\n")
        for suffix, mode in (("", 0o600), (".pub", 0o644)):
            key = root / f"etc/ssh/ssh_host_ed25519_key{suffix}"
            key.write_bytes((self._slot.home / f"{self.name}.hostkey{suffix}").read_bytes())
            key.chmod(mode)
        for home in ACCOUNTS.values():
            keys = root / home / ".ssh/authorized_keys"
            keys.write_bytes(self.key_file.with_name(f"{self.key_file.name}.pub").read_bytes())
            keys.chmod(0o644)

    @property
    def _home(self) -> Path:
        return self._slot.home / "hosts" / self.name

    @property
    def _namespace(self) -> str:
        return f"{self._slot.bridge}-{self.name}"

    @property
    def _link(self) -> str:
        return f"{self._slot.bridge}h{self.address.rsplit('.', 1)[1]}"
