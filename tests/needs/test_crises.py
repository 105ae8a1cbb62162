"""Crisis tickets over HTTP: opened with what tells of danger, paged until somebody answers, closed by a person only."""

import pytest

from tests.harness import COMMUNITY, COUNTY
from tests.needs.crises import (
    BEATEN,
    DESPERATE,
    does,
    hours,
    in_danger,
    matter,
    paged,
    shift,
    somebody,
    staffed,
    tickets,
)
from tests.needs.stories import ELSEWHERE, TRIAGE, done, read, refused, registered, resident, submitted, worker
from wushe import pii
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
MINUTE = 60


# Opening


async def test_a_need_that_speaks_of_danger_opens_a_ticket_with_it(needs):
    ticket = await in_danger(needs)
    assert (ticket["state"], ticket["origin"], ticket["kinds"]) == ("open", "need", ["self_harm"])
    assert ticket["must_report"] is False
    assert "statement" not in ticket
    assert (await matter(needs, ticket))["statement"] == DESPERATE
    looks = await needs.sql("select verb from audit where subject = :it", it=f"crisis_tickets/{ticket['id']}")
    assert [row.verb for row in looks] == ["open", "read"]


async def test_an_ordinary_need_opens_none(needs):
    await submitted(resident(needs))
    assert await tickets(needs) == []


async def test_a_reader_who_sees_danger_opens_one_and_only_one(needs):
    need = await submitted(resident(needs))
    need = await done(worker(needs), need, "triage", {**TRIAGE, "danger": True})
    (ticket,) = await tickets(needs)
    assert (ticket["origin"], ticket["kinds"], ticket["need_id"]) == ("triage", ["raised_by_person"], need["id"])
    alarming = await in_danger(needs)
    again = await read(worker(needs), {"id": alarming["need_id"]})
    await done(worker(needs), again, "triage", {**TRIAGE, "danger": True})
    assert len(await tickets(needs)) == 2


async def test_one_tap_is_enough_and_the_answer_names_lines_not_the_ticket(needs):
    known = await registered(needs)
    pressed = await resident(needs, known["person_id"]).post("/v1/crisis-tickets", {"division": COMMUNITY})
    assert pressed.status_code == 201, pressed.text
    answer = pressed.json()
    assert answer["ticket_id"] is None
    assert {"110", "120"} <= {line["number"] for line in answer["help_lines"]}
    assert "尽快联系您" in answer["zh"] and "危机" not in answer["zh"]
    (ticket,) = await tickets(needs)
    assert (ticket["origin"], ticket["resident_id"]) == ("button", known["id"])


async def test_staff_press_for_others_and_learn_the_ticket(needs):
    body = {"division": COMMUNITY, "note": "二楼一直有哭喊声，孩子在里面", "kinds": ["violence"], "place": "3 号楼"}
    answer = await needs.acting("grid_worker", person=uuid7()).post("/v1/crisis-tickets", body)
    (ticket,) = await tickets(needs)
    assert answer.json()["ticket_id"] == ticket["id"]
    assert (ticket["resident_id"], ticket["must_report"], ticket["place"]) == (None, True, "3 号楼")
    assert (await matter(needs, ticket))["note"] == body["note"]
    refused(await resident(needs).post("/v1/crisis-tickets", {"division": ELSEWHERE}), 403, "OUT_OF_SCOPE")


async def test_another_service_tells_of_danger(needs):
    known = await registered(needs, age_band="14-17")
    body = {"division": COMMUNITY, "subject": "measurements/1", "kinds": ["violence"], "resident_id": known["id"]}
    answer = await needs.sibling("evaluation").post("/internal/crisis-tickets", body)
    assert answer.status_code == 201, answer.text
    (ticket,) = await tickets(needs)
    assert (ticket["id"], ticket["origin"], ticket["must_report"]) == (answer.json()["ticket_id"], "service", True)
    assert ticket["subject"] == "measurements/1"


async def test_whoever_answers_sees_how_the_person_may_be_reached(needs):
    known = await registered(needs, safe_contact={"call": False, "text": False, "leave_word": False})
    ticket = await in_danger(needs, DESPERATE, resident(needs, known["person_id"]))
    assert (await matter(needs, ticket))["safe_contact"]["call"] is False


# Who may know


