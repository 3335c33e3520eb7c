"""What a gathering is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tuile.policy.model import Facts
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

Probe = Callable[["Host"], Any]
"""A synchronous function over plain testinfra, such as `functools.partial(observe, params=…)`."""


@dataclass(frozen=True)
class Limits:
    """How long and how much one host may take; times in seconds."""

    connect: float = 10
    """For each of: the connection, the login, a shell that answers."""
    silence: float = 30
    """A command that has not ended after so long is hung; one that begins with "timeout N " may
    take N.
    """
    total: float = 300
    """For a host as a whole."""
    output: int = 32 * 2**20
    """Bytes that a host may print."""
    at_once: int = 50
    """Hosts that are reached at the same time."""


@dataclass(frozen=True)
class Progress:
    """What the gathering is doing on one host."""

    host: str
    phase: Text


@dataclass(frozen=True)
class ProbeResult:
    """All that was seen on one host, by the keys of the looks; or why it was not reached, and then
    nothing else.

    What was seen before a host was lost is dropped: half an observation is not the state of a host,
    and a verdict from it would look as sound as the others.
    """

    host: str
    facts: Facts | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    """What each look returned, or the Unseen or NotApplicable that it raised."""
    not_reached: Text | None = None
    rounds: int = 0
    """How many times commands were sent and waited for."""
    seconds: float = 0.0
    host_cpu: float | None = None
    """CPU seconds that the looks cost the host; None where its shell did not say."""
