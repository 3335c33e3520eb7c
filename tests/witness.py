"""What stands on a host, seen by other eyes than the program's own: to tell whether an undo left
anything behind.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.lab import LabHost, Machine

_WITNESS = r"""
cd /etc
find . -xdev -type f ! -name .pwd.lock ! -name ld.so.cache -printf '%p file %m %U:%G %TY%Tm%TdT%TT\n'
find . -xdev -type f -exec sha256sum {} +
find . -xdev ! -type f -printf '%p %y %m %U:%G %l\n'
find /home /root /srv /opt /boot /usr/local/etc -xdev -name .ansible -prune -o -printf '%p %y %m %U:%G %l\n'
findmnt --noheadings --list --output TARGET,VFS-OPTIONS,FS-OPTIONS --types notmpfs,autofs
findmnt --noheadings --list --output TARGET,VFS-OPTIONS,FS-OPTIONS /tmp /dev/shm
dpkg-query --show --showformat 'package ${Package} ${Version} ${db:Status-Status}\n'
nft --stateless --terse list ruleset
sysctl --all --pattern '^net\.' 2>/dev/null | grep -v -e _usage -e dirty -e stats -e random -e secret -e _count
systemctl list-unit-files --no-legend --plain | grep -v -e tuile-guard -e generated | tr -s ' '
"""


def witness(host: LabHost | Machine, units: Iterable[str] = ()) -> list[str]:
    """Return all lines about files, mounts, packages, firewall, network keys and units of a host,
    sorted.

    Of a unit that does not run, whether systemd remembers a failure of it is no state that could be
    brought back.
    """
    active = "\n".join(
        f"echo unit {unit} $(systemctl is-active {unit} | sed s/failed/inactive/)" for unit in units
    )
    return sorted(host.run(f"{_WITNESS}\n{active}", 120).stdout.splitlines())


def between(before: list[str], after: list[str]) -> list[str]:
    """Return what differs, as "- line" for what is gone and "+ line" for what is new."""
    return sorted(
        [f"- {line}" for line in {*before} - {*after}]
        + [f"+ {line}" for line in {*after} - {*before}]
    )
