"""How a host of the lab is reached over SSH, be it booted by systemd-nspawn or emulated."""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.lab.shell import attempt


@dataclass
class Reachable:
    """A host as its clients see it: an address, and keys on both sides."""

    name: str
    address: str
    release: str
    key_file: Path
    """The private key that opens every account."""
    known_hosts: Path
    """A known_hosts file with the host's real key."""
    port: int = 22
    user: str = "deploy"

    def ssh_options(self) -> list[str]:
        """Return the options with which stock `ssh` reaches the host, strictly."""
        trust = ["-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "StrictHostKeyChecking=yes"]
        manners = ["-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]
        return ["-F", "none", "-i", str(self.key_file), "-p", str(self.port), *manners, *trust]

    def inventory_vars(self, user: str | None = None) -> dict[str, str | int]:
        """Return the Ansible variables with which an inventory reaches the host."""
        trust = (
            f"-o UserKnownHostsFile={self.known_hosts} -o StrictHostKeyChecking=yes -o"
            " IdentitiesOnly=yes"
        )
        return {
            "ansible_host": self.address,
            "ansible_port": self.port,
            "ansible_user": user or self.user,
            "ansible_ssh_private_key_file": str(self.key_file),
            "ansible_ssh_common_args": trust,
            "ansible_python_interpreter": "/usr/bin/python3",
        }

    def ssh(self, script: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command over stock ssh and return the result."""
        return attempt(
            ["ssh", *self.ssh_options(), f"{user or self.user}@{self.address}", script], 300
        )

    def greets(self) -> bool:
        """Return whether an sshd answers."""
        try:
            with socket.create_connection((self.address, self.port), timeout=1) as connection:
                return bool(connection.recv(4))
        except OSError:
            return False
