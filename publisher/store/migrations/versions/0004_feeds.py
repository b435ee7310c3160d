"""A campaign may have several feeds; entries say why they stay out, and what they show.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from publisher.store.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Another primary key is another table.
    op.rename_table("feedstate", "feedstate_of_one")
    op.create_table(
        "feedstate",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.String(), nullable=False),
        sa.Column("first_seen", sa.Boolean(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("moved_to", sa.String(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("campaign", "url", name="pk_feedstate_of_several"),
    )
    op.execute(
        "INSERT INTO feedstate (campaign, url, etag, modified, first_seen, next_at, problem, "
        "failures, moved_to) SELECT campaign, url, etag, modified, first_seen, next_at, problem, "
        "0, '' FROM feedstate_of_one"
    )
    op.drop_table("feedstate_of_one")

    none = sa.text("''")
    with op.batch_alter_table("feedentry", schema=None) as batch_op:
        for name in ("feed", "address", "left_out", "repeats"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=none))
        for name in ("picture", "picture_url", "picture_alt"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=none))
        batch_op.add_column(sa.Column("edits", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("promised_at", UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_feedentry_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedentry_seen_at"), ["seen_at"], unique=False)
    # As it was written: who looks for an address asks for both forms.
    op.execute("UPDATE feedentry SET address = link")
    op.execute(
        "UPDATE feedentry SET feed = coalesce((SELECT url FROM feedstate WHERE feedstate.campaign "
        "= feedentry.campaign), '')"
    )
    # Why, nobody wrote down: the first look, a word that it lacked, or its age.
    op.execute("UPDATE feedentry SET left_out = 'before' WHERE due_at IS NULL")
