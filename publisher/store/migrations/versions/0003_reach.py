"""Readings keep what speaks against them; posts their kind and what they cover; short links.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from publisher.store.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_METRICS = (
    "reach",
    "impressions",
    "views",
    "reactions",
    "comments",
    "shares",
    "clicks",
    "saves",
)


def upgrade() -> None:
    nothing = sa.text("'[]'")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("covers", sa.JSON(), nullable=False, server_default=nothing))
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("gone_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for name in _METRICS:
            batch_op.alter_column(
                name, existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True
            )
        batch_op.add_column(sa.Column("doubts", sa.JSON(), nullable=False, server_default=nothing))
    with op.batch_alter_table("accountreading", schema=None) as batch_op:
        batch_op.alter_column(
            "followers", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True
        )
        batch_op.add_column(sa.Column("reach", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("reach_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("doubts", sa.JSON(), nullable=False, server_default=nothing))
    op.create_table(
        "shortlink",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("code"),
    )
    with op.batch_alter_table("shortlink", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shortlink_delivery_id"), ["delivery_id"], unique=False)
    op.create_table(
        "linkclicks",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["shortlink.code"]),
        sa.PrimaryKeyConstraint("code", "hour"),
    )
