import pytest

from services.needs.domain.authorship import WITHOUT_DRAFTS
from tests.harness import COMMUNITY, STREET
from tests.needs.stories import (
    ELSEWHERE,
    accepted,
    clustered,
    confirmed,
    done,
    drafted,
    hear_design,
    hear_project,
    notices,
    proposed,
    read,
    refused,
    resident,
    submitted,
    triaged,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_needs_that_say_the_same_are_proposed_and_nothing_is_linked(needs):
    first = await accepted(needs, resident(needs))
    second = await triaged(needs, resident(needs), statement="剩菜热了又热，哪里有口热饭？")
    await submitted(resident(needs))
    assert await proposed(needs) == []  # nobody has looked yet
    run = await clustered(needs)
    assert (run["state"], run["need_count"], run["proposal_count"], run["report"]["born"]) == ("done", 2, 1, 1)
    [proposal] = await proposed(needs)
    assert proposal["need_ids"] == [first["id"], second["id"]]
    assert (proposal["title"], proposal["theme"], proposal["field"]) == ("老年助餐", "elder_meal", "elderly")
    assert (proposal["need_count"], proposal["person_count"]) == (2, 2)
    assert "老年助餐" in proposal["reasons"][0]["zh"]
    assert (await read(worker(needs), first))["state"] == "accepted"


async def test_danger_is_never_proposed_nor_drafted(needs):
    harmless = await accepted(needs, resident(needs))
    danger = await triaged(needs, resident(needs), statement="活着没意思，饭也不想做了")
    assert (await clustered(needs))["need_count"] == 1
    assert await proposed(needs) == []
    body = {"title": "x", "division": COMMUNITY, "need_ids": [harmless["id"], danger["id"]]}
    problem = refused(await worker(needs).post("/v1/concerns", body), 409, "NEEDS_NOT_READY")
    assert [error["pointer"] for error in problem["errors"]] == ["/need_ids/1"]


async def test_proposals_are_for_ones_own_division(needs):
    answer = await worker(needs).get(f"/v1/concerns/proposals?division={ELSEWHERE}")
    refused(answer, 403, "OUT_OF_SCOPE")
    refused(await worker(needs).get("/v1/concerns/proposals?division=350502"), 422, "INVALID_INPUT")


async def test_a_concern_is_drafted_confirmed_and_published(needs):
    person, neighbour = uuid7(), uuid7()
    first = await accepted(needs, resident(needs, person), place="3号楼")
    second = await accepted(needs, resident(needs, person), place="5号楼")
    await resident(needs, neighbour).post(f"/v1/needs/{second['id']}/cosign")
    draft = await drafted(needs, first["id"], second["id"])
    assert (draft["state"], draft["version"], draft["theme"], draft["field"]) == ("draft", 1, "elder_meal", "elderly")
    assert (draft["need_count"], draft["person_count"]) == (2, 2)
    assert (await read(worker(needs), first))["state"] == "accepted"
    concern = await done(worker(needs), draft, "confirm")
    assert (concern["state"], concern["version"]) == ("confirmed", 2)
    assert [(await read(worker(needs), need))["state"] for need in (first, second)] == ["linked", "linked"]
    [event] = await needs.announced("cn.wushe.needs.concern.confirmed.v1")
    counts = {"need_count": 2, "person_count": 2}
    assert event["data"] == {"concern_id": concern["id"], "title": "老年助餐", "state": "confirmed", **counts}
    told = [notice["person_id"] for notice in await notices(needs, "need_link")]
    assert sorted(told) == sorted([str(person), str(person), str(neighbour)])
    concern = await done(worker(needs), concern, "publish")
    assert concern["state"] == "published"
    assert len(await needs.announced("cn.wushe.needs.concern.published.v1")) == 1


async def test_evidence_counts_people_once_and_as_of_now(needs):
    person = uuid7()
    first = await accepted(needs, resident(needs, person), place="3号楼")
    second = await accepted(needs, resident(needs, person))
    concern = await confirmed(needs, first["id"], second["id"])
    assert concern["person_count"] == 1
    await resident(needs).post(f"/v1/needs/{first['id']}/cosign")
    shown = await read(worker(needs, STREET), concern)
    assert shown["need_ids"] == [first["id"], second["id"]]
    assert (shown["evidence"]["needs"], shown["evidence"]["persons"], shown["evidence"]["places"]) == (2, 2, 1)
    published = await done(worker(needs), concern, "publish")
    assert published["person_count"] == 2


async def test_what_is_taken_back_no_longer_counts(needs):
    person = uuid7()
    kept = await accepted(needs, resident(needs))
    gone = await accepted(needs, resident(needs, person))
    await resident(needs).post(f"/v1/needs/{gone['id']}/cosign")
    draft = await drafted(needs, kept["id"], gone["id"], division=STREET)
    concern = await done(worker(needs, STREET), draft, "confirm")
    assert (concern["need_count"], concern["person_count"], concern["version"]) == (2, 3, 2)
    path = f"/v1/needs/{gone['id']}/withdraw"
    refused(await resident(needs, person).post(path, if_match=1), 412, "STALE_VERSION")
    await done(resident(needs, person), await read(worker(needs), gone), "withdraw")
    shown = await read(worker(needs, STREET), concern)
    assert (shown["need_count"], shown["person_count"], shown["version"]) == (1, 1, 3)
    assert (shown["need_ids"], shown["evidence"]["needs"], shown["evidence"]["persons"]) == ([kept["id"]], 1, 1)
    published = await done(worker(needs, STREET), shown, "publish")
    assert (published["need_count"], published["person_count"]) == (1, 1)
    project_id = uuid7()
    await hear_design(needs, project_id, concern["id"])
    await hear_project(needs, "started", project_id)
    assert str(person) not in {told["person_id"] for told in await notices(needs, "project_start")}


async def test_a_draft_is_confirmed_without_what_was_taken_back_or_turned_down(needs):
    author = resident(needs)
    kept, gone = await accepted(needs, resident(needs)), await accepted(needs, author)
    declined = await triaged(needs, resident(needs))
    draft = await drafted(needs, kept["id"], gone["id"], declined["id"])
    await done(author, gone, "withdraw")
    await done(worker(needs), declined, "reject", {"reason_code": "duplicate"})
    draft = await read(worker(needs), draft)
    assert draft["need_ids"] == [kept["id"]]
    concern = await done(worker(needs), draft, "confirm")
    assert (concern["state"], concern["need_count"]) == ("confirmed", 1)
    assert (await read(worker(needs), gone))["state"] == "withdrawn"


async def test_a_draft_with_nothing_left_is_not_confirmed(needs):
    author = resident(needs)
    need = await accepted(needs, author)
    draft = await drafted(needs, need["id"])
    await done(author, need, "withdraw")
    answer = await worker(needs).post(f"/v1/concerns/{draft['id']}/confirm", if_match=2)
    assert len(refused(answer, 409, "NEEDS_NOT_READY")["errors"]) == 1


async def test_a_concern_stands_on_accepted_needs(needs):
    need = await triaged(needs, resident(needs))
    draft = await drafted(needs, need["id"])
    path = f"/v1/concerns/{draft['id']}/confirm"
    problem = refused(await worker(needs).post(path, if_match=1), 409, "NEEDS_NOT_READY")
    assert problem["errors"][0]["code"] == "NOT_READY"
    await done(worker(needs), need, "accept")
    assert (await done(worker(needs), draft, "confirm"))["state"] == "confirmed"


async def test_a_need_is_linked_once(needs):
    need = await accepted(needs, resident(needs))
    other = await drafted(needs, need["id"])
    await confirmed(needs, need["id"])
    answer = await worker(needs).post(f"/v1/concerns/{other['id']}/confirm", if_match=1)
    refused(answer, 409, "NEEDS_NOT_READY")


async def test_a_draft_needs_needs_of_its_own_division(needs):
    need = await accepted(needs, resident(needs))
    street = worker(needs, STREET)
    body = {"title": "x", "division": "350502001002", "need_ids": [need["id"]]}
    refused(await street.post("/v1/concerns", body), 409, "NEEDS_NOT_READY")
    refused(await worker(needs).post("/v1/concerns", {**body, "division": ELSEWHERE}), 403, "OUT_OF_SCOPE")
    body |= {"division": COMMUNITY}
    refused(await street.post("/v1/concerns", {**body, "need_ids": [str(uuid7())]}), 409, "NEEDS_NOT_READY")
    refused(await street.post("/v1/concerns", {**body, "need_ids": []}), 422, "INVALID_INPUT")


async def test_retiring_gives_the_needs_back(needs):
    need = await accepted(needs, resident(needs))
    concern = await confirmed(needs, need["id"])
    path = f"/v1/concerns/{concern['id']}/retire"
    refused(await worker(needs).post(path, {}, if_match=2), 422, "INVALID_INPUT")
    retired = await done(worker(needs), concern, "retire", {"reason": "与另一条重复"})
    assert (retired["state"], retired["retire_reason"]) == ("retired", "与另一条重复")
    assert (await read(worker(needs), need))["state"] == "accepted"
    assert len(await needs.announced("cn.wushe.needs.concern.retired.v1")) == 1
    assert (await confirmed(needs, need["id"]))["state"] == "confirmed"


async def test_versions_and_order_guard_a_concern(needs):
    need = await accepted(needs, resident(needs))
    draft = await drafted(needs, need["id"])
    path = f"/v1/concerns/{draft['id']}"
    problem = refused(await worker(needs).post(f"{path}/publish", if_match=1), 409, "ACTION_NOT_ALLOWED")
    assert problem["allowed"] == ["confirm", "retire"]
    refused(await worker(needs).post(f"{path}/confirm", if_match=7), 412, "STALE_VERSION")
    refused(await worker(needs).post(f"{path}/confirm"), 428, "VERSION_REQUIRED")


async def test_who_may_do_what_with_a_concern(needs):
    need = await accepted(needs, resident(needs))
    draft = await drafted(needs, need["id"])
    path = f"/v1/concerns/{draft['id']}"
    refused(await needs.acting("social_worker").post(f"{path}/confirm", if_match=1), 403, "ROLE_NOT_ALLOWED")
    refused(await resident(needs).get("/v1/concerns/proposals?division=" + COMMUNITY), 403, "ROLE_NOT_ALLOWED")
    refused(await worker(needs, ELSEWHERE).get(path), 404, "NOT_FOUND")
    refused(await worker(needs, ELSEWHERE).post(f"{path}/confirm", if_match=1), 404, "NOT_FOUND")


async def test_drafts_are_for_those_who_work_on_them(needs):
    need = await accepted(needs, resident(needs))
    draft = await drafted(needs, need["id"])
    assert WITHOUT_DRAFTS
    for role in WITHOUT_DRAFTS:
        outsider = needs.acting(role, person=uuid7())
        refused(await outsider.get(f"/v1/concerns/{draft['id']}"), 404, "NOT_FOUND")
        assert (await outsider.get("/v1/concerns")).json()["items"] == []
    assert len((await worker(needs).get("/v1/concerns?state=draft&theme=elder_meal")).json()["items"]) == 1
    await done(worker(needs), draft, "confirm")
    assert (await resident(needs).get("/v1/concerns")).json()["items"][0]["id"] == draft["id"]
