"""Tokens say what they are for and how much they may do; people are known to a province's log-in.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("apitoken", schema=None) as batch_op:
        # Whoever made one before may make another: until then it can only look.
        batch_op.add_column(sa.Column("role", sa.String(), nullable=False, server_default="viewer"))
        batch_op.add_column(sa.Column("purpose", sa.String(), nullable=False, server_default="api"))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=True))
        batch_op.create_index("ix_person_subject", ["subject"], unique=True)
