"""What is said of a post to whoever writes it; of what each approver was mailed.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from publisher.store.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "postcomment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sends_back", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("mailed_to", sa.JSON(), nullable=False),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_postcomment_post", "postcomment", ["campaign", "post"], unique=False)
    op.create_table(
        "commentedtext",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("sends_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["postcomment.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("comment_id", "delivery_id"),
    )
    op.create_index("ix_commentedtext_delivery_id", "commentedtext", ["delivery_id"], unique=False)
    op.create_table(
        "approvalasked",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("person_id", "delivery_id", "fingerprint"),
    )
