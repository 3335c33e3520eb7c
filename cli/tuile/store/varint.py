"""Ids in few bytes: the differences of the sorted ids, seven bits to a byte, the lowest first
(LEB128).
"""

from __future__ import annotations

from collections.abc import Iterable

_SEVEN_BITS = 0x7F
_MORE = 0x80
"""Set in every byte of a number but its last."""


def pack(ids: Iterable[int]) -> bytes:
    """Return the ids, none of which is negative, as bytes; their order is not kept."""
    packed, before = bytearray(), 0
    for number in sorted(ids):
        rest, before = number - before, number
        while rest > _SEVEN_BITS:
            packed.append(rest & _SEVEN_BITS | _MORE)
            rest >>= 7
        packed.append(rest)
    return bytes(packed)


def unpack(packed: bytes) -> list[int]:
    """Return the ids in ascending order."""
    ids: list[int] = []
    number = before = shift = 0
    for byte in packed:
        number |= (byte & _SEVEN_BITS) << shift
        if byte & _MORE:
            shift += 7
        else:
            before += number
            ids.append(before)
            number = shift = 0
    return ids
