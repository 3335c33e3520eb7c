"""The packet filter in the kernel, table by table."""

from __future__ import annotations

from tuile.policy.change.resource import Resource, ResourceType
from tuile.policy.text import Text

TABLE = ResourceType(
    "table", shown=Text("table {} of the firewall", "table {} du pare-feu"), rank=150
)


def _is_table(_name: str, other: Resource) -> bool:
    return other.type.slug == TABLE.slug


FIREWALL = ResourceType("firewall", rank=150, holds=_is_table)
NFTABLES = FIREWALL("nftables")
