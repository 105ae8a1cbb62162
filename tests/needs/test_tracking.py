"""Needs without a name: nobody is known, a code shown once follows them, and only its hash is kept."""

import pytest

from gateway.routing import Routes
from tests.harness import COMMUNITY
from tests.needs.stories import CANTEEN, TRIAGE, done, read, refused, worker

pytestmark = pytest.mark.asyncio(loop_scope="session")
NONCE = "f3Zk2mQ9sT1vXw7bLrY8aA"
ASKED = {"statement": CANTEEN, "division": COMMUNITY, "consent_version": "2026-01", "nonce": NONCE}


async def asked(needs, **more):
    answer = await needs.anonymous().post("/v1/needs/anonymous", {**ASKED, **more}, key=None)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def tracked(needs, code):
    answer = await needs.anonymous().post("/v1/needs/track", {"code": code}, key=None)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def answered(needs, need):
    staff = worker(needs)
    seen = await read(staff, need)
    assert (seen["author_person_id"], seen["reporter_person_id"], seen["proxy"]) == (None, None, False)
    return await done(staff, await done(staff, seen, "triage", TRIAGE), "respond", {"answer": "周一起送餐。"})


async def test_a_need_without_a_name_is_followed_and_judged_by_its_code(needs):
    need = await asked(needs)
    code = need["tracking_code"]
    assert len(code) == 19
    assert await tracked(needs, code) | {"submitted_at": ""} == {
        "id": need["id"],
        "state": "submitted",
        "submitted_at": "",
        **dict.fromkeys(("answer", "outcome_expected", "outcome", "responded_at", "due_at", "closed_at")),
    }
    early = await needs.anonymous().post("/v1/needs/track/outcome", {"code": code, "outcome": "solved"}, key=None)
    refused(early, 409, "ACTION_NOT_ALLOWED")
    await answered(needs, need)
    found = await tracked(needs, code.lower().replace("-", " "))
    assert (found["state"], found["answer"]) == ("responded", "周一起送餐。")
    judged = await needs.anonymous().post("/v1/needs/track/outcome", {"code": code, "outcome": "not"}, key=None)
    assert (judged.json()["state"], judged.json()["outcome"]) == ("reopened", "not")


async def test_the_code_is_kept_nowhere_and_nobody_stands_behind_it(needs):
    code = (await asked(needs))["tracking_code"]
    [row] = await needs.sql("select tracking_hash, author_person_id, reporter_person_id from needs")
    assert len(row.tracking_hash) == 64
    tables = ("needs", "audit", "event", "idempotency")
    kept = [str(each) for table in tables for each in await needs.sql(f"select * from {table}")]
    assert not [each for each in kept if code in each or NONCE in each]
    assert {each.actor for each in await needs.sql("select actor from audit")} == {"anonymous"}
    assert await needs.sql("select 1 from idempotency") == []


async def test_the_same_nonce_is_the_same_need(needs):
    first, again = await asked(needs), await asked(needs)
    assert first == again
    answer = await needs.anonymous().post("/v1/needs/anonymous", {**ASKED, "statement": "别的事"}, key=None)
    refused(answer, 422, "IDEMPOTENCY_KEY_REUSED")
    other = await asked(needs, nonce=NONCE[::-1])
    assert other["tracking_code"] != first["tracking_code"]


async def test_a_wrong_code_opens_nothing(needs):
    await asked(needs)
    for path, more in (("/v1/needs/track", {}), ("/v1/needs/track/outcome", {"outcome": "solved"})):
        answer = await needs.anonymous().post(path, {"code": "7KQM-2F9C-XWRT-4HDB", **more}, key=None)
        refused(answer, 404, "NOT_FOUND")


async def test_danger_without_a_name_is_answered_with_help_lines(needs):
    need = await asked(needs, statement="我不想活了")
    assert {line["number"] for line in need["help_lines"]} >= {"120", "110"}
    assert (await tracked(needs, need["tracking_code"]))["state"] == "submitted"
    assert await needs.announced() == []


async def test_without_consent_or_naming_others_nothing_is_taken_down(needs):
    for more in ({"consent_version": None}, {"resident_id": None}, {"channel": "visit"}, {"nonce": "short"}):
        answer = await needs.anonymous().post("/v1/needs/anonymous", {**ASKED, **more}, key=None)
        refused(answer, 422, "INVALID_INPUT")


@pytest.mark.parametrize("path", [b"/v1/needs/anonymous", b"/v1/needs/track", b"/v1/needs/track/outcome"])
async def test_the_gateway_passes_on_nobody(path):
    treatment = Routes([]).find("POST", path).treatment
    assert (treatment.anonymous, treatment.unlogged) == (True, True)
    assert not Routes([]).find("POST", b"/v1/needs").treatment.anonymous
