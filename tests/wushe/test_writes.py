"""The write path: keys, versions, scopes, audit and events belong to the effect's own transaction."""

import asyncio
import json

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.harness import COMMUNITY, COUNTY, Service
from wushe import audit

pytestmark = pytest.mark.asyncio(loop_scope="session")
OTHER = "350502002001"


def body(**more):
    return {"name": "灯", "division": COMMUNITY, **more}


async def rows(probe: Service, statement: str) -> list:
    async with probe.database.engine.connect() as connection:
        await connection.execute(text("select set_config('wushe.lo', '0', true), set_config('wushe.hi', '9', true)"))
        return list((await connection.execute(text(statement))).all())


async def test_a_create_answers_201_with_version_etag_audit_and_event(probe):
    made = await probe.acting("worker").post("/v1/things", body())
    assert made.status_code == 201, made.text
    assert made.headers["etag"] == '"v1"'
    assert made.json()["version"] == 1
    [(verb, after)] = await rows(probe, "select verb, after_hash from audit")
    assert verb == "make" and len(after) == 64
    [(raw,)] = await rows(probe, "select body from event")
    event = json.loads(raw)
    assert event["type"] == "cn.wushe.probe.thing.made.v1"
    assert event["sequence"] == "0000000001"
    assert event["data"] == {"thing_id": made.json()["id"], "name": "灯"}
    assert {row.destination for row in await rows(probe, "select destination from stream")} == {"gateway", "listener"}


