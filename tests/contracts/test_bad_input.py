"""Bad input on every operation of every OpenAPI document (S02, S13, S21): 4xx problem+json, nothing changed."""

import json
from itertools import groupby

import pytest
import pytest_asyncio
from sqlalchemy import text

from tests.contracts.operations import operations, within
from tests.harness import COUNTY, account
from tests.wushe.test_bodies import BAD
from wushe.commands import reference
from wushe.db import uuid7
from wushe.pages import seal_cursor

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROCESSES = list(reference.PACKAGES)
# Bodies that are wrong for every operation; those that need a known field are made from the schemas.
NOT_JSON = {name: raw for name, (raw, status) in BAD.items() if status == 400}

# What only the server decides, and the names others give it.
FORGED = {
    "id": "0198f0c2-0000-7000-8000-000000000009",
    "status": "accepted",
    "state": "accepted",
    "version": 9,
    "event_seq": 9,
    "created_at": "2026-11-20T09:00:00Z",
    "updated_at": "2026-11-20T09:00:00Z",
    "created_by": "someone",
    "region": COUNTY,
    "division": COUNTY,
    "org_id": "0198f0c2-0000-7000-8000-000000000009",
    "is_admin": True,
    "score": 100,
}
# The only bodies that may declare one of these names.
LEGITIMATE = {
    ("SocialWorkerIn", "org_id"): "staff say where a social worker is employed; it is not the caller's own org",
    ("ReceiverIn", "org_id"): "whom a need is handed to, never the caller's own org",
    ("SubjectIn", "org_id"): "whom a complaint is about, never the caller's own org",
    ("ExternalId", "id"): "the caller's own key for the object, never ours",
}

MIDNIGHT = 1_699_920_000  # in seconds: no date and no time, though a lenient reader makes one of it
# A value of the wrong kind for each kind of JSON a field may ask for: nothing is read out of something else.
SCALARS = ("integer", "number", "boolean", "string")
WRONG = {
    "a boolean": dict.fromkeys(("integer", "number", "string", "array", "object"), True),
    "a text": {"integer": "1", "number": "1", "boolean": "true", "array": "a", "object": "a"},
    "a number": {"boolean": 1, "array": 1, "object": 1, "string": MIDNIGHT},
    "a fraction": {"integer": 1.0},
    "a list": {kind: [] for kind in (*SCALARS, "object")},
    "an object": {kind: {"a": 1} for kind in (*SCALARS, "array")},
}