async def test_tickets_are_for_those_who_answer_and_for_nobody_else(needs):
    ticket = await in_danger(needs)
    path = f"/v1/crisis-tickets/{ticket['id']}"
    for role in ("resident", "guardian", "volunteer", "grid_worker", "org_manager", "auditor", "integration", "donor"):
        refused(await needs.acting(role, person=uuid7()).get(path), 403, "ROLE_NOT_ALLOWED")
        refused(await needs.acting(role, person=uuid7()).get("/v1/crisis-tickets"), 403, "ROLE_NOT_ALLOWED")
    refused(await worker(needs, ELSEWHERE).get(path), 404, "NOT_FOUND")
    assert (await needs.acting("supervisor").get(path)).status_code == 200


async def test_who_told_of_violence_is_named_to_nobody(needs):
    person = uuid7()
    known = await registered(needs)
    ticket = await in_danger(needs, BEATEN, resident(needs, person))
    need = await read(worker(needs), {"id": ticket["need_id"]})
    assert (need["author_person_id"], need["resident_id"], ticket["resident_id"]) == (None, None, None)
    triaged = await done(worker(needs), need, "triage", TRIAGE)
    assert triaged["author_person_id"] is None
    assert (await read(resident(needs, person), need))["statement"] == BEATEN
    own = await in_danger(needs, DESPERATE, resident(needs, known["person_id"]))
    assert own["resident_id"] == known["id"]


@pytest.mark.parametrize("who", ["neighbour", "volunteer", "worker"])
async def test_who_told_for_somebody_else_is_named_to_nobody_and_the_person_is(needs, who):
    teller, known = uuid7(), await registered(needs)
    asked = {"proxy_relation": who} if who == "neighbour" else {"resident_id": known["id"]}
    role = {"neighbour": "resident", "worker": "community_worker"}.get(who, who)
    need = await submitted(needs.acting(role, person=teller), statement=BEATEN, **asked)
    assert str(teller) not in (await worker(needs).get(f"/v1/needs/{need['id']}")).text
    assert str(teller) not in (await worker(needs).get("/v1/needs")).text
    seen = await read(worker(needs), need)
    assert seen["resident_id"] == asked.get("resident_id"), "who is to be helped is known to those who help"
    (ticket,) = await tickets(needs)
    opened = await needs.acting("supervisor", person=uuid7()).post(
        f"/v1/crisis-tickets/{ticket['id']}/unseal", {"reason": "公安机关要求核实"}
    )
    assert opened.json() == {"person_id": str(teller)}


async def test_a_seal_is_broken_for_a_reason_that_stays_on_record(needs):
    person = uuid7()
    ticket = await in_danger(needs, BEATEN, resident(needs, person))
    path, reason = f"/v1/crisis-tickets/{ticket['id']}/unseal", {"reason": "公安机关要求核实"}
    refused(await worker(needs).post(path, reason), 403, "ROLE_NOT_ALLOWED")
    refused(await needs.acting("supervisor").post(path, {}), 422, "INVALID_INPUT")
    asked = await needs.acting("supervisor", person=uuid7()).post(path, reason, key="once")
    assert asked.json() == {"person_id": str(person)}
    (row,) = await needs.sql("select reason, role from audit where verb = 'unseal'")
    assert (row.reason, row.role) == ("公安机关要求核实", "supervisor")
    kept = await needs.sql("select row_to_json(t)::text as it from crisis_reporters t")
    assert str(person) not in kept[0].it
    assert str(person) not in str(await needs.sql("select body from idempotency where body like '%person_id%null%'"))


async def test_danger_is_in_no_list_of_the_familys_own_screen_but_answers_by_its_address(needs):
    author = resident(needs)
    ticket = await in_danger(needs, DESPERATE, author)
    assert (await author.get("/v1/needs")).json()["items"] == []
    assert (await author.get("/v1/needs?danger=true")).json()["items"] == []
    assert (await author.get(f"/v1/needs/{ticket['need_id']}")).json()["statement"] == DESPERATE


async def test_a_sealed_name_is_wrapped_again_under_a_new_key_and_still_opens(needs):
    person = uuid7()
    ticket = await in_danger(needs, BEATEN, resident(needs, person))
    vault = needs.database.vault
    newer = pii.Vault({**vault._keys, vault.current + 1: b"k" * 32}, vault._index_key)
    needs.database.vault = newer
    await needs.sweep()
    kept = await needs.sql("select key_version from crisis_reporters")
    assert [row.key_version for row in kept] == [newer.current]
    path = f"/v1/crisis-tickets/{ticket['id']}/unseal"
    opened = await needs.acting("supervisor", person=uuid7()).post(path, {"reason": "公安机关要求核实"})
    assert opened.json() == {"person_id": str(person)}


# Paging


