"""Databases and roles are made as their addresses name them, also by an admin who is no superuser."""

from collections.abc import Iterator

import psycopg
import pytest
from typer.testing import CliRunner

from wushe.cli import app
from wushe.commands.faults import CommandRefused
from wushe.postgres import Postgres
from wushe.provision import Addresses, establish

GARDEN = ("gardener", "visitor")


@pytest.fixture
def admin(postgres: Postgres) -> Iterator[str]:
    """The address of an admin as managed servers give it: may make roles and databases, nothing else."""
    with psycopg.connect(postgres.url(), autocommit=True) as superuser:
        superuser.execute("create role steward login createrole createdb password 'test'")
        yield postgres.url().replace(postgres.url().split("@")[0], "postgresql://steward:test")
        superuser.execute("drop database if exists garden")
        for role in (*GARDEN, "steward"):
            superuser.execute(f"drop role if exists {role}")


def garden(postgres: Postgres, password: str) -> Addresses:
    at = postgres.url("garden").split("@")[1]
    return Addresses(runtime=f"postgresql://visitor:{password}@{at}", owner=f"postgresql://gardener:{password}@{at}")


def test_an_admin_who_is_no_superuser_makes_a_database_twice_and_renews_passwords(
    postgres: Postgres, admin: str
) -> None:
    for password in ("first", "p@ss:word/2"):
        found = garden(postgres, password.replace("@", "%40").replace(":", "%3A").replace("/", "%2F"))
        establish(admin, found)
        with psycopg.connect(found.owner) as owner:
            owner.execute("create table bed (plant text)")
            owner.rollback()
        with psycopg.connect(found.runtime) as runtime, pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute("create table bed (plant text)")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(garden(postgres, "first").runtime)


def test_a_role_above_row_level_security_is_refused(postgres: Postgres, admin: str) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as superuser:
        superuser.execute("create role visitor bypassrls")
    with pytest.raises(psycopg.ProgrammingError, match="visitor is a superuser or bypasses"):
        establish(admin, garden(postgres, "test"))


def test_the_command_makes_one_database_or_says_what_is_missing(
    postgres: Postgres, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, command = garden(postgres, "test"), ["db", "create", "ballots"]
    monkeypatch.setenv("WUSHE_EVALUATION_BALLOTS_DATABASE_URL", found.runtime)
    monkeypatch.setenv("WUSHE_EVALUATION_BALLOTS_MIGRATION_URL", found.owner)
    refused = CliRunner().invoke(app, command).exception
    assert isinstance(refused, CommandRefused) and "WUSHE_ADMIN_URL" in str(refused)
    monkeypatch.setenv("WUSHE_ADMIN_URL", "postgresql://nobody@127.0.0.1:1/none")
    refused = CliRunner().invoke(app, command).exception
    assert isinstance(refused, CommandRefused) and "ballots cannot be made" in str(refused)
    monkeypatch.setenv("WUSHE_ADMIN_URL", admin)
    assert CliRunner().invoke(app, command).output == "✓ ballots\n"
    psycopg.connect(found.runtime).close()
