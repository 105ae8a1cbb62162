"""Services with real commits: one application and one copy of its databases for all, emptied for each test."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.harness import Service, application, events
from wushe.postgres import Postgres
from wushe.provision import Addresses


class Committing(Service):
    """A service whose requests commit; what it announced is read over a connection of its own."""

    async def announced(self, kind: str | None = None) -> list[dict[str, Any]]:
        async with self.database.engine.connect() as connection:
            return await events(connection, kind)


class Copy:
    """A copy of a migrated database, seen by the server's administrator."""

    def __init__(self, administrator: str) -> None:
        self._admin = psycopg.connect(administrator, autocommit=True)
        # A blocking call on the loop's own thread: what a failed test left open must not be waited for.
        self._admin.execute("set lock_timeout = '5s'")
        self._admin.execute("set session_replication_role = replica")  # takes away even what is append-only
        known = self._admin.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        tables = [sql.Identifier(name) for (name,) in known]
        seeded = sql.SQL("select exists (select from {})")
        empty = [each for each in tables if self._admin.execute(seeded.format(each)).fetchone() == (False,)]
        # A fraction of what truncating takes: forty tables hold a few rows.
        self._deletions = sql.SQL("; ").join(sql.SQL("delete from {}").format(each) for each in empty)

    def empty(self, mend: str = "") -> None:
        """Take away all that did not come with its migrations; ``mend`` is a statement that puts back what did."""
        self._admin.execute(self._deletions + sql.SQL("; " + mend))

    def close(self) -> None:
        self._admin.close()


class Committed:
    """The services that commit, each made when it is first asked for."""

    def __init__(self, clone: Callable[[str], Addresses], postgres: Postgres) -> None:
        self._clone, self._postgres = clone, postgres
        self._made: dict[str, tuple[Any, list[Copy]]] = {}

    def open(self, name: str, **settings: Any) -> Committing:
        """The service with nothing in it; ``settings`` count for the first who asks."""
        app, copies = self._made[name] = self._made.get(name) or self._make(name, settings)
        for copy in copies:
            copy.empty()
        return Committing(name, app, app.state.databases["main"])

    def _make(self, name: str, settings: dict[str, Any]) -> tuple[Any, list[Copy]]:
        copies: list[Copy] = []

        def copied(database: str) -> Addresses:
            clone = self._clone(database)
            copies.append(Copy(self._postgres.url(str(make_url(clone.runtime).database))))
            return clone

        return application(name, copied, **settings), copies

    async def close(self) -> None:
        for app, copies in self._made.values():
            for copy in copies:
                copy.close()
            await app.state.client.aclose()
            for database in app.state.databases.values():
                await database.close()
            if hasattr(app.state, "cabinet"):
                app.state.cabinet.darkroom.close()
            if hasattr(app.state, "office"):
                app.state.office.signing.close()
