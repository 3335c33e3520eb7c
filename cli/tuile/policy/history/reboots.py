"""Which hosts need a reboot, and why: no rule ever reboots a machine, a person does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tuile.policy.history.host_state import HostStatus, Recorded, Seen


@dataclass(frozen=True)
class HostReboot:
    """One host as it was last seen, and what a reboot would put right there."""

    host: str
    seen: Seen | None
    """None: it was never reached, so nobody can say."""
    stale: bool = False
    """It has not been reached since."""
    rules: tuple[Recorded, ...] = ()
    """Rules that are right from the next boot on, and not yet."""
    asked: bool = False
    """The host itself asks for a reboot (/run/reboot-required)."""
    packages: tuple[str, ...] = ()
    """The packages that asked for it."""

    @property
    def needed(self) -> bool:
        """Return whether the host needs a reboot."""
        return bool(self.rules) or self.asked


@dataclass(frozen=True)
class Reboots:
    """The hosts of the store, sorted."""

    hosts: tuple[HostReboot, ...]

    @property
    def needed(self) -> tuple[HostReboot, ...]:
        """Return the hosts that need a reboot."""
        return tuple(host for host in self.hosts if host.needed)

    @property
    def unsure(self) -> tuple[HostReboot, ...]:
        """Return the other hosts of which it is not known: never reached, or not any more."""
        return tuple(
            host for host in self.hosts if not host.needed and (host.seen is None or host.stale)
        )


def reboot_of(
    status: HostStatus, pending: Collection[Recorded], asking: Collection[str] | None
) -> HostReboot:
    """Return what is known of one host; `asking`: the packages that ask for a reboot, None where
    nobody does.
    """
    rules = tuple(sorted(pending, key=lambda found: found.rule))
    packages = tuple(sorted(asking or ()))
    return HostReboot(status.host, status.seen, status.stale, rules, asking is not None, packages)
