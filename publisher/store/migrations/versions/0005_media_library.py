"""A media library; and which media each rendered message has, so that their uses are known.

Revision ID: 0005
Revises: 0004
"""

import json

import sqlalchemy as sa
from alembic import op

from publisher.store.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "librarymedium",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("look", sa.String(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("alt_en", sa.String(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("consent_at", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_librarymedium_changed_at", "librarymedium", ["changed_at"], unique=False)
    used = op.create_table(
        "versionmedium",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["fingerprint"], ["version.fingerprint"]),
        sa.PrimaryKeyConstraint("fingerprint", "sha256"),
    )
    op.create_index("ix_versionmedium_sha256", "versionmedium", ["sha256"], unique=False)
    op.create_index("ix_versionmedium_original", "versionmedium", ["original"], unique=False)
    _note_what_is_stored(used)


def _note_what_is_stored(used: sa.Table) -> None:
    """Of messages that were rendered before, what they were made of isn't known."""
    connection = op.get_bind()
    versions = sa.table("version", sa.column("fingerprint"), sa.column("content", sa.JSON()))
    rows = connection.execute(sa.select(versions.c.fingerprint, versions.c.content)).all()
    found = {
        (fingerprint, medium["sha256"])
        for fingerprint, content in rows
        for medium in (json.loads(content) if isinstance(content, str) else content)["media"]
    }
    notes = [
        {"fingerprint": fingerprint, "sha256": sha256, "original": sha256}
        for fingerprint, sha256 in sorted(found)
    ]
    for place in range(0, len(notes), _AT_ONCE):
        op.bulk_insert(used, notes[place : place + _AT_ONCE])
