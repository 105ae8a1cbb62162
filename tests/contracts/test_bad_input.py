"""Bad input on every operation of every OpenAPI document (S02, S13, S21): 4xx problem+json, nothing changed."""

import json

import pytest
import pytest_asyncio
from sqlalchemy import text

from tests.contracts.operations import operations, resolved, smallest
from tests.harness import COUNTY
from tests.wushe.test_bodies import BAD
from wushe.commands import reference

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROCESSES = list(reference.PACKAGES)
# Bodies that are wrong for every operation; those that need a known field are tried on the kit's probe.
NOT_JSON = {name: raw for name, (raw, status) in BAD.items() if status == 400}
FORGED = {
    "status": "accepted",
    "state": "accepted",
    "version": 9,
    "event_seq": 9,
    "created_at": "2026-11-20T09:00:00Z",
    "created_by": "someone",
    "is_admin": True,
    "score": 100,
}


@pytest_asyncio.fixture(loop_scope="session")
async def process(request, bench):
    """One process by name, with everything it needs open."""
    for name in reference.SERVICES:
        if request.param == "gateway":
            await bench.open(name)
    return await bench.open(request.param)


def document_of(process):
    return getattr(process.app, "own", process.app).openapi()


def actor(process, access):
    if access == "public":
        return process.anonymous()
    if access == "service":
        return process.sibling("projects" if process.name != "projects" else "needs")
    return process.acting(access.split()[0], COUNTY, person="0198f0c2-0000-7000-8000-000000000001")


async def contents(process) -> dict[str, int]:
    """How many rows every table holds."""
    databases = [process.database, *process.extra.values()]
    found = {}
    for database in databases:
        connection = database.connection
        await connection.execute(text("select set_config('wushe.lo', '0', true), set_config('wushe.hi', '9', true)"))
        names = await connection.execute(
            text("select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'")
        )
        parts = [f"select '{name}', count(*) from \"{name}\"" for (name,) in names if not name.startswith("procras")]
        found |= dict((await connection.execute(text(" union all ".join(parts)))).all())
    return found


def refused(answer, operation, what):
    assert 400 <= answer.status_code < 500, f"{operation.name} {what}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json", f"{operation.name} {what}"
    assert answer.json()["code"] not in {"NOT_AUTHENTICATED", "ROLE_NOT_ALLOWED"}, f"{operation.name} {what}"


async def send(process, operation, content):
    headers = {"content-type": "application/json"}
    version = 1 if operation.if_match else None
    who = actor(process, operation.access)
    return await who._send(
        operation.method, operation.address(), key="", if_match=version, content=content, headers=headers
    )


@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_malformed_bodies(process):
    before = await contents(process)
    tried = 0
    for operation in operations(document_of(process)):
        if operation.body is None:
            continue
        for what, raw in NOT_JSON.items():
            refused(await send(process, operation, raw), operation, what)
            tried += 1
    assert tried > 20
    assert await contents(process) == before


@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_wrong_types_and_forged_fields(process):
    before = await contents(process)
    tried = 0
    document = document_of(process)
    for operation in operations(document):
        if operation.body is None:
            continue
        body = smallest(operation.body, document)
        answer = await send(process, operation, json.dumps({**body, **FORGED}).encode())
        refused(answer, operation, "forged fields")
        known = set(resolved(operation.body, document).get("properties", {}))
        named = {error["pointer"].lstrip("/") for error in answer.json()["errors"]}
        assert set(FORGED) - known <= named, operation.name
        refused(await send(process, operation, b"[]"), operation, "a list")
        refused(await send(process, operation, b'"text"'), operation, "a text")
        refused(await send(process, operation, b"null"), operation, "null")
        tried += 1
    assert tried > 0
    assert await contents(process) == before


@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_tampered_cursors(process):
    tried = 0
    for operation in operations(document_of(process)):
        if not operation.paged:
            continue
        who = actor(process, operation.access)
        for cursor in ("AAAA", "x" * 80, "eyJpZCI6MX0", "%F0%28%8C%28"):
            answer = await who.get(f"{operation.address()}?cursor={cursor}")
            assert answer.status_code in {400, 404, 422}, (operation.name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
        for limit in ("0", "201", "-1", "x"):
            assert (await who.get(f"{operation.address()}?limit={limit}")).status_code == 422, operation.name
        tried += 1
    assert tried > 0
