"""Each history has one head, is numbered, and makes exactly the schema the models describe."""

import psycopg
import pytest
from alembic.script import ScriptDirectory

from tests.architecture.schema import described, differences, facts, runtime_of, weaknesses
from wushe import migrate
from wushe.provision import provision

# What a careless migration could do to the database of needs; ``wushe_needs`` is its runtime role.
CARELESS = [
    "alter table concerns drop column title",
    "alter table concerns alter column title drop not null",
    "alter table concerns alter column title set default ''",
    "alter table concerns alter column title type varchar(50)",
    'alter table external_id alter column object_id type text collate "C"',
    "alter table inbox set unlogged",
    "alter table needs drop constraint ck_needs_needstate",
    "drop index ix_audit_unsealed",
    "create table notes (id int)",
    "create view everything as select * from residents",
    "drop trigger statement_is_final on needs",
    "alter function record(jsonb) security definer",
    "alter function business_now(text) volatile",
    "revoke execute on function record(jsonb) from public",
    "create function forgotten() returns int language sql as 'select 1'",
    "create or replace function audit_is_final() returns trigger language plpgsql as 'begin return new; end'",
    "drop trigger audit_is_final on audit",
    "alter table audit disable trigger audit_is_final",
]
CARELESS_OF_SECURITY = [
    "alter policy scope on needs using (true)",
    "alter policy scope on needs with check (true)",
    "alter policy scope on needs to wushe_needs_owner",
    "drop policy scope on residents",
    "create policy also on residents for select using (true)",
    "alter table residents no force row level security",
    "alter table residents disable row level security",
    "grant delete on audit to wushe_needs",
    "grant update on audit to wushe_needs",
    "grant update (reason) on audit to wushe_needs",
    "grant update on event to wushe_needs",
    "grant truncate on needs to wushe_needs",
    "grant select on residents to public",
    "grant select (division) on residents to public",
    "grant select on needs to wushe_needs with grant option",
    "revoke insert on needs from wushe_needs",
    "revoke update (hash) on audit from wushe_needs",
]


@pytest.fixture(scope="module")
def wanted(postgres):
    """What the models and the kit describe, by database."""
    empty, known = provision(postgres.url(), "described", password="test"), {}

    def of(database):
        if database not in known:
            known[database] = described(database, empty)
        return known[database]

    return of


def facts_at(addresses):
    with psycopg.connect(addresses.owner) as connection:
        return facts(connection, runtime_of(addresses))


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
def test_migrations_make_what_the_models_and_the_kit_describe(database, addresses, wanted):
    found = facts_at(addresses(database))
    assert len(found) > 30
    assert differences(database, found, wanted(database)) == []


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_every_table_has_exactly_the_policy_and_grants_it_should(database, addresses):
    assert weaknesses(database, facts_at(addresses(database))) == []


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_every_function_has_the_body_it_was_written_with(database, addresses):
    written = (migrate.HISTORY.parent / "wushe" / "schema.sql").read_text()
    written += "".join(path.read_text() for path in (migrate.HISTORY / database).glob("*.py"))
    with psycopg.connect(addresses(database).owner) as connection:
        bodies = connection.execute(
            "select oid::regprocedure::text, prosrc from pg_proc"
            " where proowner = current_user::regrole and not starts_with(proname, 'procrastinate_')"
        ).fetchall()
    assert len(bodies) >= 3 or database == "ballots"
    assert [name for name, body in bodies if body not in written] == []


def test_a_careless_migration_is_noticed(fresh_database, wanted):
    clone = fresh_database("needs")
    runtime, unnoticed = runtime_of(clone), []
    with psycopg.connect(clone.owner) as connection:
        whole = facts(connection, runtime)
        assert differences("needs", whole, wanted("needs")) == weaknesses("needs", whole) == []
        for statement in CARELESS + CARELESS_OF_SECURITY:
            connection.execute(statement)
            found = facts(connection, runtime)
            connection.rollback()
            noticed = differences("needs", found, wanted("needs"))
            if statement in CARELESS_OF_SECURITY:
                noticed = noticed and weaknesses("needs", found)
            unnoticed += [] if noticed else [statement]
    assert unnoticed == []


@pytest.mark.parametrize("database", migrate.DATABASES)
def test_the_runtime_role_is_not_the_owner_and_cannot_bypass(database, addresses):
    with psycopg.connect(addresses(database).runtime) as connection:
        user, super_, bypass, roles = connection.execute(
            "select rolname, rolsuper, rolbypassrls, (select count(*) from pg_auth_members where member = r.oid)"
            " from pg_roles r where rolname = current_user"
        ).fetchone()
        owned = connection.execute("select count(*) from pg_tables where tableowner = current_user").fetchone()[0]
    assert (user, super_, bypass, roles, owned) == (f"wushe_{database}", False, False, 0, 0)


def test_there_is_a_history_for_every_database_and_no_other():
    folders = {path.name for path in migrate.HISTORY.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(migrate.DATABASES)
