"""Alerts are told after they are written; channels count their failures.

What was told before stays told.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from publisher.store.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channelstate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("failing_since", UtcDateTime(), nullable=True))

    with op.batch_alter_table("alert", schema=None) as batch_op:
        for name in ("kind", "why"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in ("must_know", "waits"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        batch_op.add_column(sa.Column("asked_at", UtcDateTime(), nullable=True))
        nobody = sa.text("'[]'")
        batch_op.add_column(sa.Column("told_by", sa.JSON(), nullable=False, server_default=nobody))
    op.execute("UPDATE alert SET asked_at = told_at")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.alter_column("asked_at", existing_type=UtcDateTime(), nullable=False)
        batch_op.alter_column("told_at", existing_type=UtcDateTime(), nullable=True)
        batch_op.create_index(batch_op.f("ix_alert_waits"), ["waits"], unique=False)

    op.create_table(
        "alertway",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
