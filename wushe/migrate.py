"""Schema migrations: one history per database, one environment for all; imported by commands only."""

from importlib import import_module
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import MetaData, make_url

from wushe.tables import KIT_TABLES

HISTORY = Path(__file__).parent.parent / "migrations"
DATABASES = ("needs", "projects", "resources", "evaluation", "ballots", "gateway")
_TABLES, _SCHEMA = Path(__file__).parent / "tables.sql", Path(__file__).parent / "schema.sql"
# The log is written and read, never rewritten; its head only moves.
_GRANTS = {"audit": "select, insert", "audit_head": "select, update", "event": "select, insert, delete"}


def metadata_of(database: str) -> MetaData:
    """The tables of one database, as its models declare them."""
    if database == "gateway":
        module, base = "gateway.models", "Base"
    elif database == "ballots":
        module, base = "services.evaluation.models", "BallotBase"
    else:
        module, base = f"services.{database}.models", "Base"
    found: MetaData = getattr(import_module(module), base).metadata
    return found


def configuration(database: str, url: str, *, runtime_role: str, metadata: MetaData | None = None) -> Config:
    """An Alembic configuration for one database; there is no ini file.

    ``url`` is the owner's; ``runtime_role`` receives the grants.
    """
    found = Config()
    found.set_main_option("script_location", str(HISTORY))
    found.set_main_option("version_locations", str(HISTORY / database))
    found.set_main_option("path_separator", "os")
    found.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    found.attributes.update(
        url=make_url(url).set(drivername="postgresql+psycopg"),
        runtime_role=runtime_role,
        metadata=metadata if metadata is not None else metadata_of(database),
    )
    return found


def upgrade(database: str, url: str, *, runtime_role: str, revision: str = "head") -> None:
    """Bring a database up to date."""
    command.upgrade(configuration(database, url, runtime_role=runtime_role), revision)


def revise(database: str, url: str, message: str, *, runtime_role: str) -> None:
    """Write the next migration by comparing the models with the database."""
    found = configuration(database, url, runtime_role=runtime_role)
    number = len(list(ScriptDirectory.from_config(found).walk_revisions())) + 1
    command.revision(found, message, autogenerate=True, rev_id=f"{number:04d}")


def _role() -> str:
    return str(op.get_context().config.attributes["runtime_role"])  # type: ignore[union-attr]  # always ours


def create_kit_tables() -> None:
    """The tables every service's database begins with."""
    op.get_bind().exec_driver_sql(_TABLES.read_text().replace("%", "%%"))


def create_kit(*, role: str = "") -> None:
    """Functions, triggers, job tables and grants of the kit, on top of its tables."""
    role = role or _role()
    run = op.get_bind().exec_driver_sql
    run(_SCHEMA.read_text().replace("%", "%%"))
    run(SchemaManager.get_schema().replace("%", "%%"))
    for table in KIT_TABLES:
        run(f"grant {_GRANTS.get(table, 'select, insert, update, delete')} on {table} to {role}")
    run(f"grant update (position, hash) on audit to {role}")
    jobs = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
    run(f"grant select, insert, update, delete on {jobs} to {role}")
    run(f"grant usage on all sequences in schema public to {role}")


def protect(*tables: str, role: str = "") -> None:
    """Force row level security by division range on tables, and grant them to the runtime role.

    The settings are compared in a sub-select, evaluated once a statement; unset or empty they admit no row.
    """
    role = role or _role()
    run = op.get_bind().exec_driver_sql
    limit = (
        "division >= (select current_setting('wushe.lo', true))"
        " and division <= (select current_setting('wushe.hi', true))"
    )
    for table in tables:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy scope on {table} using ({limit}) with check ({limit})")
        run(f"grant select, insert, update, delete on {table} to {role}")
    run(f"grant usage on all sequences in schema public to {role}")


def add_rule(code: str, value: str, source: str) -> None:
    """Insert the default of a rule for the whole country; ``value`` is JSON text."""
    op.get_bind().exec_driver_sql(
        "insert into rule (code, division, version, valid_from, value, source)"
        " values (%(code)s, '000000000000', 1, '2000-01-01T00:00:00Z', cast(%(value)s as jsonb), %(source)s)",
        {"code": code, "value": value, "source": source},
    )


def create_forgotten_persons() -> None:
    """The table of those a service let go of."""
    op.get_bind().exec_driver_sql(
        "create table forgotten_persons ("
        " id uuid constraint pk_forgotten_persons primary key,"
        ' division varchar(12) collate "C" not null, person_id uuid not null, removed bigint not null,'
        " created_at timestamptz not null, version integer not null, event_seq integer not null,"
        " updated_at timestamptz not null)"
    )
    protect("forgotten_persons")
