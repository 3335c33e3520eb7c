"""What hosts keep of each apply, so that it can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table of applies."""
    op.create_table(
        "apply",
        sa.Column("id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("host_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("engine", sa.String(32), nullable=False),
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("before_digest", sa.String(64), nullable=False),
        sa.Column("after_digest", sa.String(64)),
        sa.Column("things", sa.Text, nullable=False),
        sa.Column("ending", sa.String(32)),
        sa.Column("ended", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_apply"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_apply_run_id"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_apply_host_id"),
    )
    op.create_index("ix_apply_run_id", "apply", ["run_id"])
    op.create_index("ix_apply_host_id_id", "apply", ["host_id", "id"])
