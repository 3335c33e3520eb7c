"""An sshd of the test's own on the loopback interface, run as an ordinary process."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tuile.policy.target import Target

SSHD = Path("/usr/sbin/sshd")
KEYGEN, PS = shutil.which("ssh-keygen") or "ssh-keygen", shutil.which("ps") or "ps"
PRIVILEGE_SEPARATION = Path("/run/sshd")


@dataclass
class Sshd:
    """A running sshd: how to reach it, and the process to stop."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def target(self, name: str = "here", **options: str) -> Target:
        """Return a target that leads there; keyword arguments are options of ssh_config."""
        known = {
            "userknownhostsfile": str(self.folder / "known_hosts"),
            "globalknownhostsfile": "none",
        }
        return Target(
            name,
            address="127.0.0.1",
            port=self.port,
            user=pwd.getpwuid(os.geteuid()).pw_name,
            key_file=str(self.folder / "user_key"),
            ssh_config="/dev/null",
            ssh_options={**known, **options},
        )

    def children(self) -> list[int]:
        """Return the processes that serve the connections."""
        listing = subprocess.run(  # noqa: S603 -- ps, of our own server
            [PS, "-o", "pid=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(pid) for pid in listing.stdout.split()]

    def stop(self) -> None:
        """End the server and what it serves."""
        for pid in [*self.children(), self.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def make_key(path: Path, passphrase: str = "") -> str:
    """Make an Ed25519 key and return its public half."""
    subprocess.run(  # noqa: S603 -- a key under tmp_path
        [KEYGEN, "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path],
        check=True,
        capture_output=True,
    )
    return path.with_suffix(".pub").read_text().strip()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_sshd(folder: Path, *more: str) -> Sshd:
    """Start an sshd with keys of its own; the user's key is let in and its host key is known."""
    folder.chmod(0o700)
    port, host_key = free_port(), make_key(folder / "host_key")
    (folder / "authorized_keys").write_text(make_key(folder / "user_key") + "\n")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}\n")
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder}/host_key",
        f"AuthorizedKeysFile {folder}/authorized_keys",
        "PidFile none",
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "MaxStartups 200",
        *more,
    ]
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own server
            [SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=log
        )
    wait_for(port, process, folder / "log")
    return Sshd(folder, port, process)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server listens."""
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"sshd did not start: {log.read_text()}")


@pytest.fixture
def needs_sshd() -> Iterator[None]:
    """Skip where there is no sshd; as root it also needs its folder, which the service would make."""
    if not SSHD.exists():
        pytest.skip("no /usr/sbin/sshd here (Debian: openssh-server)")
    made = os.geteuid() == 0 and not PRIVILEGE_SEPARATION.exists()
    if made:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755)
    yield
    if made:
        PRIVILEGE_SEPARATION.rmdir()


@pytest.fixture
# The fixture's doing is what counts
def sshd(tmp_path: Path, needs_sshd: None) -> Iterator[Sshd]:  # noqa: ARG001
    """Yield a running sshd."""
    server = start_sshd(tmp_path)
    yield server
    server.stop()
