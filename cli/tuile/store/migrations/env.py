"""Run by alembic: migrate over the connection that the store gives, within its transaction."""  # noqa: INP001 -- alembic loads it by path

from alembic import context

from tuile.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
