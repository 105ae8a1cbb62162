"""What a database is made of, one sentence a fact; and what it has to be, by its models and by the kit."""

from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from psycopg import Connection
from sqlalchemy import create_engine, make_url

from wushe import migrate
from wushe.provision import Addresses
from wushe.tables import KIT_TABLES

# Tables and functions of procrastinate are its own affair, but who may use them is ours.
FACTS = """
with tables as (
  select oid, relname::text as name, relkind, relpersistence, relrowsecurity, relforcerowsecurity, relacl, relowner
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind not in ('i', 'I', 't') and relname <> 'alembic_version'),
ours as (select * from tables where not starts_with(name, 'procrastinate_')),
granted as (
  select name, null as part, relowner, privilege.* from tables, aclexplode(relacl) as privilege
  union all
  select name, attname, relowner, privilege.*
  from tables join pg_attribute on attrelid = tables.oid, aclexplode(attacl) as privilege)

select format('relation %s: %s %s', name, relkind, relpersistence) from ours
union all
select format('column %s.%s: %s %s %s %s %s %s', table_name, column_name, data_type, character_maximum_length,
              is_nullable, collation_name, column_default, identity_generation)
from information_schema.columns join ours on name = table_name where table_schema = 'public'
union all
select format('constraint %s of %s: %s', conname, name, pg_get_constraintdef(pg_constraint.oid))
from pg_constraint join ours on conrelid = ours.oid where contype not in ('n', 't')
union all
select format('index %s of %s: %s', indexname, name, indexdef)
from pg_indexes join ours on name = tablename where schemaname = 'public'
union all
select format('security of %s: enabled %s, forced %s', name, relrowsecurity, relforcerowsecurity)
from ours where relkind = 'r'
union all
select format('policy %s of %s: %s %s to %s using %s check %s',
              policyname, tablename, permissive, cmd, roles, qual, with_check)
from pg_policies where schemaname = 'public'
union all
select format('trigger %s of %s: %s %s', tgname, name, tgenabled, pg_get_triggerdef(pg_trigger.oid))
from pg_trigger join ours on tgrelid = ours.oid where not tgisinternal
union all
select format('function %s: %s %s %s %s %s %s %s', pg_proc.oid::regprocedure, prorettype::regtype, lanname, provolatile,
              prosecdef, proconfig, coalesce(proacl, '{}'), prosrc)
from pg_proc join pg_language on pg_language.oid = prolang
where pronamespace = 'public'::regnamespace and not starts_with(proname, 'procrastinate_')
  and not exists (select from pg_depend
                  where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
union all
select format('grant on %s to %s: %s', name || coalesce('.' || part, ''),
              case grantee when 0 then 'public' when to_regrole($1)::oid then 'runtime' else grantee::regrole::text end,
              string_agg(privilege_type || case when is_grantable then ' with grant option' else '' end, ' '
                         order by privilege_type))
from granted where grantee <> relowner group by name, part, grantee
"""

ALL = "DELETE INSERT SELECT UPDATE"
KIT_GRANTS = {
    **dict.fromkeys(KIT_TABLES, ALL),
    "audit": "INSERT SELECT",
    "audit_head": "SELECT UPDATE",
    "audit.position": "UPDATE",
    "audit.hash": "UPDATE",
    "event": "DELETE INSERT SELECT",
    **{f"procrastinate_{name}": ALL for name in ("jobs", "events", "periodic_defers", "workers")},
}
# Ballots know neither person nor place: that is what makes them anonymous. What is cast is never changed.
BALLOT_GRANTS = {
    "ballot_boxes": "INSERT SELECT UPDATE",
    "ballot_keys": "INSERT SELECT",
    "ballots": "DELETE INSERT SELECT",
}
LIMIT = (
    "(((division)::text >= ( SELECT current_setting('wushe.lo'::text, true) AS current_setting))"
    " AND ((division)::text <= ( SELECT current_setting('wushe.hi'::text, true) AS current_setting)))"
)
SECURITY = ("security of", "policy ", "grant on")

