"""Each history has one head, is numbered, and makes exactly the schema the models describe."""

import re

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from wushe import migrate
from wushe.provision import provision
from wushe.tables import KIT_TABLES

# One row per fact a table is made of; job tables of procrastinate are its own affair.
SCHEMA = """
select 'column ' || c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable
       || ' ' || coalesce(c.collation_name, '') || ' ' || coalesce(c.column_default, '')
  from information_schema.columns c
 where table_schema = 'public' and table_name not like 'procrastinate%%' and table_name <> 'alembic_version'
   and table_name in (select tablename::text from pg_tables where schemaname = 'public')
union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace and contype not in ('n', 't')
   and conrelid::regclass::text not like 'procrastinate%%' and conrelid <> 0
   and conrelid::regclass::text <> 'alembic_version'
union all select 'index ' || indexdef from pg_indexes
 where schemaname = 'public' and tablename not like 'procrastinate%%' and tablename <> 'alembic_version'
order by 1
"""


def facts(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(SCHEMA)}


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_history_is_numbered_and_has_one_head(database):
    config = migrate.configuration(database, "postgresql://nobody@127.0.0.1:1/x", runtime_role="nobody")
    script = ScriptDirectory.from_config(config)
    numbers = sorted(revision.revision for revision in script.walk_revisions())
    assert len(script.get_heads()) == 1
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
    files = sorted(path.name for path in (migrate.HISTORY / database).glob("[0-9]*.py"))
    assert [name[:4] for name in files] == numbers


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_migrations_make_what_the_models_describe(database, postgres, addresses):
    described = provision(postgres.url(), f"{database}_described", password="test")
    engine = create_engine(described.owner.replace("postgresql://", "postgresql+psycopg://"))
    metadata = migrate.metadata_of(database)
    with engine.begin() as connection:
        connection.exec_driver_sql("create extension if not exists btree_gist")
        metadata.create_all(connection)
    engine.dispose()
    migrated = facts(addresses(database).owner)
    assert len(migrated) > 10
    assert sorted(migrated ^ facts(described.owner)) == []


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_every_table_of_ours_forces_row_level_security(database, addresses):
    ours = set(migrate.metadata_of(database).tables) - set(KIT_TABLES)
    with psycopg.connect(addresses(database).owner) as connection:
        rows = connection.execute(
            "select relname, relrowsecurity and relforcerowsecurity,"
            " exists (select 1 from pg_policy where polrelid = c.oid)"
            " from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
    protected = {name for name, forced, policy in rows if forced and policy}
    assert ours
    exempt = unprotected(database)
    assert ours - protected == exempt


def unprotected(database: str) -> set[str]:
    """Tables without a division by design, each with its reason."""
    return {
        # Ballots know neither person nor place: that is what makes them anonymous.
        "ballots": set(migrate.metadata_of("ballots").tables) if database == "ballots" else set(),
    }.get(database, set())


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_the_runtime_role_is_not_the_owner_and_cannot_bypass(database, addresses):
    with psycopg.connect(addresses(database).runtime) as connection:
        user, super_, bypass = connection.execute(
            "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone()
        owned = connection.execute("select count(*) from pg_tables where tableowner = current_user").fetchone()[0]
    assert (user, super_, bypass, owned) == (f"wushe_{database}", False, False, 0)


def test_a_missing_column_is_noticed(postgres, addresses):
    complete = facts(addresses("needs").owner)
    assert any(re.match(r"column \w+\.division ", fact) for fact in complete)
    assert any("CHECK" in fact for fact in complete)


def test_there_is_a_history_for_every_database_and_no_other():
    folders = {path.name for path in migrate.HISTORY.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(migrate.DATABASES)
