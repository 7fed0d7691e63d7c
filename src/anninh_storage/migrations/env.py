"""Run by Alembic. The caller hands in an open connection inside a transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
