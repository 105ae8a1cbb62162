"""The wall behind the application: row level security of every table, asked without the application (S10)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from tests.harness import COMMUNITY, COUNTY, STREET
from tests.permissions.test_regions import OUTSIDE
from wushe import migrate
from wushe.db import RoleUnlimited, engine_for, uuid7
from wushe.identity import WHOLE, scope_range

# Tables whose rows belong to no division, each with the reason why nobody's matters lie open in it.
OF_NO_DIVISION = {
    "idempotency": "answers under the hash of client, account, address and key: nobody finds another account's",
    "audit": "no route reads it; all divisions are links of one chain",
    "audit_head": "the end of that chain, a number and a hash",
    "event": "only the relay reads it; whom an event concerns stands inside",
    "stream": "to whom events are still to be sent, without content",
    "delivery": "what became of each of them, without content",
    "inbox": "the ids of events heard",
    "rule": "thresholds and texts, the same for everybody in a division",
    "sandbox_clock": "how far the test clock of a county is ahead",
    "external_id": "keys of other systems and our ids; the objects are behind their own walls",
    "ballot_boxes": "the state of an evaluation's box and its log",
    "ballot_keys": "public keys",
    "ballots": "anonymous: a division beside a ballot would narrow down whose it is",
}
DIVIDED = [name for name in migrate.DATABASES if name != "ballots"]
SCOPE = "select set_config('wushe.lo', %s, true), set_config('wushe.hi', %s, true)"
UNLOCK = """
    do $$ declare found record; begin
        for found in select conrelid::regclass as place, conname from pg_constraint
            where contype in ('c', 'f') and connamespace = 'public'::regnamespace
        loop execute format('alter table %s drop constraint %I', found.place, found.conname); end loop;
        for found in select attrelid::regclass as place, attname from pg_attribute join pg_class on oid = attrelid
            where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull
            and attname not in ('id', 'division') and attidentity = ''
            and not exists (select from pg_index where indrelid = attrelid and indisprimary and attnum = any(indkey))
        loop execute format('alter table %s alter %I drop not null', found.place, found.attname); end loop;
    end $$
"""


def tables(database: str, *, divided: bool = True) -> list[str]:
    """The tables of a database whose rows belong to a division, or the others."""
    found = migrate.metadata_of(database).tables.values()
    return [each.name for each in found if ("division" in each.c and each.name not in migrate.KIT_TABLES) is divided]


@dataclass
class Wall:
    """One connection of the runtime role to a database with one row of a community in every table."""

    connection: psycopg.Connection

    def ask(self, statement: str, table: str, scope: str | None, *values: object) -> int:
        """How many rows a statement touches in a transaction of one scope; it is rolled back."""
        written_once = suppress(psycopg.errors.RestrictViolation)  # the books refuse any change, whoever asks
        with written_once, self.connection.transaction(force_rollback=True):
            if scope is not None:
                self.connection.execute(SCOPE, scope_range(scope) if scope else ("", ""))
            return self.connection.execute(sql.SQL(statement).format(sql.Identifier(table)), values).rowcount
        return 0


@pytest.fixture
def wall(fresh_database, postgres) -> Iterator[Callable[[str], Wall]]:
    """A database to spoil: its checks and references are dropped, so that a row needs no more than a division."""
    opened: list[psycopg.Connection] = []

    def build(database: str) -> Wall:
        address = fresh_database(database).runtime
        name = address.rpartition("/")[2]
        with psycopg.connect(postgres.url(name), autocommit=True) as admin:
            admin.execute(UNLOCK)
            admin.execute("set session_replication_role = replica")  # no triggers either
            for table in tables(database):
                row = sql.SQL("insert into {} (id, division) values (%s, %s)").format(sql.Identifier(table))
                admin.execute(row, (uuid7(), COMMUNITY))
        opened.append(psycopg.connect(address, autocommit=True))
        return Wall(opened[-1])

    yield build
    for connection in opened:
        connection.close()


@pytest.mark.parametrize("database", DIVIDED)
def test_every_table_denies_other_divisions(wall, database):
    found, built = tables(database), wall(database)
    assert len(found) >= 8
    for table in found:
        for scope in (COMMUNITY, STREET, COUNTY, WHOLE):
            assert built.ask("select from {}", table, scope) == 1, f"{table} hides its row from {scope}"
        for scope in (*[other for other in OUTSIDE.values() if other != COMMUNITY], "", None):
            assert built.ask("select from {}", table, scope) == 0, f"{table} is read by {scope!r}"
            assert built.ask("update {} set division = division", table, scope) == 0, f"{table} is written by {scope!r}"
            assert built.ask("delete from {}", table, scope) == 0, f"{table} is emptied by {scope!r}"
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                built.ask("insert into {} (id, division) values (%s, %s)", table, scope, uuid7(), COMMUNITY)


@pytest.mark.asyncio(loop_scope="session")
async def test_no_service_works_as_a_role_that_sees_everything(addresses, postgres):
    """A superuser's address in the wrong setting must open nothing."""
    limited, unlimited = engine_for(addresses("needs").runtime), engine_for(postgres.url("needs"))
    async with limited.connect() as connection:
        assert await connection.scalar(text("select count(*) from needs")) == 0
    with pytest.raises(RoleUnlimited, match="BYPASSRLS"):
        await unlimited.connect()
    for engine in (limited, unlimited):
        await engine.dispose()


def test_every_table_without_a_division_has_its_reason():
    found = {table for database in migrate.DATABASES for table in tables(database, divided=False)}
    assert found == set(OF_NO_DIVISION)
