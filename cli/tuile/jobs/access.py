"""Who logs in to put a host right, and by what: what a kind is asked about before it changes the
way in.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path

from testinfra.host import Host

from tuile.policy.kind import Login
from tuile.policy.target import Target
from tuile.transports import algorithms

GROUPS = "groups:"
"""The key of the look at the groups of who logs in; rule ids have no colon."""


def user_of(target: Target) -> str | None:
    """Return the account that logs in over SSH, None where nobody has to."""
    return None if target.connection == "local" else target.user or getpass.getuser()


def groups(host: Host, user: str) -> tuple[str, ...]:
    """Return the groups of an account on a host, none where it is not known there."""
    return tuple(host.run("id -Gn -- %s", user).stdout.split())


def login(target: Target, targets: Mapping[str, Target], seen: object) -> Login | None:
    """Return who logs in to a host; `seen`: the groups as the host told them, or why it did not."""
    user = user_of(target)
    if user is None:
        return None
    return Login(
        user,
        by_password=target.password is not None and target.key_file is None,
        has_password=target.password is not None,
        sudo_password=target.become and target.become_password is not None,
        groups=seen if isinstance(seen, tuple) else (),
        key=_type_of(target.key_file) if target.key_file else "",
        port=target.port or int(target.ssh_options.get("port", 22)),
        speaks=algorithms(),
        on_the_way_to=next(
            (other.name for other in targets.values() if _passes(other, target)), ""
        ),
    )


def _passes(other: Target, target: Target) -> bool:
    """Return whether the way to another host leads through this one, as the inventory says."""
    way = (
        *other.ssh_options.get("proxyjump", "").split(","),
        *other.ssh_options.get("proxycommand", "").split(),
    )
    hops = [hop.strip(" \"'").rpartition("@")[2] for hop in way]
    names = {name for name in (target.name, target.address) if name}
    return other is not target and any(hop.partition(":")[0] in names for hop in hops)


def _type_of(key_file: str) -> str:
    """Return the type of a key, which its public half begins with; "" where there is none beside
    it.
    """
    try:
        words = (
            Path(f"{key_file}.pub")
            .expanduser()
            .read_text(encoding="utf-8", errors="replace")
            .split()
        )
    except OSError:
        return ""
    return words[0] if words else ""
