"""Runs migrations on the connection that was handed over, within its transaction."""

from __future__ import annotations

from alembic import context

from pgconform.monitor.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="history_version",
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
