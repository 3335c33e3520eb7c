"""One booted tree: overlay, network namespace, systemd-nspawn; started, found, and ended."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.lab import cgroup
from tests.lab.shell import LabError, attempt, command
from tests.lab.slot import Slot

CAPABILITIES = "CAP_NET_ADMIN,CAP_SYS_ADMIN,CAP_AUDIT_CONTROL,CAP_SYS_PTRACE"
DISK = "size=512m,mode=0755"
"""The host's writable layer, in memory: a test can fill it without filling this machine."""
BOOT_SECONDS = 60
FIRST = r"systemd|\(sd-stubinit\)"
"""The first process of a host, by name: systemd, or nspawn's own where the host is a light one."""
SERVE = "mount --all; mkdir -p /run/sshd; exec /usr/sbin/sshd -D"
"""All that runs on a light host."""
T = TypeVar("T")


def mount(home: Path, *trees: Path) -> Path:
    """Mount a fresh overlay over trees, the uppermost first, and return its root."""
    home.mkdir(exist_ok=True)
    command("mount", "-t", "tmpfs", "-o", DISK, "tuile-lab", str(home))
    for part in ("upper", "work", "root"):
        (home / part).mkdir(mode=0o755)
    layers = (
        f"lowerdir={':'.join(map(str, trees))},upperdir={home / 'upper'},workdir={home / 'work'}"
    )
    command("mount", "-t", "overlay", "-o", layers, "tuile-lab", str(home / "root"))
    return home / "root"


def unmount(home: Path) -> None:
    """Throw the writable layer away."""
    for place in (home / "root", home):
        attempt(["umount", "--lazy", str(place)])


def plug(slot: Slot, namespace: str, link: str, address: str) -> None:
    """Make a network namespace whose `host0` is plugged into the slot's bridge."""
    last = int(address.rsplit(".", 1)[1])
    # The hardware address is fixed: after a reset this machine still knows the host under the
    # former one.
    hardware = f"02:00:c6:12:{slot.number:02x}:{last:02x}"
    command("ip", "netns", "add", namespace)
    command(
        *f"ip link add {link} type veth peer name host0 address {hardware} netns {namespace}".split()
    )
    command("ip", "link", "set", link, "master", slot.bridge, "up")
    for words in (f"addr add {address}/24 dev host0", "link set host0 up", "link set lo up"):
        command("ip", "-n", namespace, *words.split())


def unplug(namespace: str, link: str) -> None:
    """Remove the link, then the namespace: the kernel takes its time over the second, and names
    must be free again.
    """
    attempt(["ip", "link", "del", link])
    attempt(["ip", "netns", "del", namespace])


def boot(root: Path, name: str, namespace: str, *, light: bool) -> subprocess.Popen[bytes]:
    """Start systemd on a root, or sshd alone; return the nspawn process at once, before the host
    answers.
    """
    init = ("--as-pid2", "/bin/sh", "-c", SERVE) if light else ("--boot",)
    argv = [
        *(
            "env",
            "SYSTEMD_NSPAWN_API_VFS_WRITABLE=network",
            "SYSTEMD_NSPAWN_TMPFS_TMP=0",
            "systemd-nspawn",
        ),
        *("--quiet", "--register=no", "--keep-unit", f"--directory={root}", f"--machine={name}"),
        *(
            "--console=read-only",
            f"--network-namespace-path=/run/netns/{namespace}",
            f"--capability={CAPABILITIES}",
        ),
        *init,
    ]
    with (root.parent / "console").open("wb") as console:
        return subprocess.Popen(  # noqa: S603 -- an argument list of our own
            cgroup.entering(namespace, argv),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def leader_of(nspawn: subprocess.Popen[bytes]) -> int:
    """Return the process id of the host's first process.

    Raises:
        LabError: nspawn ended.

    """
    return wait_for(lambda: _child(nspawn.pid), nspawn, "start its first process")


def wait_for(look: Callable[[], T | None], nspawn: subprocess.Popen[bytes], what: str) -> T:
    """Look again and again until there is something to see.

    Raises:
        LabError: nspawn ended or a minute went by.

    """
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and nspawn.poll() is None:
        if (seen := look()) is not None:
            return seen
        time.sleep(0.05)
    raise LabError(f"the host did not {what}")


def _child(parent: int) -> int | None:
    words = attempt(["pgrep", "--parent", str(parent), "--exact", FIRST]).stdout.split()
    return int(words[0]) if words else None
