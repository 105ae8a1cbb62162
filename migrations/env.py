"""Run the migrations of one database; the configuration's attributes say which."""

from alembic import context
from sqlalchemy import create_engine, pool, text

attributes = context.config.attributes
engine = create_engine(attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    # A second upgrade waits its turn here; the time limits below are for locks that would hold up live traffic.
    connection.execute(text("select pg_advisory_lock(hashtextextended('wushe-migrations', 0))"))
    connection.execute(text("set lock_timeout = '4s'"))
    connection.execute(text("set statement_timeout = '30s'"))
    connection.commit()  # an open transaction would turn transaction_per_migration into a no-op
    context.configure(
        connection=connection,
        target_metadata=attributes["metadata"],
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        include_name=lambda name, kind, _parents: not (kind == "table" and str(name).startswith("procrastinate_")),
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    # Whoever serves says that it is ready once the schema is the one it was written for.
    role = connection.dialect.identifier_preparer.quote(attributes["runtime_role"])
    connection.execute(text(f"grant select on alembic_version to {role}"))
    connection.commit()
    connection.execute(text("select pg_advisory_unlock(hashtextextended('wushe-migrations', 0))"))
engine.dispose()
