"""What a host is, asked together with everything else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tuile.platforms.interface import Probe
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.errors import Unseen
from tuile.policy.model import Facts

if TYPE_CHECKING:
    from testinfra.host import Host

_COMMAND_NOT_FOUND = 127
_DPKG = "dpkg-query --show --showformat '${Package} ${db:Status-Status}\\n'"
_RPM = "rpm --query --all --queryformat '%{NAME} installed\\n'"
_MARKS = "ls -d /run/systemd/container /run/.containerenv /.dockerenv"


def os_release(host: Host) -> Mapping[str, str]:
    """Return the values of os-release(5)."""
    lines = output_of(host.run("cat /etc/os-release || cat /usr/lib/os-release")).splitlines()
    pairs = (line.split("=", 1) for line in lines if re.match(r"[A-Z0-9_]+=", line))
    return {key: "".join(shlex.split(value)) for key, value in pairs}


def names(host: Host) -> tuple[str, str]:
    """Return the host's own name and its kernel's release."""
    name, _, kernel = output_of(host.run("uname -n -r")).strip().partition(" ")
    return name, kernel


def is_root(host: Host) -> bool:
    """Return whether the looks are root's."""
    return output_of(host.run("id -u")).strip() == "0"


def is_container(host: Host) -> bool:
    """Return what systemd-detect-virt(1) says, or without it whether the usual marks of a container
    are there.
    """
    result = host.run("systemd-detect-virt --container")
    if result.rc != _COMMAND_NOT_FOUND:
        return bool(result.rc == 0)
    return bool(host.run(_MARKS).stdout)


def is_virtual(host: Host) -> bool:
    """Return what systemd-detect-virt(1) says, or without it whether the processor says that it is
    emulated.
    """
    result = host.run("systemd-detect-virt --vm")
    if result.rc != _COMMAND_NOT_FOUND:
        return bool(result.rc == 0)
    return bool(host.run(r"grep -m 1 '^flags.*\bhypervisor\b' /proc/cpuinfo").rc == 0)


def machine_id(host: Host) -> str:
    """Return the machine-id(5), "" where there is none."""
    return str(host.run("cat /etc/machine-id").stdout.strip())


def packages(host: Host) -> frozenset[str]:
    """Return the names of the installed packages, by dpkg or by rpm; a host with neither cannot
    say.
    """
    result = host.run(_DPKG)
    if result.rc == _COMMAND_NOT_FOUND:
        result = host.run(_RPM)
    pairs = (line.split(" ") for line in output_of(result).splitlines())
    return frozenset(name for name, *status in pairs if status == ["installed"])


def reboot(host: Host) -> tuple[str, ...] | None:
    """Return the packages that ask for a reboot, as Debian and Ubuntu note it; None where none
    does.
    """
    result = host.run(
        "[ ! -e /run/reboot-required ] || { echo asked; cat /run/reboot-required.pkgs; }"
    )
    first, *packages = result.stdout.splitlines() or [""]
    return tuple(sorted(set(packages))) if first == "asked" else None


LOOKS: Mapping[str, Probe] = {
    "os": os_release,
    "names": names,
    "root": is_root,
    "container": is_container,
    "virtual": is_virtual,
    "machine_id": machine_id,
    "packages": packages,
    "reboot": reboot,
}


def facts_from(seen: Mapping[str, Any]) -> Facts:
    """Return the facts from what the LOOKS returned.

    Raises:
        Unseen: one of them could not look; without facts nobody knows which rules apply.

    """
    for value in seen.values():
        if isinstance(value, Exception):
            raise Unseen(*value.args) if isinstance(value, Unseen) else Unseen(str(value))
    name, kernel = seen["names"]
    release = seen["os"]
    return Facts(
        hostname=name,
        os=release.get("ID", "linux"),
        version=release.get("VERSION_ID", ""),
        container=seen["container"],
        packages=seen["packages"],
        root=seen["root"],
        machine_id=seen["machine_id"],
        kernel=kernel,
        virtual=seen["virtual"],
        reboot=seen["reboot"],
    )