async def test_nobody_answers_so_the_next_is_paged_every_five_minutes(needs):
    duty = await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    assert await paged(needs, ticket) == [duty["first"]]
    await needs.advance(seconds=4 * MINUTE)
    assert await paged(needs, ticket) == [duty["first"]]
    for person in ("backup", "supervisor", "street"):
        await needs.advance(seconds=5 * MINUTE + 1)
        assert (await paged(needs, ticket))[-1] == duty[person]
    await needs.advance(seconds=5 * MINUTE + 1)
    (*_, last) = (await matter(needs, ticket))["pages"]
    assert (last["post"], last["person_id"]) == ("fallback", None)
    await needs.advance(seconds=5 * MINUTE + 1)
    assert (await paged(needs, ticket))[-1] == duty["first"], "the ladder begins again: it never gives up"
    assert (await matter(needs, ticket))["state"] == "open"


async def test_a_ticket_that_cannot_be_paged_holds_up_no_other(needs, caplog):
    broken = await in_danger(needs)
    await needs.sql(
        "insert into rule (code, division, version, valid_from, value, source) values"
        " ('crisis_fallback', :division, 1, '2000-01-01', '[{\"channel\": \"pigeon\"}]', 'test')",
        division=broken["division"],
    )
    other = await submitted(
        needs.acting("resident", ELSEWHERE, person=uuid7()), statement=DESPERATE, division=ELSEWHERE
    )
    await needs.sweep()
    assert "left alone by a sweep" in caplog.text
    [page] = await needs.sql("select need_id from crisis_pages p join crisis_tickets t on t.id = p.ticket_id")
    assert str(page.need_id) == other["id"]


async def test_whoever_answers_ends_the_paging(needs):
    duty = await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    taken = await does(worker(needs), ticket, "acknowledge")
    assert (taken["state"], taken["next_page_at"]) == ("acknowledged", None)
    await needs.advance(days=30)
    assert await paged(needs, ticket) == [duty["first"]]
    assert (await matter(needs, ticket))["state"] == "acknowledged", "a matter is never closed by time"


async def test_the_one_who_was_paged_is_seen_to_have_answered(needs):
    duty = await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    await does(needs.acting("social_worker", person=duty["first"]), ticket, "acknowledge")
    (page,) = (await matter(needs, ticket))["pages"]
    assert page["state"] == "acknowledged" and page["acknowledged_at"]


async def test_an_empty_rota_falls_to_the_street_and_then_to_the_rule(needs):
    ticket = await in_danger(needs)
    await needs.sweep()
    (page,) = (await matter(needs, ticket))["pages"]
    assert (page["post"], page["channel"]) == ("fallback", "voice")
    person = somebody()
    await shift(needs, person, division="350502001000")
    other = await in_danger(needs)
    await needs.sweep()
    assert await paged(needs, other) == [person["person_id"]]


async def test_the_people_of_another_hour_are_not_paged(needs):
    await shift(needs, somebody(), **hours(1, 9))
    ticket = await in_danger(needs)
    await needs.sweep()
    assert await paged(needs, ticket) == [None]


async def test_a_county_sets_its_own_minutes(needs):
    change = {"division": COUNTY, "value": 2, "source": "区民政局通知"}
    office = needs.acting("civil_affairs", COUNTY)
    assert (await office.put("/v1/rules/needs/crisis_ack_minutes", change, if_match=1)).status_code == 200
    duty = await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    await needs.advance(seconds=2 * MINUTE + 1)
    assert await paged(needs, ticket) == [duty["first"], duty["backup"]]


async def test_a_matter_goes_higher_up_at_once_when_asked(needs):
    duty = await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    await does(worker(needs), ticket, "acknowledge")
    raised = await does(worker(needs), ticket, "escalate", {"reason": "需要街道协调医院"})
    assert (raised["state"], raised["tier"]) == ("open", 1)
    await needs.sweep()
    assert (await paged(needs, ticket))[-1] == duty["supervisor"]
    await does(worker(needs), ticket, "escalate", {"reason": "督导也联系不上"})
    await needs.sweep()
    assert (await paged(needs, ticket))[-1] == duty["street"]


async def test_whoever_it_is_handed_to_has_to_answer_too(needs):
    duty = await staffed(needs)
    ticket, colleague = await in_danger(needs), str(uuid7())
    await needs.sweep()
    await does(worker(needs), ticket, "acknowledge")
    handed = await does(worker(needs), ticket, "reassign", {"person_id": colleague, "reason": "我不在本地"})
    assert (handed["state"], handed["assigned_person_id"]) == ("open", colleague)
    assert (await paged(needs, ticket))[-1] == colleague
    await needs.advance(seconds=5 * MINUTE + 1)
    assert (await paged(needs, ticket))[-1] == duty["backup"]
    taken = await does(needs.acting("social_worker", person=colleague), ticket, "acknowledge")
    assert taken["assigned_person_id"] == colleague


