"""A virtual machine with a kernel of its own, booted by GRUB from a disk: for what a container
cannot show.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

from tests.lab import qemu
from tests.lab.reach import Reachable
from tests.lab.shell import LabError, command
from tests.lab.vm_image import KEY, image, machines_dir

END_SECONDS = 120


class Machine(Reachable):
    """One emulated machine for as long as the `with` block lasts; everything on it is fresh, and
    goes with it.

    `volumes`: gigabytes of each of its further disks, which are empty: /dev/vdb and so on.
    """

    def __init__(
        self, name: str = "vm", release: str = "bookworm", volumes: Sequence[int] = ()
    ) -> None:
        folder = image(release)
        self._home = Path(mkdtemp(prefix="tuile-vm-"))
        known_hosts = self._home / "known_hosts"
        port = qemu.free_port()
        known_hosts.write_text(f"[127.0.0.1]:{port} {(folder / 'hostkey.pub').read_text()}")
        super().__init__(name, "127.0.0.1", release, folder / KEY, known_hosts, port)
        self._image = folder / "disk"
        self._disk = machines_dir() / f"{self._home.name}.{os.getpid()}.qcow2"
        self._volumes = {
            self._home / f"{number}.qcow2": size for number, size in enumerate(volumes)
        }
        self._kept = False
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Boot it."""
        _remove_left(machines_dir())
        try:
            self.reset()
        except BaseException:
            self.discard()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()
        shutil.rmtree(self._home, ignore_errors=True)

    def run(self, script: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a shell script as the machine's root, without its sshd or its network, and return the
        result.
        """
        return qemu.run(self._home, script, timeout)

    def start(self) -> None:
        """Switch the machine on, with the disk as it was left; `wait` says when it answers."""
        self._run_qemu()

    def wait(self) -> None:
        """Wait until sshd answers and systemd has started all it starts.

        Raises:
            LabError: it did not.

        """
        assert self._process is not None
        qemu.await_agent(self._process, self._home)
        self.run("systemctl is-system-running --wait", qemu.BOOT_SECONDS)
        _wait_for(self.greets, qemu.BOOT_SECONDS, "the machine's sshd does not answer")

    def stop(self) -> None:
        """Cut the power: no unit is stopped in order, the disk stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def power_off(self) -> None:
        """Shut the machine down in order."""
        assert self._process is not None
        self.run("systemctl --no-block poweroff")
        self._process.wait(END_SECONDS)
        self._process = None

    def reboot(self) -> None:
        """Reboot the machine in order, and wait until it answers again."""
        look = "cat /proc/sys/kernel/random/boot_id"
        before = self.run(look).stdout
        self.run("systemctl --no-block reboot")
        try:
            _wait_for(
                lambda: self._says(look) not in (before, ""),
                qemu.BOOT_SECONDS,
                "the machine did not reboot",
            )
        except LabError as error:
            raise LabError(f"{error}; its console said:\n{qemu.console(self._home)}") from None
        self.wait()

    def keep(self) -> None:
        """Keep the machine as it runs now: from here on a reset comes back to it, in two seconds.

        Raises:
            LabError: it could not.

        """
        qemu.save(self._home)
        self._kept = True

    def reset(self) -> None:
        """Throw away all that was changed on the machine, and boot it again or go on from where it
        was kept.
        """
        if self._kept:
            self.stop()
            self._run_qemu(*qemu.FROM_KEPT)
            self.wait()
            self.run(f"date --set @{time.time()}")  # its clock stood still
            return
        self.discard()
        command(
            *(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "raw",
                "-b",
                str(self._image),
                str(self._disk),
            )
        )
        for path, size in self._volumes.items():
            command("qemu-img", "create", "-q", "-f", "qcow2", str(path), f"{size}G")
        self.start()
        self.wait()

    def discard(self) -> None:
        """Cut the power and throw the disk away."""
        self.stop()
        self._disk.unlink(missing_ok=True)

    def cut(self) -> None:
        """Pull the network cable."""
        qemu.tell_machine(self._home, "set_link", name="cable", up=False)

    def restore(self) -> None:
        """Put the network cable back, and wait until sshd answers."""
        qemu.tell_machine(self._home, "set_link", name="cable", up=True)
        _wait_for(self.greets, qemu.BOOT_SECONDS, "the machine's sshd does not answer")

    def _run_qemu(self, *more: str) -> None:
        argv = qemu.argv(self._disk, "qcow2", self.port, self._home, [*self._volumes])
        # A list of our own
        self._process = subprocess.Popen([*argv, *more], stdin=subprocess.DEVNULL)  # noqa: S603

    def _says(self, script: str) -> str:
        try:
            return self.run(script, 10).stdout
        except (LabError, subprocess.TimeoutExpired):
            return ""


def _remove_left(folder: Path) -> None:
    """Remove the disks of runs that crashed: those whose process is gone."""
    for disk in folder.glob("*.qcow2"):
        if not Path("/proc", disk.suffixes[-2].removeprefix(".")).exists():
            disk.unlink(missing_ok=True)


def _wait_for(look: Callable[[], object], seconds: float, failing: str) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise LabError(failing)
        time.sleep(0.2)
