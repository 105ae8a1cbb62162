import pytest

from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import (
    CANTEEN,
    ELSEWHERE,
    TRIAGE,
    accepted,
    done,
    read,
    refused,
    registered,
    resident,
    statement,
    submitted,
    triaged,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PRIVATE = ("statement", "place", "resident_id", "author_person_id", "answer", "outcome_expected", "close_reason")


# Submitting


async def test_a_resident_submits_a_need(needs):
    person = uuid7()
    answer = await resident(needs, person).post("/v1/needs", statement(place="3号楼"))
    need = answer.json()
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"v1"'
    assert (need["state"], need["version"], need["division"]) == ("submitted", 1, COMMUNITY)
    assert need["statement"] == CANTEEN
    assert need["author_person_id"] == str(person)
    assert (need["proxy"], need["danger"], need["help_lines"]) == (False, False, [])
    [event] = await needs.announced("cn.wushe.needs.need.submitted.v1")
    assert event["data"] == {"need_id": need["id"], "state": "submitted"}
    assert event["public"] is True
    [audit] = await needs.sql("select verb, person_id, subject from audit")
    assert audit == ("submit", str(person), f"needs/{need['id']}")


async def test_the_same_key_submits_once(needs):
    author = resident(needs)
    first = await author.post("/v1/needs", statement(), key="k")
    again = await author.post("/v1/needs", statement(), key="k")
    assert first.json()["id"] == again.json()["id"]
    assert len(await needs.sql("select 1 from needs")) == 1


async def test_a_worker_submits_on_behalf_and_it_is_marked(needs):
    known = await registered(needs)
    need = await submitted(worker(needs), resident_id=known["id"], channel="visit", input="worker_notes")
    assert (need["proxy"], need["author_person_id"]) == (True, known["person_id"])


async def test_a_meeting_has_no_author(needs):
    need = await submitted(worker(needs), channel="meeting", input="worker_notes")
    assert (need["proxy"], need["author_person_id"]) == (False, None)


async def test_a_worker_names_the_resident(needs):
    problem = refused(await worker(needs).post("/v1/needs", statement(channel="visit")), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == "/resident_id"
    stranger = await registered(needs, division=ELSEWHERE)
    answer = await worker(needs).post("/v1/needs", statement(channel="visit", resident_id=stranger["id"]))
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["code"] == "UNKNOWN"


async def test_consent_and_guardian_come_first(needs):
    without = {name: value for name, value in statement().items() if name != "consent_version"}
    refused(await resident(needs).post("/v1/needs", without), 422, "CONSENT_MISSING")
    child = await registered(needs, age_band="0-13", target_groups=["child"])
    answer = await worker(needs).post("/v1/needs", statement(channel="visit", resident_id=child["id"]))
    refused(answer, 422, "GUARDIAN_MISSING")


async def test_a_guardian_asks_for_their_child_and_judges_what_came_of_it(needs):
    guardian = needs.acting("guardian", person=uuid7())
    charge = {"guardian_person_id": str(guardian.caller.person_id)}
    child = await registered(needs, age_band="0-13", target_groups=["child"], **charge)
    need = await submitted(guardian, resident_id=child["id"])
    assert (need["proxy"], need["resident_id"]) == (True, child["id"])
    assert need["author_person_id"] == str(guardian.caller.person_id)
    assert [row["id"] for row in (await guardian.get("/v1/needs")).json()["items"]] == [need["id"]]
    assert (await read(guardian, need))["statement"] == CANTEEN
    other = needs.acting("guardian", person=uuid7())
    assert (await other.get("/v1/needs")).json()["items"] == []
    refused(await other.post(f"/v1/needs/{need['id']}/withdraw", if_match=1), 404, "NOT_FOUND")
    assert (await done(guardian, need, "withdraw"))["state"] == "withdrawn"


async def test_a_guardian_speaks_for_no_one_else(needs):
    guardian = needs.acting("guardian", person=uuid7())
    charge = {"guardian_person_id": str(guardian.caller.person_id)}
    grown = await registered(needs, age_band="14-17", target_groups=["youth"], **charge)
    stranger = await registered(needs, age_band="0-13", target_groups=["child"], guardian_person_id=str(uuid7()))
    for resident_id in (grown["id"], stranger["id"], None):
        body = statement(channel="meeting", **({"resident_id": resident_id} if resident_id else {}))
        problem = refused(await guardian.post("/v1/needs", body), 422, "INVALID_INPUT")
        assert problem["errors"][0]["pointer"] == "/resident_id"
    nobody = needs.acting("guardian")
    alone = await registered(needs, age_band="0-13", target_groups=["child"])
    refused(await nobody.post("/v1/needs", statement(resident_id=alone["id"])), 422, "INVALID_INPUT")


async def test_nobody_submits_into_a_foreign_division(needs):
    refused(await resident(needs).post("/v1/needs", statement(division=ELSEWHERE)), 403, "OUT_OF_SCOPE")
    assert await needs.sql("select 1 from needs") == []


async def test_who_may_not_submit(needs):
    refused(await needs.acting("donor").post("/v1/needs", statement()), 403, "ROLE_NOT_ALLOWED")
    refused(await needs.anonymous().post("/v1/needs", statement()), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize("field", ["state", "version", "author_person_id", "danger", "cosigner_count"])
async def test_nothing_of_ours_comes_from_a_body(needs, field):
    refused(await resident(needs).post("/v1/needs", statement(**{field: 1})), 422, "INVALID_INPUT")


async def test_an_external_id_names_one_need(needs):
    name = [{"system": "hotline", "id": "H-1"}]
    await submitted(worker(needs), channel="meeting", external_ids=name)
    answer = await worker(needs).post("/v1/needs", statement(channel="meeting", external_ids=name))
    refused(answer, 409, "EXTERNAL_ID_TAKEN")


async def test_the_words_are_final_in_the_database(needs):
    need = await submitted(resident(needs))
    savepoint = await needs.database.connection.begin_nested()
    with pytest.raises(Exception, match="final"):
        await needs.sql("update needs set statement = 'x' where id = :id", id=need["id"])
    await savepoint.rollback()


# Danger


async def test_danger_is_answered_at_once_and_told_to_nobody(needs):
    person = uuid7()
    body = {name: v for name, v in statement(statement="我真的不想活了").items() if name != "consent_version"}
    answer = await resident(needs, person).post("/v1/needs", body)
    need = answer.json()
    assert answer.status_code == 201
    assert (need["danger"], need["urgency"]) == (True, "critical")
    assert "12356" in [line["number"] for line in need["help_lines"]]
    need = await done(worker(needs), need, "triage", {**TRIAGE, "field": "mental_health", "theme": "suicide_crisis"})
    assert need["urgency"] == "critical"
    await done(worker(needs), need, "accept")
    assert await needs.announced() == []


async def test_danger_is_seen_by_few(needs):
    person = uuid7()
    need = await submitted(resident(needs, person), statement="丈夫喝酒后打我，不敢回家")
    assert (await read(resident(needs, person), need))["statement"]
    assert (await read(worker(needs), need))["danger"] is True
    for stranger in (resident(needs), needs.acting("grid_worker"), needs.acting("supervisor")):
        refused(await stranger.get(f"/v1/needs/{need['id']}"), 404, "NOT_FOUND")
        assert (await stranger.get("/v1/needs")).json()["items"] == []
    assert len((await worker(needs).get("/v1/needs?danger=true")).json()["items"]) == 1


async def test_a_reader_clears_a_false_alarm_or_raises_one(needs):
    false_alarm = await submitted(resident(needs), statement="楼道堆物，万一着火了怎么办")
    cleared = await done(worker(needs), false_alarm, "triage", {**TRIAGE, "danger": False})
    assert (cleared["danger"], cleared["urgency"]) == (False, "normal")
    missed = await submitted(resident(needs))
    raised = await done(worker(needs), missed, "triage", {**TRIAGE, "danger": True})
    assert (raised["danger"], raised["urgency"]) == (True, "critical")


# Reading


async def test_other_regions_do_not_exist(needs):
    need = await accepted(needs, resident(needs))
    away = worker(needs, ELSEWHERE)
    refused(await away.get(f"/v1/needs/{need['id']}"), 404, "NOT_FOUND")
    refused(await away.post(f"/v1/needs/{need['id']}/respond", {"answer": "x"}, if_match=99), 404, "NOT_FOUND")
    assert (await away.get("/v1/needs")).json() == {"items": [], "next_cursor": None}
    assert (await worker(needs, STREET).get("/v1/needs")).json()["items"][0]["id"] == need["id"]


async def test_neighbours_learn_of_a_need_once_it_was_read_but_not_its_words(needs):
    person, neighbour = uuid7(), resident(needs)
    need = await submitted(resident(needs, person), place="3号楼")
    refused(await neighbour.get(f"/v1/needs/{need['id']}"), 404, "NOT_FOUND")
    await done(worker(needs), need, "triage", TRIAGE)
    shown = await read(neighbour, need)
    assert shown["theme"] == "elder_meal"
    assert [shown[name] for name in PRIVATE] == [None] * len(PRIVATE)
    assert (await read(resident(needs, person), need))["statement"] == CANTEEN


@pytest.mark.parametrize("role", ["auditor", "society_work_dept"])
async def test_who_watches_over_the_work_reads_no_words(needs, role):
    need, watcher = await submitted(resident(needs), place="3号楼"), needs.acting(role, COUNTY, person=uuid7())
    await submitted(resident(needs), statement="丈夫喝酒后打我，不敢回家")
    shown = await read(watcher, need)
    assert shown["state"] == "submitted"
    assert [shown[name] for name in PRIVATE] == [None] * len(PRIVATE)
    (listed,) = (await watcher.get("/v1/needs")).json()["items"]
    assert listed == shown


async def test_a_resident_lists_what_they_asked_or_co_signed(needs):
    person = uuid7()
    own = await submitted(resident(needs, person))
    other = await triaged(needs, resident(needs))
    await triaged(needs, resident(needs))
    await resident(needs, person).post(f"/v1/needs/{other['id']}/cosign")
    listed = (await resident(needs, person).get("/v1/needs")).json()["items"]
    assert [need["id"] for need in listed] == [other["id"], own["id"]]
    assert [need["statement"] for need in listed] == [None, CANTEEN]
    assert (await resident(needs).get("/v1/needs")).json()["items"] == []


async def test_an_account_without_a_person_sees_no_authorless_need(needs):
    await submitted(worker(needs), channel="meeting")
    unlinked = needs.acting("resident")
    assert (await unlinked.get("/v1/needs")).json()["items"] == []


async def test_a_resident_without_a_person_lists_nothing_even_what_nobody_asked_for(needs):
    await triaged(needs, worker(needs), channel="meeting")
    answer = await needs.acting("resident").get("/v1/needs")
    assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_lists_are_filtered_and_paged(needs):
    author = resident(needs)
    for _ in range(3):
        await triaged(needs, author)
    await submitted(author)
    filters = "/v1/needs?state=triaged&theme=elder_meal&field=elderly&urgency=normal&limit=2"
    actor = worker(needs)
    first = (await actor.get(filters)).json()
    assert len(first["items"]) == 2
    last = (await actor.get(f"{filters}&cursor={first['next_cursor']}")).json()
    assert (len(last["items"]), last["next_cursor"]) == (1, None)
    assert (await worker(needs).get(f"/v1/needs?division={ELSEWHERE}")).json()["items"] == []
    refused(await actor.get(f"/v1/needs?cursor={first['next_cursor']}"), 400, "CURSOR_INVALID")
    refused(await actor.get("/v1/needs?state=nowhere"), 422, "INVALID_INPUT")


async def test_a_need_not_changed_is_not_sent_again(needs):
    need = await submitted(resident(needs))
    answer = await worker(needs).get(f"/v1/needs/{need['id']}", headers={"if-none-match": '"v1"'})
    assert answer.status_code == 304