# Reporting and closing


async def test_what_the_law_makes_us_report_is_chased_and_not_closed_without_its_receipt(needs):
    duty = await staffed(needs)
    ticket = await in_danger(needs, BEATEN)
    assert ticket["must_report"] is True and ticket["report_due_at"] > ticket["opened_at"]
    await needs.sweep()
    await does(worker(needs), ticket, "acknowledge")
    await needs.advance(seconds=61 * MINUTE)
    assert (await paged(needs, ticket))[-1] == duty["supervisor"]
    await needs.advance(seconds=61 * MINUTE)
    assert len(await paged(needs, ticket)) == 2, "the supervisor is told once"
    now = await matter(needs, ticket)
    path, end = f"/v1/crisis-tickets/{ticket['id']}/resolve", {"outcome": "police", "done": "民警已到场"}
    refused(await worker(needs).post(path, end, if_match=now["version"]), 409, "REPORT_MISSING")
    why = {**end, "no_report_reason": "核实为误听"}
    refused(await worker(needs).post(path, why, if_match=now["version"]), 403, "ROLE_NOT_ALLOWED")
    receipt = {"authority": "police", "reported_at": "2026-11-30T09:00:00+08:00", "reference": "接警单 17"}
    await does(worker(needs), ticket, "report", receipt)
    closed = await does(worker(needs), ticket, "resolve", end)
    assert (closed["state"], closed["outcome"], closed["done"]) == ("resolved", "police", "民警已到场")
    assert [report["reference"] for report in (await matter(needs, ticket))["reports"]] == ["接警单 17"]


async def test_the_receipt_may_come_with_the_end_and_a_supervisor_may_say_why_none(needs):
    receipt = {"authority": "civil_affairs", "reported_at": "2026-11-30T09:00:00+08:00", "reference": "民 3"}
    first, second = await in_danger(needs, BEATEN), await in_danger(needs, BEATEN + "！")
    await does(worker(needs), first, "acknowledge")
    end = {"outcome": "handed_over", "done": "已转交"}
    assert (await does(worker(needs), first, "resolve", {**end, "report": receipt}))["reported_at"]
    supervisor = needs.acting("supervisor", person=uuid7())
    await does(supervisor, second, "acknowledge")
    waived = {"outcome": "false_alarm", "done": "电视声音", "no_report_reason": "核实为误听"}
    assert (await does(supervisor, second, "resolve", waived))["no_report_reason"] == "核实为误听"


async def test_nothing_known_of_a_crisis_is_ever_deleted(needs):
    await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    for table in ("crisis_pages", "crisis_reporters", "crisis_tickets"):
        savepoint = await needs.database.connection.begin_nested()
        with pytest.raises(Exception, match="never deleted"):
            await needs.sql(f"delete from {table}")
        await savepoint.rollback()
    assert (await matter(needs, ticket))["state"] == "open"


STEPS = {
    "acknowledge": None,
    "escalate": {"reason": "需要支援"},
    "reassign": {"person_id": str(uuid7()), "reason": "换人"},
    "report": {"authority": "police", "reported_at": "2026-11-30T09:00:00+08:00", "reference": "1"},
    "resolve": {"outcome": "safe", "done": "已平安"},
}
AFTER = {
    "open": {"acknowledge": "acknowledged", "escalate": "open", "reassign": "open", "report": "open"},
    "acknowledged": {"escalate": "open", "reassign": "open", "report": "acknowledged", "resolve": "resolved"},
    "resolved": {},
}


@pytest.mark.parametrize("state", AFTER)
@pytest.mark.parametrize("verb", STEPS)
async def test_every_step_from_every_state(needs, state, verb):
    ticket = await in_danger(needs)
    for step in {"open": (), "acknowledged": ("acknowledge",), "resolved": ("acknowledge", "resolve")}[state]:
        await does(worker(needs), ticket, step, STEPS[step])
    if verb in AFTER[state]:
        assert (await does(worker(needs), ticket, verb, STEPS[verb]))["state"] == AFTER[state][verb]
        return
    version = None if verb == "acknowledge" else (await matter(needs, ticket))["version"]
    answer = await worker(needs).post(f"/v1/crisis-tickets/{ticket['id']}/{verb}", STEPS[verb], if_match=version)
    assert sorted(refused(answer, 409, "ACTION_NOT_ALLOWED")["allowed"]) == sorted(AFTER[state])
