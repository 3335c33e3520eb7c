"""Rows that are kept once: by their digest, whatever names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Table, insert, select

AT_ONCE = 400
"""How many values go into one IN list: databases limit it."""
MOST = 200_000
"""How many ids are remembered: some 30 MB."""

_Item = TypeVar("_Item")


class ContentAddressed(Generic[_Item]):
    """The rows of one table, with the ids of those that were met before."""

    def __init__(self, table: Table, row: Callable[[_Item], Mapping[str, Any]]) -> None:
        """Take a table, and what gives the columns of a new row beside its digest."""
        self._table, self._row = table, row
        self._known: dict[bytes, int] = {}
        self._uncommitted: dict[bytes, int] = {}

    def ids(self, connection: Connection, items: Mapping[bytes, _Item]) -> dict[bytes, int]:
        """Return the ids of items by their digests; those that are not there yet are written."""
        found = self.known(connection, items)
        if len(found) < len(items):
            new = {digest: item for digest, item in items.items() if digest not in found}
            found |= self.add(connection, new)
        return found

    def known(self, connection: Connection, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Return the ids of those that are there."""
        found: dict[bytes, int] = {}
        unmet: list[bytes] = []
        for digest in digests:
            met = self._known.get(digest) or self._uncommitted.get(digest)
            if met is None:
                unmet.append(digest)
            else:
                found[digest] = met
        columns = self._table.c
        for some in chunks(unmet):
            there = select(columns.digest, columns.id).where(columns.digest.in_(some))
            stored = {row.digest: row.id for row in connection.execute(there)}
            self._uncommitted |= stored
            found |= stored
        return found

    def add(self, connection: Connection, items: Mapping[bytes, _Item]) -> dict[bytes, int]:
        """Write items that are not there, and return their ids."""
        rows = [{"digest": digest, **self._row(item)} for digest, item in items.items()]
        added = dict(zip(items, inserted(connection, self._table, rows), strict=True))
        self._uncommitted |= added
        return added

    def committed(self) -> None:
        """Remember the ids that were met since the last transaction."""
        if len(self._known) + len(self._uncommitted) > MOST:
            self._known.clear()
        self._known |= self._uncommitted
        self._uncommitted = {}

    def rolled_back(self) -> None:
        """Forget the ids that were met since the last transaction: their rows may not be there."""
        self._uncommitted = {}


def inserted(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in the same order."""
    if not rows:
        return []
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, rows))


def chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Yield the items in lists that are short enough for a statement."""
    everything = list(items)
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]
