"""Alembic's entry.

The caller hands over an open connection, nothing is read from a file.
"""

from alembic import context
from sqlmodel import SQLModel

import publisher.store.tables  # noqa: F401 -- fills SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
