"""Bad input (S02, S03): a clear problem, never a fault, and nothing changed."""

import gzip

import pytest

from tests.harness import COMMUNITY
from tests.wushe.test_writes import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")

GOOD = '{"name": "灯", "division": "350502001001"%s}'
BAD = {
    "nothing": (b"", 422),
    "not json": (b"name=1", 400),
    "lone surrogate": ((GOOD % ', "x": "\\ud800"').encode(), 400),
    "surrogate in a key": ((GOOD % ', "\\udfff": 1').encode(), 400),
    "nul": ((GOOD % ', "x": "a\\u0000b"').encode(), 400),
    "raw control character": ((GOOD % ', "x": "a\x01b"').encode(), 400),
    "nan": ((GOOD % ', "count": NaN').encode(), 400),
    "infinity": ((GOOD % ', "count": -Infinity').encode(), 400),
    "1e999": ((GOOD % ', "count": 1e999').encode(), 400),
    "very deep": (b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "rather deep": (b'{"name":' + b"[" * 40 + b"]" * 40 + b"}", 400),
    "5,000 digits": ((GOOD % (', "count": ' + "9" * 5000)).encode(), 400),
    "beyond 2^53": ((GOOD % ', "count": 9007199254740993').encode(), 400),
    "duplicate key": ((GOOD % ', "name": "b"').encode(), 400),
    "utf-16": ((GOOD % "").encode("utf-16"), 400),
    "gbk": ((GOOD % "").encode("gbk"), 400),
    "byte order mark": (b"\xef\xbb\xbf" + (GOOD % "").encode(), 400),
    "trailing bytes": ((GOOD % "").encode() + b"x", 400),
    "a list": (b"[]", 422),
    "bool for int": ((GOOD % ', "count": true').encode(), 422),
    "text for int": ((GOOD % ', "count": "1"').encode(), 422),
    "float for int": ((GOOD % ', "count": 1.0').encode(), 422),
    "int for bool": ((GOOD % ', "flag": 1').encode(), 422),
    "negative": ((GOOD % ', "count": -1').encode(), 422),
    "unknown field": ((GOOD % ', "version": 9').encode(), 422),
    "state from the body": ((GOOD % ', "state": "shut"').encode(), 422),
    "naive time": ((GOOD % ', "due_at": "2026-01-01T00:00:00"').encode(), 422),
    "too long": (('{"division": "350502001001", "name": "' + "长" * 300 + '"}').encode(), 422),
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_bodies_change_nothing(probe, name):
    raw, status = BAD[name]
    worker = probe.acting("worker")
    answer = await worker.post("/v1/things", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) >= {"type", "title", "status", "detail", "code", "instance", "request_id", "retryable", "toast"}
    assert len(problem["toast"]) <= 7
    assert (await rows(probe, "select count(*) from things"))[0][0] == 0
    assert (await rows(probe, "select count(*) from idempotency"))[0][0] == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json; charset=gbk"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json", "content-length": "99999999"}, 413),
        ({"content-type": "application/json", "content-length": "x"}, 400),
    ],
)
async def test_bad_framing(probe, headers, status):
    raw = (GOOD % "").encode()
    content = gzip.compress(raw) if "content-encoding" in headers else raw
    answer = await probe.acting("worker").post("/v1/things", content=content, headers=headers)
    assert answer.status_code == status, answer.text


async def test_an_endless_body_is_cut_off(probe):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    headers = {"content-type": "application/json"}
    answer = await probe.acting("worker").post("/v1/things", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


async def test_errors_name_the_field_and_never_repeat_the_value(probe):
    secret = "13800138000"
    answer = await probe.acting("worker").post("/v1/things", {"name": "灯", "division": secret, "count": secret})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/division", "/count"}
    assert secret not in answer.text


async def test_the_reason_is_said_in_the_callers_language(probe):
    worker, headers = probe.acting("worker"), {"content-type": "application/json"}
    raw = BAD["duplicate key"][0]
    chinese = await worker.post("/v1/things", content=raw, headers=headers)
    english = await worker.post("/v1/things", content=raw, headers={**headers, "accept-language": "en"})
    assert chinese.json()["detail"] == "请求内容不能接受：字段重复。"
    assert english.json()["detail"] == "The body is not acceptable: duplicate key."


async def test_a_verb_without_a_body_ignores_nothing_silently(probe):
    worker = probe.acting("worker")
    made = (await worker.post("/v1/things", {"name": "灯", "division": COMMUNITY})).json()
    path = f"/v1/things/{made['id']}/count"
    for body in ({"count": 9}, [], [{}], "count", 7):
        refused = await worker.post(path, body)
        assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_INPUT"), body
    assert refused.json()["errors"]
    assert [(await worker.post(path, body)).status_code for body in (None, {})] == [200, 200]


async def test_nul_in_an_address_is_refused(probe):
    for path in ("/v1/things?state=%00", "/v1/things/%00"):
        assert (await probe.acting("worker").get(path)).status_code in {404, 422}


async def test_unknown_addresses_and_methods_are_problems_in_both_languages(probe):
    worker = probe.acting("worker")
    missing = await worker.get("/v1/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")
    method = await probe.client.delete("/v1/things")
    assert (method.status_code, method.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert (method.headers["allow"], method.json()["allowed"]) == ("GET, POST", ["GET", "POST"])
    english = await worker.get("/v1/nothing", headers={"accept-language": "en-GB,en;q=0.9"})
    assert missing.json()["detail"] != english.json()["detail"]
    assert english.json()["detail"].isascii()


async def test_names_of_every_kind_come_back_exactly(probe):
    worker = probe.acting("worker")
    for name in ("𠮷野家", "a\u202eb", "👨‍👩‍👧", "é", "'; drop table things; --", "％＿"):
        made = await worker.post("/v1/things", {"name": name, "division": COMMUNITY})
        assert (await worker.get(f"/v1/things/{made.json()['id']}")).json()["name"] == name
