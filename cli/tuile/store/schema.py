"""The tables. A pass has no row: the host was visited, the rule was in the plan, no finding was open."""

from __future__ import annotations

from datetime import UTC, datetime

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

HEAD = "0004"
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

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's
        """Return the time in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the same
        """Return the time with its zone."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


Id = BigInteger().with_variant(Integer(), "sqlite")
Digest = String(64)

metadata = MetaData(naming_convention=_NAMES)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),  # null: stopped in the middle, or going on
    Column("baselines", Text, nullable=False),  # JSON: a list of labels
    Column("version", String(64), nullable=False),  # of Tuile
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
    Column("digest", Digest, primary_key=True),
    Column("rules", Text, nullable=False),  # canonical JSON
)
evidence = Table(
    "evidence",
    metadata,
    Column("digest", Digest, primary_key=True),  # of the JSON
    Column("body", LargeBinary, nullable=False),  # zlib of the canonical JSON
)
visit = Table(
    "visit",
    metadata,
    Column("id", Id, primary_key=True),  # of one host, in the order of storing
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("host_id", ForeignKey("host.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("plan_digest", ForeignKey("plan.digest")),  # these three are null where the host was not reached
    Column("result_digest", Digest),
    Column("evidence_digest", ForeignKey("evidence.digest")),
    Column("not_reached", Text),  # JSON: {en, fr}; null: reached
    Index(None, "host_id", "id"),
)
finding = Table(
    "finding",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host_id", ForeignKey("host.id"), nullable=False),
    Column("rule", String(255), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON: differences, reason
    Column("from_visit", ForeignKey("visit.id"), nullable=False),  # the first that found it
    Column("until_visit", ForeignKey("visit.id")),  # the first that found it otherwise; null: open
    Column("since_visit", ForeignKey("visit.id"), nullable=False),  # since when with this outcome, whatever the detail
    Column("passed_visit", ForeignKey("visit.id")),  # the last pass before; null: none since the rule is in the plan
    Index(None, "host_id", "until_visit"),
)
apply = Table(
    "apply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("host_id", ForeignKey("host.id"), nullable=False),
    Column("at", Instant, nullable=False),  # when the host had kept what it held, before anything was changed
    Column("engine", String(32), nullable=False),
    Column("kept", String(64), nullable=False),  # its id on the host
    Column("before_digest", Digest, nullable=False),
    Column("after_digest", Digest),  # null: not confirmed
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
    Column("digest", Digest, nullable=False),  # of the manifest that was signed
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
    Column("host", String(255), primary_key=True),  # its name: a rollout names hosts that no run has visited yet
    Column("ring", Integer, nullable=False),
    Column("step", String(32), nullable=False),
    Column("why", Text),  # JSON: {en, fr}
    Column("runs", Text, nullable=False),  # JSON: the runs in which it was begun
    Column("open", Text, nullable=False),  # JSON: the outcome of each rule that did not pass after the apply
)

revision = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own table; not in `metadata`, alembic keeps it itself."""
