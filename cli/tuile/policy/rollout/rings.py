"""Which host belongs to which ring: as the policy or the inventory says, the others dealt out by
share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tuile.policy.digest import digest
from tuile.policy.errors import Usage, did_you_mean

DEFAULT = "canary,pilot,rest"
_RING = re.compile(r"^([a-z][a-z0-9_-]*)(?::([1-9][0-9]?|100)%)?$")


@dataclass(frozen=True)
class Ring:
    """A ring by its name, and the percentage of all hosts that it is to have at least."""

    name: str
    share: int = 0


def read_rings(written: str) -> tuple[Ring, ...]:
    """Return the rings of "canary:5%,pilot:25%,rest", in their order.

    Raises:
        Usage: it is not written so.

    """
    found = [(part, _RING.match(part.strip())) for part in written.split(",")]
    wrong = [part for part, match in found if match is None]
    if wrong:
        raise Usage(
            f'--rings: "{wrong[0]}" is no ring. Write them like this: canary:5%,pilot:25%,rest'
        )
    rings = tuple(Ring(match[1], int(match[2] or 0)) for _, match in found if match is not None)
    if len({ring.name for ring in rings}) < len(rings):
        raise Usage(f'--rings: "{written}" names a ring twice. Give each a name of its own.')
    return rings


def deal(named: Mapping[str, str], rings: Sequence[Ring]) -> dict[str, int]:
    """Return the ring of each host, as an index of `rings`.

    `named` has the ring that the policy or the inventory gives each host, "" for none. Hosts
    without one fill up the rings that have a share, in an order that is the same each time and says
    nothing about them; the last ring takes the others.

    Raises:
        Usage: a host is in a ring that is not among these.

    """
    index = {ring.name: number for number, ring in enumerate(rings)}
    for host, name in sorted(named.items()):
        if name and name not in index:
            raise Usage(
                f'{host} is in the ring "{name}", which is not among --rings.'
                f" {did_you_mean(name, index)}".strip()
            )
    dealt = {host: index[name] for host, name in named.items() if name}
    free = sorted((host for host, name in named.items() if not name), key=digest)
    for number, ring in enumerate(rings[:-1]):
        lacking = ceil(len(named) * ring.share / 100) - sum(
            place == number for place in dealt.values()
        )
        chosen, free = free[: max(0, lacking)], free[max(0, lacking) :]
        dealt.update(dict.fromkeys(chosen, number))
    return dealt | dict.fromkeys(free, len(rings) - 1)
