"""Alembic's environment: it works on the connection and the tables that `migrating` hands it."""

from alembic import context

config = context.config
given = config.attributes

context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    include_object=given.get("include_object"),
    version_table="schema_versions",
    render_as_batch=given["connection"].dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
