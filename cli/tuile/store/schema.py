"""The tables: what did not pass, and each content once.

A pass has no row: the host was visited, the rule was in the plan, no finding was open.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

HEAD = "0005"
"""The newest revision in migrations/versions, so that alembic need not be imported to know it."""

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A point in time in UTC; SQLite keeps no zone, so it is added again when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- SQLAlchemy's
    ) -> datetime | None:
        """Return the time in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- the same
    ) -> datetime | None:
        """Return the time with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Microseconds(TypeDecorator[datetime]):
    """A point in time as microseconds since 1970 in UTC: 8 bytes where a date in words takes 26."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- SQLAlchemy's
    ) -> int | None:
        """Return the microseconds, as a whole number: a float would lose the last of them."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(
        self,
        value: int | None,
        dialect: Dialect,  # noqa: ARG002 -- the same
    ) -> datetime | None:
        """Return the time in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Id = BigInteger().with_variant(Integer(), "sqlite")
Digest = LargeBinary(32)
"""A sha256."""

metadata = MetaData(naming_convention=_NAMES)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),  # null: stopped in the middle, or going on
    Column("baselines", Text, nullable=False),  # JSON: a list of labels
    Column("version", String(64), nullable=False),  # of Tuile
    Column("last_visit", Id),  # the newest that was stored for it, so that none beyond need be read
)
host = Table(
    "host",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
)
plan = Table(
    "plan",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("rules", Text, nullable=False),  # canonical JSON
)
content = Table(
    "content",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Digest, nullable=False, unique=True),  # of the JSON
    Column("body", LargeBinary, nullable=False),  # canonical JSON, with zlib where that is shorter
)
evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Digest, nullable=False, unique=True),  # of the sorted digests of its contents
    Column("facts_id", ForeignKey("content.id"), nullable=False),
    Column("contents", LargeBinary, nullable=False),  # the ids of all others; see varint.py
)
statement = Table(
    "statement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Digest, nullable=False, unique=True),  # of all that follows
    Column("rule", String(255), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON: differences, reason
)
state = Table(
    "state",
    metadata,
    Column("id", Id, primary_key=True),  # of one host, for all visits in a row that found the same
    Column("plan_digest", ForeignKey("plan.digest"), nullable=False),
    Column("found_digest", Digest, nullable=False),  # of the sorted digests of its statements
    Column("statements", LargeBinary, nullable=False),  # their ids; see varint.py
    Column("evidence_id", ForeignKey("evidence.id")),
    Column("basis", String(64), nullable=False),  # what it was last judged from; "": not known
    Column("counts", Text, nullable=False),  # JSON: how many rules came to each outcome but pass
    Column("never_passed", Integer, nullable=False),  # how many of them fail and have never passed
)
visit = Table(
    "visit",
    metadata,
    Column("id", Id, primary_key=True),  # of one host, in the order of storing
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("host_id", ForeignKey("host.id"), nullable=False),
    Column("at", Microseconds, nullable=False),
    Column("state_id", ForeignKey("state.id")),  # null: not reached
    Column("missed_id", ForeignKey("content.id")),  # why it was not reached: {en, fr}
    Index(None, "host_id", "id"),
)
finding = Table(
    "finding",
    metadata,
    Column("host_id", ForeignKey("host.id"), primary_key=True),
    Column("statement_id", ForeignKey("statement.id"), primary_key=True),
    Column("from_visit", ForeignKey("visit.id"), primary_key=True),  # the first that found it
    Column("until_visit", ForeignKey("visit.id")),  # the first that found it otherwise; null: open
    Column("since_visit", ForeignKey("visit.id"), nullable=False),  # since when with this outcome
    Column("passed_visit", ForeignKey("visit.id")),  # the last pass before; null: none in this plan
    sqlite_with_rowid=False,  # the rows lie in the order of the key: those of a host together
)
apply = Table(
    "apply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("host_id", ForeignKey("host.id"), nullable=False),
    Column(
        "at", Instant, nullable=False
    ),  # when the host had kept what it held, before anything was changed
    Column("engine", String(32), nullable=False),
    Column("kept", String(64), nullable=False),  # its id on the host
    Column("before_digest", String(64), nullable=False),
    Column("after_digest", String(64)),  # null: not confirmed
    Column("things", Text, nullable=False),  # canonical JSON: what each rule may change
    Column("ending", String(32)),  # null: not known, so by now the host is as it was
    Column("ended", Instant),
    Index(None, "host_id", "id"),
)

release = Table(
    "release",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("version", String(64), nullable=False),
    Column("digest", String(64), nullable=False),  # of the manifest that was signed
    Column("signers", Text, nullable=False),  # JSON: a list of principals
    Column("first", Instant, nullable=False),  # when it was first applied
    UniqueConstraint("name", "version", "digest"),
)
rollout = Table(
    "rollout",
    metadata,
    Column("id", Id, primary_key=True),
    Column("baseline", String(255), nullable=False),
    Column("started", Instant, nullable=False),
    Column("rings", Text, nullable=False),  # JSON: their names, in order
    Column("pace", Text, nullable=False),  # JSON: parallel, max_fail, soak in seconds
    Column("ordered", Text, nullable=False),  # canonical JSON: how it is carried out; no secrets
    Column("phase", String(32), nullable=False),
    Column("ring", Integer, nullable=False),  # the one at work, an index of rings
    Column("until", Instant),  # the end of the soak
    Column("why", Text, nullable=False),  # JSON: a list of {en, fr}
)
rollout_host = Table(
    "rollout_host",
    metadata,
    Column("rollout_id", ForeignKey("rollout.id"), primary_key=True),
    Column(
        "host", String(255), primary_key=True
    ),  # its name: a rollout names hosts that no run has visited yet
    Column("ring", Integer, nullable=False),
    Column("step", String(32), nullable=False),
    Column("why", Text),  # JSON: {en, fr}
    Column("runs", Text, nullable=False),  # JSON: the runs in which it was begun
    Column(
        "open", Text, nullable=False
    ),  # JSON: the outcome of each rule that did not pass after the apply
)

revision = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own table; not in `metadata`, alembic keeps it itself."""
