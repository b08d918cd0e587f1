"""What Alembic runs. The connection, and the transaction around everything, come from `stories.migrations.upgrade`."""

from alembic import context

from stories.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
