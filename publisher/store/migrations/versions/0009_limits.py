"""Since when a channel is at its platform's limit, and until when.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from publisher.store.columns import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channelstate", sa.Column("limited_since", UtcDateTime(), nullable=True))
    op.add_column("channelstate", sa.Column("limited_until", UtcDateTime(), nullable=True))
