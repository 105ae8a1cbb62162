"""Services in process against real PostgreSQL: callers, events and the sandbox clock as in production."""

import json
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.identity import Grant
from tests import directly
from wushe import clock, sandbox
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, Trust, sign
from wushe.outbox import signature_headers
from wushe.provision import Addresses
from wushe.settings import DEVELOPMENT_ROOT
from wushe.work import Database

TRUST = Trust(root=DEVELOPMENT_ROOT, folder=None)
SERVICES = ("needs", "projects", "resources", "evaluation")
PEERS = {name: f"http://{name}" for name in (*SERVICES, "gateway")}
COMMUNITY = "350502001001"
STREET = "350502001000"
COUNTY = "350502000000"


# The outer transaction keeps the last scope; a request that forgot to set its own must not inherit it.
_NO_SCOPE = "select set_config('wushe.lo', '', true), set_config('wushe.hi', '', true)"

# It also rests while a busy machine renders a page; a connection closed for that fails every later test as well.
_NO_HURRY = "set local idle_in_transaction_session_timeout = 0"


class TestDatabase(Database):
    """A database whose commits are savepoints of one outer transaction; every request has a fresh identity map."""

    __test__ = False

    def __init__(self, original: Database, connection: AsyncConnection, driver: Any) -> None:
        self.engine, self.source, self.bare = original.engine, original.source, original.bare
        self.vault = original.vault
        self.connection, self.driver = connection, driver

    @asynccontextmanager
    async def transaction(self) -> Any:
        await self.driver.execute(f"savepoint work; {_NO_SCOPE}")
        try:
            yield self.connection, self.driver
        except BaseException:
            await self.driver.execute("rollback to savepoint work; release savepoint work")
            raise
        await self.driver.execute("release savepoint work")

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        return await self.driver.fetch(statement, *values)


class InProcess(httpx.AsyncBaseTransport):
    """Routes http://needs/… to the application of that name."""

    def __init__(self, bench: "Bench") -> None:
        self._bench = bench

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service = self._bench.services.get(request.url.host)
        if service is None:
            raise httpx.ConnectError(f"{request.url.host} is not open in this test")
        return await httpx.ASGITransport(service.app).handle_async_request(request)


def account(subject: str) -> str:
    """The account of a caller, one to all services; the gateway issues tokens to accounts only."""
    try:
        return str(UUID(subject))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, subject))


@dataclass
class Actor:
    """One caller of one service; keys are made automatically."""

    service: "Service"
    caller: Caller

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self._send("GET", path, **more)

    async def post(
        self, path: str, json: Any = None, *, key: str | None = "", if_match: int | None = None, **more: Any
    ) -> httpx.Response:
        return await self._send("POST", path, json=json, key=key, if_match=if_match, **more)

    async def put(self, path: str, json: Any = None, *, key: str | None = "", if_match: int | None = None, **more: Any):
        return await self._send("PUT", path, json=json, key=key, if_match=if_match, **more)

    async def _send(
        self, method: str, path: str, *, key: str | None = None, if_match: int | None = None, **more: Any
    ) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if self.caller.issuer:
            headers |= self._credentials()
        if key is not None:
            headers["idempotency-key"] = key or str(uuid7())
        if if_match is not None:
            headers["if-match"] = f'"v{if_match}"'
        data, content = more.pop("json", None), more.pop("content", None)
        if more or not isinstance(content, bytes | str | None):  # a stream, query parameters: what only a client can do
            return await self.service.client.request(
                method, path, headers=headers, content=content, **({"json": data} if data is not None else {}), **more
            )
        return await directly.request(self.service.app, method, path, headers=headers, body=content, data=data)

    def _credentials(self) -> dict[str, str]:
        """The identity header services trust; the gateway hears services, else the bearer of a token only."""
        who = self.caller
        if self.service.name != "gateway" or who.role == "service":
            return {HEADER: sign(who, issuer=who.issuer, audience=self.service.name, trust=TRUST)}
        token = self.service.app.state.tokens.issue(
            subject=account(who.subject),
            client=who.client,
            grants=[Grant(who.role, who.scope)],
            person_id=who.person_id,
            org=who.org,
        )
        return {"authorization": f"Bearer {token}"}


