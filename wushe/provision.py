"""A database per service and two roles each: the owner migrates, the runtime role serves."""

import secrets
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import make_url


@dataclass(frozen=True)
class Addresses:
    """The two addresses of one database."""

    runtime: str
    owner: str


def provision(admin_url: str, database: str, *, password: str | None = None) -> Addresses:
    """Create a database and its roles where they are missing; existing passwords are replaced."""
    password = password or secrets.token_urlsafe(18)
    owner, runtime = f"wushe_{database}_owner", f"wushe_{database}"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in (owner, runtime):
            _ensure_role(admin, role, password)
        if not admin.execute("select 1 from pg_database where datname = %s", (database,)).fetchone():
            admin.execute(
                sql.SQL("create database {} owner {} template template0 encoding 'UTF8'").format(
                    sql.Identifier(database), sql.Identifier(owner)
                )
            )
            admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
            admin.execute(
                sql.SQL("grant connect on database {} to {}").format(sql.Identifier(database), sql.Identifier(runtime))
            )
    return addresses(admin_url, database, password=password)


def addresses(admin_url: str, database: str, *, password: str) -> Addresses:
    """Where a database is, or will be once it is provisioned."""
    address = make_url(admin_url).set(database=database, password=password)
    return Addresses(
        runtime=address.set(username=f"wushe_{database}").render_as_string(hide_password=False),
        owner=address.set(username=f"wushe_{database}_owner").render_as_string(hide_password=False),
    )


def _ensure_role(admin: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    exists = admin.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    verb = sql.SQL("alter" if exists else "create")
    options = sql.SQL("{} role {} login nosuperuser nobypassrls nocreatedb nocreaterole password {}")
    admin.execute(options.format(verb, sql.Identifier(role), sql.Literal(password)))
