"""The virtual machine's disk: a full tree with a loader, built once and cached by the digest of its
recipe.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab import qemu
from tests.lab.shell import LabError, attempt, command
from tests.lab.slot import mounts_under
from tests.lab.tree import alone, base_tree, cache_dir

RECIPE = Path(__file__).with_name("vm.sh")
DISK_ID = "6f3d1c52-8a0e-4b7d-9d55-7c1f0e2a4b90"
GIB = 2**30
SIZE, START, SECTOR = 5 * GIB, 2**20, 512
"""Bytes of the disk, and where its one partition begins."""
LOADER = "grub-install --no-floppy /dev/vda >&2 && update-grub >&2 && sync"
KEY = "key"


def machines_dir() -> Path:
    """Return the folder of the images and of the disks that are written to."""
    return cache_dir() / "machines"


def image(release: str) -> Path:
    """Return the folder with the disk of a release, and the key that opens it; built (two minutes)
    if need be.

    Raises:
        LabError: a program failed, or the machine did not come up.

    """
    folder = machines_dir()
    tree = base_tree(release, "full")
    recipe = tree.name.encode() + RECIPE.read_bytes() + Path(__file__).read_bytes()
    final = folder / f"{release}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if not final.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / f"{release}.lock"):
            if not final.is_dir():
                _build(tree, folder / f"{release}.building", final)
    return final


def _build(tree: Path, building: Path, final: Path) -> None:
    for left in mounts_under(building):
        attempt(["umount", "--lazy", left])
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(building / KEY))
    disk = building / "disk"
    with _over(tree, building) as root:
        _furnish(root, building)
        _partition(disk)
        command(
            "mkfs.ext4",
            "-q",
            "-d",
            str(root),
            "-U",
            DISK_ID,
            "-E",
            f"offset={START}",
            str(disk),
            str(_kib()),
        )
        _install_loader(root, disk)
    building.rename(final)


@contextmanager
def _over(tree: Path, building: Path) -> Iterator[Path]:
    """Give the tree to write upon; what is written goes with the block."""
    with TemporaryDirectory(dir=building) as layers:
        upper, work, root = (Path(layers) / name for name in ("upper", "work", "root"))
        for part in (upper, work, root):
            part.mkdir(mode=0o755)
        options = f"lowerdir={tree},upperdir={upper},workdir={work}"
        command("mount", "-t", "overlay", "-o", options, "tuile-lab", str(root))
        try:
            yield root
        finally:
            command("umount", str(root))


def _furnish(root: Path, building: Path) -> None:
    """Run the recipe inside the tree, and let the key in."""
    public = building.joinpath(f"{KEY}.pub").read_bytes()
    for home in (root / "root", *root.glob("home/*")):
        keys, owner = home / ".ssh/authorized_keys", home.stat()
        keys.write_bytes(public)
        keys.chmod(0o600)
        os.chown(keys, owner.st_uid, owner.st_gid)
    inside = [
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--pipe",
        f"--directory={root}",
    ]
    done = subprocess.run(  # noqa: S603 -- an argument list
        [*inside, "/bin/sh", "-eu", "-s", DISK_ID],
        input=RECIPE.read_bytes(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise LabError(f"{RECIPE.name}: {done.stderr.decode(errors='replace')[-2000:]}")
    shutil.copy(root / "etc/ssh/ssh_host_ed25519_key.pub", building / "hostkey.pub")


def _partition(disk: Path) -> None:
    """Write a disk with one bootable partition of Linux: an entry of 16 bytes in the first sector
    (MBR).
    """
    anywhere = b"\xfe\xff\xff"
    entry = struct.pack(
        "<B3sB3sII", 0x80, anywhere, 0x83, anywhere, START // SECTOR, (SIZE - START) // SECTOR
    )
    with disk.open("wb") as stream:
        stream.write(bytes(446) + entry + bytes(48) + b"\x55\xaa")
        stream.truncate(SIZE)


def _kib() -> int:
    return (SIZE - START) // 1024


def _install_loader(root: Path, disk: Path) -> None:
    """Boot the disk once with the kernel of the tree, and let the machine install its own loader."""
    kernel, initrd = next(root.glob("boot/vmlinuz-*")), next(root.glob("boot/initrd.img-*"))
    line = (
        "-kernel",
        str(kernel),
        "-initrd",
        str(initrd),
        "-append",
        "root=/dev/vda1 rw console=ttyS0 quiet",
    )
    with TemporaryDirectory(prefix="tuile-vm-") as folder:
        home = Path(folder)
        # A list
        with subprocess.Popen([*qemu.argv(disk, "raw", qemu.free_port(), home), *line]) as process:  # noqa: S603
            try:
                qemu.await_agent(process, home)
                done = qemu.run(home, LOADER, 300)
                if done.returncode:
                    raise LabError(f"{LOADER}: {done.stderr[-2000:]}")
                qemu.run(home, "systemctl --no-block poweroff", 60)
                process.wait(120)
            finally:
                process.kill()