async def test_the_same_key_gives_the_first_answer_again(probe):
    worker = probe.acting("worker")
    first = await worker.post("/v1/things", body(), key="k-1")
    again = await worker.post("/v1/things", body(), key='"k-1"')
    assert again.status_code == 201 and again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    other = await worker.post("/v1/things", body(name="水"), key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    elsewhere = await probe.acting("worker", client="other").post("/v1/things", body(), key="k-1")
    assert elsewhere.json()["id"] != first.json()["id"]


async def test_a_hundred_identical_posts_have_one_effect(probe):
    worker = probe.acting("worker")
    answers = await asyncio.gather(*(worker.post("/v1/things", body(), key="same") for _ in range(100)))
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    created = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(created) == 1
    assert all(answer.json()["retryable"] for answer in answers if answer.status_code != 201)
    assert (await rows(probe, "select count(*) from things"))[0][0] == 1
    assert (await rows(probe, "select count(*) from event"))[0][0] == 1


async def test_a_refusal_is_evaluated_again(probe):
    worker = probe.acting("worker")
    refused = await worker.post("/v1/things", body(division=OTHER), key="k-2")
    assert (refused.status_code, refused.json()["code"]) == (403, "OUT_OF_SCOPE")
    assert (await rows(probe, "select count(*) from idempotency"))[0][0] == 0
    wider = probe.acting("worker", COUNTY, subject=worker.caller.subject)
    assert (await wider.post("/v1/things", body(division=OTHER), key="k-2")).status_code == 201


async def test_a_secret_is_shown_once_and_not_kept(probe):
    worker = probe.acting("worker")
    first = await worker.post("/v1/secrets", body(), key="k-3")
    assert (first.status_code, first.json()["secret"]) == (201, "hush")
    again = await worker.post("/v1/secrets", body(), key="k-3")
    assert (again.status_code, again.json()["code"]) == (409, "ANSWER_SHOWN_ONCE")
    assert (await rows(probe, "select body from idempotency"))[0][0] == ""
    assert (await rows(probe, "select count(*) from things"))[0][0] == 1


async def test_a_key_is_required(probe):
    answer = await probe.acting("worker").post("/v1/things", body(), key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")


async def test_versions_guard_state_verbs(probe):
    worker = probe.acting("worker")
    thing = (await worker.post("/v1/things", body())).json()
    path = f"/v1/things/{thing['id']}/shut"
    assert (await worker.post(path)).json()["code"] == "VERSION_REQUIRED"
    counted = await worker.post(f"/v1/things/{thing['id']}/count")
    assert counted.json()["version"] == 2
    stale = await worker.post(path, if_match=1)
    assert (stale.status_code, stale.json()["code"]) == (412, "STALE_VERSION")
    assert (await worker.post(path, if_match=2)).json()["state"] == "shut"
    again = await worker.post(path, if_match=3)
    assert (again.status_code, again.json()["allowed"]) == (409, ["count"])


async def test_the_same_version_is_not_sent_again(probe):
    worker = probe.acting("worker")
    thing = (await worker.post("/v1/things", body())).json()
    path = f"/v1/things/{thing['id']}"
    seen = await worker.get(path)
    assert (await worker.get(path, headers={"if-none-match": seen.headers["etag"]})).status_code == 304


async def test_concurrent_counts_lose_nothing_and_stay_in_order(probe):
    worker = probe.acting("worker")
    thing = (await worker.post("/v1/things", body())).json()
    await asyncio.gather(*(worker.post(f"/v1/things/{thing['id']}/count") for _ in range(30)))
    assert (await worker.get(f"/v1/things/{thing['id']}")).json()["count"] == 30
    bodies = await rows(probe, "select body from event order by sequence")
    found = [json.loads(row.body)["data"].get("count") for row in bodies]
    assert found[1:] == list(range(1, 31))


async def test_other_regions_do_not_exist(probe):
    thing = (await probe.acting("worker").post("/v1/things", body())).json()
    elsewhere = probe.acting("worker", OTHER)
    for answer in (
        await elsewhere.get(f"/v1/things/{thing['id']}"),
        await elsewhere.post(f"/v1/things/{thing['id']}/shut", if_match=1),
        await elsewhere.post(f"/v1/things/{thing['id']}/count"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert (await elsewhere.get("/v1/things")).json()["items"] == []


async def test_pages_are_stable_and_cursors_are_bound(probe):
    worker = probe.acting("worker", COUNTY)
    made = [(await worker.post("/v1/things", body(name=str(n)))).json()["id"] for n in range(7)]
    seen, cursor = [], None
    while True:
        suffix = f"&cursor={cursor}" if cursor else ""
        page = await worker.get(f"/v1/things?limit=3{suffix}")
        seen += [item["id"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
        assert 'rel="next"' in page.headers["link"]
    assert seen == sorted(made, reverse=True)
    cursor = (await worker.get("/v1/things?limit=3")).json()["next_cursor"]
    for caller, query in (
        (worker, f"cursor={cursor}&state=open"),
        (probe.acting("worker"), f"cursor={cursor}"),
        (worker, f"cursor={cursor[:-2]}AA"),
        (worker, "cursor=%F0%28%8C"),
    ):
        answer = await caller.get(f"/v1/things?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID")


async def test_the_audit_chain_names_what_was_altered(probe, probe_addresses):
    worker = probe.acting("worker")
    for _ in range(5):
        await worker.post("/v1/things", body())
    assert await audit.seal(probe.database.engine) == 5
    assert await audit.verify(probe.database.engine) == audit.Verdict(5)
    with psycopg.connect(probe_addresses.owner, autocommit=True) as owner:
        with pytest.raises(psycopg.errors.RaiseException):
            owner.execute("update audit set actor = 'nobody' where position = 3")
        owner.execute("alter table audit disable trigger audit_is_final")
        owner.execute("update audit set actor = 'nobody' where position = 3")
        assert (await audit.verify(probe.database.engine)).broken_at == 3
        owner.execute("update audit set actor = %s where position = 3", [worker.caller.subject])
        owner.execute("delete from audit where position = 5")
        owner.execute("alter table audit enable trigger audit_is_final")
    assert (await audit.verify(probe.database.engine)).broken_at == 5


async def test_the_runtime_role_cannot_rewrite_the_audit_log(probe):
    await probe.acting("worker").post("/v1/things", body())
    for statement in ("update audit set actor = 'nobody'", "delete from audit", "truncate audit"):
        async with probe.database.engine.connect() as connection:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await connection.execute(text(statement))
