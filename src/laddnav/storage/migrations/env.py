"""What Alembic runs: the steps become statements, which `storage.migration` executes."""

from alembic import context

context.configure(
    dialect_name=context.config.attributes["dialect"],
    dialect_opts={"paramstyle": "named"},
    output_buffer=context.config.attributes["statements"],
    literal_binds=True,
    transactional_ddl=False,  # the one transaction around all steps is not Alembic's to make
)
context.run_migrations()
