"""Runs, hosts, visits, plans, evidence, and the intervals of what did not pass."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "run",
        sa.Column("id", _ID, nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("finished", _TIME),
        sa.Column("baselines", sa.Text, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_table(
        "host",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_host"),
        sa.UniqueConstraint("name", name="uq_host_name"),
    )
    for table, body in (
        ("plan", sa.Column("rules", sa.Text)),
        ("evidence", sa.Column("body", sa.LargeBinary)),
    ):
        body.nullable = False
        op.create_table(
            table,
            sa.Column("digest", sa.String(64), nullable=False),
            body,
            sa.PrimaryKeyConstraint("digest", name=f"pk_{table}"),
        )
    _visits()
    _findings()


def _visits() -> None:
    op.create_table(
        "visit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("host_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("plan_digest", sa.String(64)),
        sa.Column("result_digest", sa.String(64)),
        sa.Column("evidence_digest", sa.String(64)),
        sa.Column("not_reached", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        _points("visit", "run_id", "run.id"),
        _points("visit", "host_id", "host.id"),
        _points("visit", "plan_digest", "plan.digest"),
        _points("visit", "evidence_digest", "evidence.digest"),
    )
    op.create_index("ix_visit_run_id", "visit", ["run_id"])
    op.create_index("ix_visit_host_id_id", "visit", ["host_id", "id"])


def _findings() -> None:
    visits = ("from_visit", "until_visit", "since_visit", "passed_visit")
    op.create_table(
        "finding",
        sa.Column("id", _ID, nullable=False),
        sa.Column("host_id", _ID, nullable=False),
        sa.Column("rule", sa.String(255), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        *(
            sa.Column(name, _ID, nullable=name in {"until_visit", "passed_visit"})
            for name in visits
        ),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        _points("finding", "host_id", "host.id"),
        *(_points("finding", name, "visit.id") for name in visits),
    )
    op.create_index("ix_finding_host_id_until_visit", "finding", ["host_id", "until_visit"])


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")