# Written in SQL by a service's own migrations, where no model can describe it.
BY_HAND = {
    "needs": {
        "function statement_is_final()",
        "trigger statement_is_final of needs",
        "function survey_form_is_final()",
        "trigger survey_form_is_final of survey_form_versions",
        "function crisis_is_kept()",
        *(f"trigger crisis_is_kept of crisis_{each}" for each in ("tickets", "pages", "reports", "reporters")),
        "function register_is_final()",
        "trigger register_is_final of need_registers",
    },
    "resources": {
        "function booked_is_booked()",
        "function booking_balances()",
        "trigger append_only of ledger_transactions",
        "trigger append_only of ledger_entries",
        "trigger booking_balances of ledger_entries",
    },
    "gateway": {"function next_feed_cursor()"},
}


def facts(connection: Connection[Any], runtime: str) -> set[str]:
    """Everything one can tell of a database, with its runtime role by that name."""
    with connection.cursor() as cursor:
        asked = FACTS.replace("%", "%%").replace("$1", "%s")
        return {row[0] for row in cursor.execute(asked, [runtime])}


def runtime_of(addresses: Addresses) -> str:
    """The name of the role that serves."""
    return str(make_url(addresses.runtime).username)


def own_tables(database: str) -> list[str]:
    """The tables a service declares itself."""
    return sorted(set(migrate.metadata_of(database).tables) - set(KIT_TABLES))


def described(database: str, empty: Addresses) -> set[str]:
    """The facts of a database made from the models and the kit alone; nothing of it stays."""
    engine = create_engine(make_url(empty.owner).set(drivername="postgresql+psycopg"))
    role, metadata = runtime_of(empty), migrate.metadata_of(database)
    with engine.connect() as connection:
        connection.exec_driver_sql("create extension if not exists btree_gist")
        metadata.create_all(connection)
        with Operations.context(MigrationContext.configure(connection)):
            if "audit" in metadata.tables:
                migrate.create_kit(role=role)
                migrate.protect(*own_tables(database), role=role)
        for table, privileges in BALLOT_GRANTS.items() if database == "ballots" else ():
            connection.exec_driver_sql(f"grant {', '.join(privileges.split())} on {table} to {role}")
        found = facts(connection.connection.driver_connection, role)
    engine.dispose()
    return found


def differences(database: str, found: set[str], wanted: set[str]) -> list[str]:
    """Where a migrated database differs from the described one, but for what its history wrote by hand."""
    by_hand = BY_HAND.get(database, set())
    there = {name_of(fact) for fact in found - wanted}
    missing = [f"missing {name}" for name in by_hand - there]
    return sorted({fact for fact in found ^ wanted if name_of(fact) not in by_hand}) + missing


def name_of(fact: str) -> str:
    """What a fact is about."""
    return fact.partition(": ")[0]


def weaknesses(database: str, found: set[str]) -> list[str]:
    """Where row security, policies and grants on tables are not exactly those every service has."""
    bare = database == "ballots"
    own, grants = own_tables(database), dict(BALLOT_GRANTS) if bare else dict(KIT_GRANTS)
    wanted = {f"security of {table}: enabled f, forced f" for table in grants if is_ours(table)}
    if not bare:
        wanted |= {f"security of {table}: enabled t, forced t" for table in own}
        wanted |= {
            f"policy scope of {table}: PERMISSIVE ALL to {{public}} using {LIMIT} check {LIMIT}" for table in own
        }
        grants |= dict.fromkeys(own, ALL)
    wanted |= {f"grant on {name} to runtime: {privileges}" for name, privileges in grants.items()}
    return sorted(wanted ^ {fact for fact in found if fact.startswith(SECURITY) and not fact.endswith(": USAGE")})


def is_ours(name: str) -> bool:
    """Whether a granted name is a table we make."""
    return "." not in name and not name.startswith("procrastinate_")
