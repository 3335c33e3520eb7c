"""The root trees that the hosts of one Debian release share, built once and cached by the digest of
their recipe.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.lab.shell import command

Flavour = Literal["base", "full"]
"""base: small, boots in a second; full: what most rules are about is installed, a kernel and its
loader too.
"""

CUSTOMISE = Path(__file__).with_name("customise.sh")
_BASE = (
    "systemd,systemd-sysv,dbus,openssh-server,python3,python3-apt,sudo,iproute2,procps,nftables,login,passwd,kmod,"
    "util-linux,mount,libpam-pwquality,libpam-modules,fish,tcsh,locales,e2fsprogs"
)
_FULL = (
    "linux-image-amd64,initramfs-tools,grub-pc,udev,auditd,apparmor,apparmor-utils,aide,aide-common,usbguard,rsyslog,"
    "chrony,cron,logrotate,unattended-upgrades,dconf-cli,pcscd,libccid,libpam-tmpdir,acl,attr,adduser,openscap-scanner,qemu-guest-agent"
)
PACKAGES: dict[Flavour, str] = {"base": _BASE, "full": f"{_BASE},{_FULL}"}


def cache_dir() -> Path:
    """Return where trees are kept: `$XDG_CACHE_HOME/tuile-lab`, or `.lab` in the checkout."""
    home = os.environ.get("XDG_CACHE_HOME")
    return Path(home) / "tuile-lab" if home else Path(__file__).resolve().parents[2] / ".lab"


def base_tree(release: str, flavour: Flavour = "base") -> Path:
    """Return the tree of a Debian release ("bookworm", "trixie"), building it (a minute at most) if
    need be.

    It is the read-only lower layer of running hosts: never write into it.

    Raises:
        LabError: mmdebstrap failed.

    """
    trees = cache_dir() / "trees"
    name = release if flavour == "base" else f"{release}-{flavour}"
    tree = trees / f"{name}-{_digest(release, flavour)}"
    if not tree.is_dir():
        trees.mkdir(parents=True, exist_ok=True)
        with alone(trees / f"{name}.lock"):
            if not tree.is_dir():
                build(release, flavour, tree)
    return tree


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other process builds the same."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _digest(release: str, flavour: Flavour) -> str:
    recipe = f"{release} {PACKAGES[flavour]}\n".encode() + CUSTOMISE.read_bytes()
    return hashlib.sha256(recipe).hexdigest()[:12]


def build(release: str, flavour: Flavour, tree: Path) -> None:
    """Build beside the final place and rename when complete, so that a tree that exists is whole.

    The builder mounts /proc and /sys: in a namespace of its own, so that nothing of them is left
    where it is killed.
    """
    building = tree.with_name(f"{release}-{flavour}.building")
    shutil.rmtree(building, ignore_errors=True)
    command(
        "unshare",
        "--mount",
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
        f"--include={PACKAGES[flavour]}",
        f"--customize-hook={CUSTOMISE}",
        "--skip=cleanup/apt/lists",
        release,
        str(building),
    )
    building.rename(tree)
