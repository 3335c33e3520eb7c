"""How one host is reached, as the inventory says.

Secrets are wrapped, so that no repr, log or digest shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tuile.policy.text import Text

ALIVE_SECONDS, ALIVE_COUNT = 15, 4
"""A host that is silent for so long is asked whether it is there; after so many times without an
answer it is not.
"""

RELAXED = ("no", "off", "accept-new")
"""Values of StrictHostKeyChecking with which a key is taken that nobody knows."""


class Secret:
    """A password in memory: printed, logged and compared as nothing."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the password, to hand it to the one who needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Target:
    """One host: where it is, who logs in, who acts there."""

    name: str
    connection: Literal["ssh", "local"] = "ssh"
    address: str = ""
    """Empty: the name itself, as ssh and its configuration files resolve it."""
    port: int | None = None
    user: str | None = None
    key_file: str | None = None
    ssh_options: Mapping[str, str] = field(default_factory=dict)
    """Options of ssh_config(5) by lower-case name, from `ansible_ssh_common_args` and its like:
    proxyjump and so on.
    """
    ssh_config: str | None = None
    accepted: tuple[str, ...] = ()
    """Lines of known_hosts with the keys that a check has found good: of the host and of the
    machines on the way.
    """
    password: Secret | None = None
    become: bool = False
    become_user: str = "root"
    become_password: Secret | None = None
    groups: tuple[str, ...] = ()
    obstacle: Text | None = None
    """Why Tuile cannot reach this host at all; None where it can try."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """The host's `tuile_*` variables."""

    @property
    def host_keys(self) -> str:
        """Return how its inventory relaxes the judgement of its key: no, off, accept-new; "" where
        it does not.
        """
        strict = self.ssh_options.get("stricthostkeychecking", "yes").lower()
        return strict if self.connection == "ssh" and strict in RELAXED else ""
