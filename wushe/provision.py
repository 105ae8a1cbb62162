"""A database per service and two roles each: the owner migrates, the runtime role serves."""

import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@cache
def newest(database: str) -> str:
    """The last migration this code was written for, empty without any; a database may be ahead of it, never behind."""
    return max((file.name[:4] for file in (MIGRATIONS / database).glob("[0-9]*.py")), default="")


@dataclass(frozen=True)
class Addresses:
    """The two addresses of one database."""

    runtime: str
    owner: str


def is_ready(database: str, runtime: str) -> bool:
    """Whether a database answers to its runtime role and is as this code wants it."""
    try:
        with psycopg.connect(runtime, connect_timeout=5) as connection:
            found = connection.execute("select max(version_num) from alembic_version").fetchone()
    except psycopg.Error:
        return False
    return found is not None and str(found[0]) >= newest(database)


def provision(admin_url: str, database: str, *, password: str | None = None) -> Addresses:
    """Create a database and its roles under their usual names where they are missing; answers where it is."""
    found = addresses(admin_url, database, password=password or secrets.token_urlsafe(18))
    establish(admin_url, found)
    return found


def establish(admin_url: str, at: Addresses) -> None:
    """Create the database and the two roles these addresses name where they are missing; passwords are replaced.

    The admin need not be a superuser: a managed server's may create roles and databases, which is enough.
    """
    owner, runtime = make_url(at.owner), make_url(at.runtime)
    if not all((owner.username, owner.password, owner.database, runtime.username, runtime.password)):
        raise psycopg.ProgrammingError("an address must name user, password and database")
    names = {"db": sql.Identifier(str(owner.database)), "owner": sql.Identifier(str(owner.username))}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in (owner, runtime):
            _ensure_role(admin, str(role.username), str(role.password))
        if admin.execute("select pg_has_role(%s, 'usage')", (owner.username,)).fetchone() != (True,):
            admin.execute(sql.SQL("grant {owner} to current_user").format(**names))
        if not admin.execute("select 1 from pg_database where datname = %s", (owner.database,)).fetchone():
            create = sql.SQL("create database {db} owner {owner} template template0 encoding 'UTF8'")
            admin.execute(create.format(**names))
        admin.execute(sql.SQL("revoke all on database {db} from public").format(**names))
        grant = sql.SQL("grant connect on database {db} to {runtime}")
        admin.execute(grant.format(**names, runtime=sql.Identifier(str(runtime.username))))


def addresses(admin_url: str, database: str, *, password: str) -> Addresses:
    """Where a database is, or will be once it is provisioned."""
    address = make_url(admin_url).set(database=database, password=password)
    return Addresses(
        runtime=address.set(username=f"wushe_{database}").render_as_string(hide_password=False),
        owner=address.set(username=f"wushe_{database}_owner").render_as_string(hide_password=False),
    )


def _ensure_role(admin: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    found = admin.execute("select rolsuper or rolbypassrls from pg_roles where rolname = %s", (role,)).fetchone()
    if found == (True,):
        raise psycopg.ProgrammingError(f"role {role} is a superuser or bypasses row level security")
    # Only a superuser may say nosuperuser of a role that exists.
    verb = sql.SQL("alter role {}" if found else "create role {} nosuperuser nobypassrls nocreatedb nocreaterole")
    admin.execute(sql.SQL("{} login password {}").format(verb.format(sql.Identifier(role)), sql.Literal(password)))
