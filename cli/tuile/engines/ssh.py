"""Tells ssh(1), and pyinfra's SSH client, how to reach a host as the inventory says; strict about
host keys.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from tuile.policy.target import ALIVE_COUNT, ALIVE_SECONDS, Target

_OF_THE_HOST_ALONE = ("proxyjump", "proxycommand", "hostkeyalias", "connecttimeout")
"""Options that must not hold for the machines on the way to it."""
_NOT_LENT = {"forwardagent": "no", "forwardx11": "no"}
"""Whatever the inventory or ssh_config says: a host has no use for our agent or our screen."""
_ALIVE = {"serveraliveinterval": str(ALIVE_SECONDS), "serveralivecountmax": str(ALIVE_COUNT)}


def arguments(target: Target) -> str:
    """Return the arguments of ssh(1), quoted as Ansible's `ansible_ssh_common_args` wants them."""
    words = ["-F", target.ssh_config] if target.ssh_config else []
    for name, value in _options(target).items():
        words += ["-o", f"{name}={value}"]
    return shlex.join(words)


def config(target: Target, known: Path | None = None) -> str:
    """Return an ssh_config(5) for this host and the machines on the way to it.

    `known` has the keys that a check has found good, where there are any: no other key will do.
    """
    options = _options(target)
    if known is not None:
        options |= {
            "userknownhostsfile": str(known),
            "globalknownhostsfile": "none",
            "stricthostkeychecking": "yes",
        }
    if target.key_file:
        options["identityfile"] = target.key_file
    alone = [name for name in _OF_THE_HOST_ALONE if name in options]
    lines = [
        f"Host {target.address or target.name}",
        *(f"  {name} {options.pop(name)}" for name in alone),
    ]
    lines += ["Host *", *(f"  {name} {value}" for name, value in options.items())]
    if target.ssh_config != "none":
        lines.append(f"Include {Path(target.ssh_config or '~/.ssh/config').expanduser()}")
    return "\n".join(lines) + "\n"


def strictness(target: Target) -> str:
    """Return what to do about the key of a host: yes, accept-new, no … (StrictHostKeyChecking)."""
    return "yes" if target.accepted else _options(target)["stricthostkeychecking"]


def _options(target: Target) -> dict[str, str]:
    given: Mapping[str, str] = {
        name: value for name, value in target.ssh_options.items() if name not in ("user", "port")
    }
    return {"stricthostkeychecking": "yes", **_ALIVE, **given, **_NOT_LENT}
