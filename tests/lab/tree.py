"""The root tree that all hosts of one Debian release share, built once and cached by the digest of its recipe."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.shell import command

CUSTOMISE = Path(__file__).with_name("customise.sh")
PACKAGES = (
    "systemd,systemd-sysv,dbus,openssh-server,python3,python3-apt,sudo,iproute2,procps,nftables,login,passwd,kmod,"
    "util-linux,mount,libpam-pwquality,libpam-modules,fish,tcsh,locales,e2fsprogs"
)


def cache_dir() -> Path:
    """Return where trees are kept: `$XDG_CACHE_HOME/tuile-lab`, or `.lab` in the checkout."""
    home = os.environ.get("XDG_CACHE_HOME")
    return Path(home) / "tuile-lab" if home else Path(__file__).resolve().parents[2] / ".lab"


def base_tree(release: str) -> Path:
    """Return the tree of a Debian release ("bookworm", "trixie"), building it (half a minute) if need be.

    It is the read-only lower layer of running hosts: never write into it.

    Raises:
        LabError: mmdebstrap failed.

    """
    trees = cache_dir() / "trees"
    tree = trees / f"{release}-{_digest(release)}"
    if not tree.is_dir():
        trees.mkdir(parents=True, exist_ok=True)
        with _alone(trees / f"{release}.lock"):
            if not tree.is_dir():
                _build(release, tree)
    return tree


def _digest(release: str) -> str:
    recipe = Path(__file__).read_bytes() + CUSTOMISE.read_bytes() + release.encode()
    return hashlib.sha256(recipe).hexdigest()[:12]


def _build(release: str, tree: Path) -> None:
    """Build beside the final place and rename when complete, so that a tree that exists is whole."""
    building = tree.with_name(f"{release}.building")
    shutil.rmtree(building, ignore_errors=True)
    command(
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
        f"--include={PACKAGES}",
        f"--customize-hook={CUSTOMISE}",
        "--skip=cleanup/apt/lists",
        release,
        str(building),
    )
    building.rename(tree)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process builds the same tree."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
