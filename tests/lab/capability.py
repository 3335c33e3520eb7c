"""Whether this machine can host the lab."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.lab.shell import attempt

PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "gpg": "gpg gpg-agent",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "nsenter": "util-linux",
}
"""Program → the Debian package that has it."""
MACHINE_PROGRAMS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "qemu-img": "qemu-utils",
    "mkfs.ext4": "e2fsprogs",
    "setpriv": "util-linux",
}
"""What the virtual machine needs besides."""


def capable() -> bool:
    """Return whether the lab is expected to work here: root, with systemd-nspawn installed."""
    return os.geteuid() == 0 and shutil.which("systemd-nspawn") is not None


def missing(*, machine: bool = False) -> str | None:
    """Return one line that says why the lab, or its virtual machine, cannot run here; None where it
    can.
    """
    if os.geteuid() != 0:
        return "the lab needs root"
    programs = PROGRAMS | MACHINE_PROGRAMS if machine else PROGRAMS
    absent = sorted(
        {package for program, package in programs.items() if shutil.which(program) is None}
    )
    if absent:
        return f"the lab needs: apt-get install {' '.join(absent)}"
    if "\toverlay\n" not in Path("/proc/filesystems").read_text():
        attempt(["modprobe", "overlay"])
    if "\toverlay\n" not in Path("/proc/filesystems").read_text():
        return "the lab needs a kernel with overlayfs"
    probe = attempt(["unshare", "--net", "--mount", "ip", "link", "add", "probe", "type", "veth"])
    return (
        f"the lab needs network namespaces and veth: {probe.stderr.strip()}"
        if probe.returncode
        else None
    )