@dataclass
class Service:
    """One service under test."""

    name: str
    app: Any
    database: TestDatabase
    offset: int = 0
    extra: dict[str, TestDatabase] = field(default_factory=dict)

    @property
    def client(self) -> httpx.AsyncClient:
        """A full client, for what a plain request cannot do; it holds nothing open."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=f"http://{self.name}")

    def acting(
        self,
        role: str,
        scope: str = COMMUNITY,
        *,
        person: UUID | str | None = None,
        org: UUID | str | None = None,
        client: str = "test",
        subject: str | None = None,
    ) -> Actor:
        """A caller as the gateway would present them."""
        person_id = UUID(str(person)) if person else None
        return Actor(
            self,
            Caller(
                subject=subject or account(f"{role}:{person_id or scope}"),
                client=client,
                person_id=person_id,
                role=role,
                scope=scope,
                org=UUID(str(org)) if org else None,
                request_id=str(uuid7()),
                issuer="gateway",
            ),
        )

    def sibling(self, issuer: str, scope: str = COUNTY) -> Actor:
        """Another service calling."""
        caller = Caller(subject="service", client=issuer, role="service", scope=scope, request_id="test", issuer=issuer)
        return Actor(self, caller)

    def anonymous(self) -> Actor:
        """Someone without any identity."""
        return Actor(self, Caller())

    async def hear(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        division: str = COMMUNITY,
        event_id: str | None = None,
        subject: str | None = None,
        sequence: int = 1,
    ) -> httpx.Response:
        """Deliver an event as its real sender's relay would."""
        source, event_id = kind.split(".")[2], event_id or str(uuid7())
        body = json.dumps(
            {
                "specversion": "1.0",
                "id": event_id,
                "source": f"/{source}",
                "type": kind,
                "subject": subject or f"{source}/{uuid7()}",
                "time": clock.now().isoformat(),
                "datacontenttype": "application/json",
                "sequence": f"{sequence:010d}",
                "division": division,
                "public": False,
                "requestid": "test",
                "data": data,
            },
            ensure_ascii=False,
        )
        key = TRUST.key(source, self.name)
        headers = signature_headers(body, event_id=event_id, key=key, at=clock.timestamp())
        headers["content-type"] = "application/cloudevents+json; charset=utf-8"
        answer = await directly.request(self.app, "POST", "/internal/events", headers=headers, body=body)
        assert answer.status_code == 204 or answer.status_code >= 400, answer.text
        return answer

    async def announced(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The events this test made the service announce, oldest first."""
        return await events(self.database.connection, kind)

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows as the runtime role sees them with the whole country in scope."""
        connection = self.database.connection
        await connection.execute(
            text("select set_config('wushe.lo', '000000000000', true), set_config('wushe.hi', '999999999999', true)")
        )
        result = await connection.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []

    async def advance(self, *, days: float = 0, seconds: float = 0, division: str = COMMUNITY) -> None:
        """Move the sandbox clock of a county and run every sweep, as the clock event does."""
        self.offset += int(days * 86400 + seconds)
        await self.hear(sandbox.CLOCK_MOVED, {"offset_seconds": self.offset}, division=division)

    async def sweep(self) -> None:
        """Run every sweep once."""
        await self.app.state.sweeps.run_all(self.database)


async def events(connection: Any, kind: str | None) -> list[dict[str, Any]]:
    """The events announced over one connection's database, oldest first."""
    found = await connection.execute(text("select body from event order by created_at, id"))
    bodies = [json.loads(row.body) for row in found]
    return [body for body in bodies if kind is None or body["type"] == kind]


class Bench:
    """The services one test opened."""

    def __init__(self, addresses: Callable[[str], Addresses], applications: dict[str, Any]) -> None:
        self._addresses, self._applications = addresses, applications
        self.services: dict[str, Service] = {}
        self._calls = InProcess(self)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self._stack.aclose()

    async def open(self, name: str) -> Service:
        """The service, started once per test in its own transaction."""
        if name not in self.services:
            self.services[name] = await self._start(name)
        return self.services[name]

    async def _start(self, name: str) -> Service:
        app = self._application(name)
        originals = app.state.databases
        opened = {label: await self._transaction(database) for label, database in originals.items()}
        app.state.databases = opened
        self._stack.callback(setattr, app.state, "databases", originals)
        app.state.siblings._transport = self._calls
        app.state.siblings._lines.clear()  # who was silent in another test
        extra = {label: database for label, database in opened.items() if label != "main"}
        return Service(name, app, opened["main"], extra=extra)

    async def _transaction(self, database: Database) -> TestDatabase:
        connection = await database.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
        self._stack.push_async_callback(connection.close)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        outer = driver.transaction()
        await outer.start()
        self._stack.push_async_callback(outer.rollback)
        await driver.execute(_NO_HURRY)
        return TestDatabase(database, connection, driver)

    def _application(self, name: str) -> Any:
        if name not in self._applications:
            self._applications[name] = application(name, self._addresses, peers=PEERS)
        return self._applications[name]


def application(name: str, addresses: Callable[[str], Addresses], **more: Any) -> Any:
    """One service or the gateway on databases of the suite, without its background work."""
    package = "gateway" if name == "gateway" else f"services.{name}"
    module, settings = import_module(f"{package}.app"), import_module(f"{package}.settings")
    urls = {"database_url": addresses(name).runtime}
    if name == "evaluation":
        urls["ballots_database_url"] = addresses("ballots").runtime
    if name == "gateway":
        more.setdefault("files_url", "memory:///")
    return module.create_app(settings.Settings(**urls, background=False, **more))
