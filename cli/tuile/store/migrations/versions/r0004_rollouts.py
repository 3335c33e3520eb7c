"""Rollouts: how far each host of each is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rollout",
        sa.Column("id", _ID, nullable=False),
        sa.Column("baseline", sa.String(255), nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("rings", sa.Text, nullable=False),
        sa.Column("pace", sa.Text, nullable=False),
        sa.Column("ordered", sa.Text, nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("ring", sa.Integer, nullable=False),
        sa.Column("until", _TIME),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rollout"),
    )
    op.create_table(
        "rollout_host",
        sa.Column("rollout_id", _ID, nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("ring", sa.Integer, nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("runs", sa.Text, nullable=False),
        sa.Column("open", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("rollout_id", "host", name="pk_rollout_host"),
        sa.ForeignKeyConstraint(["rollout_id"], ["rollout.id"], name="fk_rollout_host_rollout_id"),
    )