@pytest_asyncio.fixture(loop_scope="session")
async def process(request, bench):
    """One process by name; the others are open too, so that what it would cause there is seen."""
    for name in reference.SERVICES:
        await bench.open(name)
    return await bench.open(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def nothing_changes(process, bench):
    """Compare everything there is before and after the test."""
    before = await contents(bench)
    assert sum(count for count, _ in before.values()) > 0
    yield
    assert await contents(bench) == before


async def contents(bench) -> dict[str, tuple[int, int]]:
    """How many rows every table of every service holds, and a checksum over all of them."""
    return {
        f"{service.name} {label} {table}": found
        for service in bench.services.values()
        for label, database in {"main": service.database, **service.extra}.items()
        for table, found in (await sums(database.connection)).items()
    }


async def sums(connection) -> dict[str, tuple[int, int]]:
    await connection.execute(text("select set_config('wushe.lo', '0', true), set_config('wushe.hi', '9', true)"))
    tables = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
    parts = [
        f"select '{name}', count(*), coalesce(sum(hashtext(each::text)), 0) from \"{name}\" as each"
        for name in await connection.scalars(text(tables))
    ]
    return {name: tuple(found) for name, *found in await connection.execute(text(" union all ".join(parts)))}


def own(process):
    return getattr(process.app, "own", process.app)


def with_bodies(process):
    found = [operation for operation in operations(own(process).openapi()) if operation.body is not None]
    assert found
    return found


def actor(process, access):
    if access == "public":
        return process.anonymous()
    if access == "service":
        return process.sibling("projects" if process.name != "projects" else "needs")
    return process.acting(access.split()[0], COUNTY, person="0198f0c2-0000-7000-8000-000000000001")


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


async def complaints(process, operation, body, what) -> dict[str, str]:
    """Send a body that cannot be accepted: which places the answer names, and why."""
    answer = await send(process, operation, json.dumps(body).encode())
    refused(answer, operation, what)
    assert answer.status_code == 422, f"{operation.name} {what}: {answer.text}"
    return {error["pointer"].rstrip("/"): error["code"] for error in answer.json()["errors"]}


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_malformed_bodies(process):
    for operation in with_bodies(process):
        for what, raw in NOT_JSON.items():
            refused(await send(process, operation, raw), operation, what)


def wrong_values(places):
    """By kind of mistake: a wrong value for each place where no reading of it is right."""
    asked = {place: place.kinds - {"null"} for place in places}
    for what, values in WRONG.items():
        yield (
            what,
            {place.pointer: values[min(kinds)] for place, kinds in asked.items() if kinds and kinds <= {*values}},
        )
    yield "nothing", {place.pointer: None for place, kinds in asked.items() if kinds == place.kinds != set()}
    yield "seconds", {place.pointer: str(MIDNIGHT) for place in places if place.schema.get("format")}


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_values_of_a_wrong_kind(process):
    for operation in with_bodies(process):
        places = sorted(operation.body.places(), key=lambda place: place.layer)
        for _, layer in groupby(places, key=lambda place: place.layer):
            for what, instead in wrong_values(list(layer)):
                if instead:
                    named = await complaints(process, operation, operation.body.filled(instead), what)
                    assert {*instead} - {*named} == set(), f"{operation.name} took {what}"


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_forged_fields(process):
    for operation in with_bodies(process):
        for place in operation.body.places():
            if "properties" not in place.schema:
                continue
            declared = set(FORGED) & set(place.schema["properties"])
            told = {name for name in declared if (place.schema["title"], name) not in LEGITIMATE}
            assert told <= {"division"}, operation.name  # where something belongs is judged against the caller's scope
            forged = {name: value for name, value in FORGED.items() if name not in declared}
            body = operation.body.filled({})
            within(body, place.pointer).update(forged)
            named = await complaints(process, operation, body, f"forged fields at {place.pointer}/")
            refused_as_such = {pointer for pointer, code in named.items() if code == "EXTRA_FORBIDDEN"}
            assert refused_as_such == {f"{place.pointer}/{name}" for name in forged}, operation.name


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_forged_fields_where_no_body_is_read(process):
    silent = [each for each in operations(own(process).openapi()) if each.body is None and each.upload is None]
    bare = [each for each in silent if each.method == "POST"]
    assert bare
    for operation in bare:
        named = await complaints(process, operation, FORGED, "forged fields")
        assert named == dict.fromkeys((f"/{name}" for name in FORGED), "EXTRA_FORBIDDEN"), operation.name


EDGE = "----edge"
FORM = f"multipart/form-data; boundary={EDGE}"
END = f"--{EDGE}--\r\n"


def part(name, content, media=""):
    named = f'; filename="a"\r\nContent-Type: {media}' if media else ""
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n{content}\r\n'


def no_uploads(form):
    """What is no upload of one file with its fields, and how each is refused."""
    yield "JSON", "application/json", "{}", (415, "FILE_TYPE_UNSUPPORTED")
    yield "a picture of nothing", "image/x-nothing", "a", (415, "FILE_TYPE_UNSUPPORTED")
    yield "no boundary", "multipart/form-data", "a", (400, "MALFORMED_BODY")
    file, nothing = part("file", "a", form.media[0]), part("file", "", form.media[0])
    forged = "".join(part(name, FORGED[name]) for name in sorted(FORGED.keys() - form.schema["properties"].keys()))
    for what, sent, told in (
        ("broken off", file, (400, "MALFORMED_BODY")),
        ("no file", END, (422, "FILE_MISSING")),
        ("an empty file", nothing + END, (422, "FILE_MISSING")),
        ("two files", file + file + END, (422, "FILES_TOO_MANY")),
        ("forged fields", file + forged + END, (422, "INVALID_INPUT")),
        ("a field twice", file + part("x", "1") * 2 + END, (400, "MALFORMED_BODY")),
    ):
        yield what, FORM, sent, told


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_what_is_no_upload(process):
    for operation in operations(own(process).openapi()):
        for what, kind, sent, told in no_uploads(operation.upload) if operation.upload else ():
            who = actor(process, operation.access)
            answer = await who.post(operation.address(), content=sent.encode(), headers={"content-type": kind})
            refused(answer, operation, what)
            assert (answer.status_code, answer.json()["code"]) == told, f"{operation.name} {what}: {answer.text}"


async def test_no_exception_is_stale(bench):
    declared = {
        (place.schema["title"], name)
        for service in [await bench.open(name) for name in PROCESSES]
        for operation in with_bodies(service)
        for place in operation.body.places()
        for name in place.schema.get("properties", {})
    }
    assert set(LEGITIMATE) - declared == set()


def bindings(process, path, caller):
    """What a cursor of this caller and list is bound to, and what cursors of others are."""
    subject = caller.subject
    if process.name == "gateway" and caller.issuer:
        subject = account(subject)
    mine = (path, [], subject, caller.role, caller.scope)
    others = {
        "of another list": (f"{path}/x", *mine[1:]),
        "of another filter": (path, [("state", "open")], *mine[2:]),
        "of another person": (*mine[:2], f"{subject}x", *mine[3:]),
        "of another role": (*mine[:3], f"{mine[3]}x", mine[4]),
        "of another place": (*mine[:4], "350502001001"),
    }
    return repr(mine).encode(), {what: repr(other).encode() for what, other in others.items()}


@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_cursors_that_are_not_ours(process):
    lists = [operation for operation in operations(own(process).openapi()) if operation.paged]
    assert lists
    key, after = own(process).state.cursor_key, str(uuid7())
    for operation in lists:
        who = actor(process, operation.access)
        path = operation.address()
        mine, others = bindings(process, path, who.caller)
        good = seal_cursor(after, binding=mine, key=key)
        foreign = {what: seal_cursor(after, binding=other, key=key) for what, other in others.items()}
        foreign |= {
            "of another service": seal_cursor(after, binding=mine, key=b"x" * 32),
            "for another filter": f"{good}&unheard=of",
            "with another end": good[:-4] + ("AAAA" if not good.endswith("AAAA") else "BBBB"),
            **{f"made up: {made}": made for made in ("AAAA", "x" * 80, "eyJpZCI6MX0", "%F0%28%8C%28", "%00")},
        }
        mine_again = await who.get(f"{path}?cursor={good}&limit=7")
        assert mine_again.status_code in {200, 404}, (operation.name, mine_again.text)
        for what, cursor in foreign.items():
            answer = await who.get(f"{path}?cursor={cursor}")
            refused(answer, operation, what)
            assert answer.json()["code"] in {"CURSOR_INVALID", "INVALID_INPUT"}, (operation.name, what, answer.text)
            assert answer.json()["code"] in operation.refusals, operation.name


@pytest.mark.parametrize("process", PROCESSES, indirect=True)
async def test_page_sizes_out_of_bounds(process):
    for operation in operations(own(process).openapi()):
        if operation.paged:
            who = actor(process, operation.access)
            for limit in ("0", "201", "-1", "x"):
                answer = await who.get(f"{operation.address()}?limit={limit}")
                assert answer.status_code == 422, f"{operation.name} {limit}"
