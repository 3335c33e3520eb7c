"""Nothing in the tables or the statements is of SQLite only."""

from __future__ import annotations

import pytest
from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tuile.store import host_history, read, schema

STATEMENTS: list[ClauseElement] = [
    *(CreateTable(table) for table in schema.metadata.sorted_tables),
    *(CreateIndex(index) for table in schema.metadata.sorted_tables for index in table.indexes),
    read.visited([1, 2]),
    read.open_at([1, 2]),
    host_history._LAST_CLOSED,
    schema.host.select().with_for_update(),
]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: type(statement).__name__)
def test_postgresql_takes_it(statement: ClauseElement) -> None:
    """Each statement has a form in PostgreSQL."""
    assert str(statement.compile(dialect=postgresql.dialect()))


def test_rows_of_hosts_are_locked_where_rows_can_be() -> None:
    """The visits of one host follow one another on PostgreSQL too, and times keep their zone there."""
    dialect = postgresql.dialect()
    assert str(schema.host.select().with_for_update().compile(dialect=dialect)).endswith(
        "FOR UPDATE"
    )
    assert "TIMESTAMP WITH TIME ZONE" in str(CreateTable(schema.run).compile(dialect=dialect))


def test_alembics_table_is_not_among_ours() -> None:
    """Else every comparison of the schema would find it."""
    assert schema.revision.name not in schema.metadata.tables
