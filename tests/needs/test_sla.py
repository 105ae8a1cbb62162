"""The clocks of a need over HTTP: promised by urgency and calendar, told when late, restarted when opened again."""

from datetime import datetime, timedelta

import pytest

from services.needs.domain.working_time import Calendar, after, between
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import (
    TRIAGE,
    accepted,
    confirmed,
    done,
    notices,
    read,
    refused,
    resident,
    responded,
    submitted,
    worker,
)
from tests.needs.test_roads import REFER, agency

pytestmark = pytest.mark.asyncio(loop_scope="session")
STAFF, DELAYED = "cn.wushe.needs.staff.noticed.v1", "cn.wushe.needs.need.delayed.v1"
HOURS = {"triage": 48, "answer": 120, "escalate": 24, "around_the_clock": False}


async def ruled(needs, code, value):
    officer, path = needs.acting("civil_affairs", COUNTY), f"/v1/rules/needs/{code}"
    version = (await officer.get(f"{path}?division={COUNTY}")).json()["version"]
    return await officer.put(path, {"division": COUNTY, "value": value, "source": "test"}, if_match=version)


async def calendar(needs):
    rule = (await worker(needs).get(f"/v1/rules/needs/holidays?division={COMMUNITY}")).json()["value"]
    return Calendar.read(**rule)


def at(text):
    return datetime.fromisoformat(text)


async def told(needs):
    return [event["data"]["role"] for event in await needs.announced(STAFF)]


async def test_a_need_is_promised_by_its_urgency_on_working_days(needs):
    days = await calendar(needs)
    need = await submitted(resident(needs))
    since = at(need["submitted_at"])
    assert at(need["triage_due_at"]) == after(since, timedelta(hours=48), days)
    assert at(need["answer_due_at"]) == after(since, timedelta(hours=120), days)
    filed = await done(worker(needs), need, "triage", {**TRIAGE, "urgency": "high"})
    assert at(filed["answer_due_at"]) == after(since, timedelta(hours=72), days), "from when it came in"
    assert filed["triage_due_at"] == need["triage_due_at"]


async def test_what_is_critical_runs_around_the_clock(needs):
    need = await submitted(resident(needs), urgency="critical")
    assert at(need["answer_due_at"]) - at(need["submitted_at"]) == timedelta(hours=24)


async def test_holidays_are_data(needs):
    need = await submitted(resident(needs))
    off = [f"{at(need['submitted_at']).date() + timedelta(days=day)}" for day in range(-1, 300)]
    assert (await ruled(needs, "holidays", {"off": off, "working": []})).status_code == 200
    later = await submitted(resident(needs), statement="路灯坏了两周，晚上看不清台阶")
    assert at(later["triage_due_at"]) - at(need["triage_due_at"]) > timedelta(days=250)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("holidays", {"off": ["2026-02-30"], "working": []}),
        ("holidays", {"off": []}),
        ("sla_hours", {"normal": {"triage": -1}}),
        ("sla_hours", {"soon": HOURS}),
        ("sla_hours", {"normal": HOURS}),
    ],
)
async def test_a_calendar_or_promise_that_makes_no_sense_is_refused(needs, code, value):
    refused(await ruled(needs, code, value), 422, "RULE_MISSHAPEN")


async def test_late_is_told_to_the_community_and_then_to_the_street(needs):
    need = await submitted(resident(needs))
    await needs.advance(days=1)
    late = "/v1/needs?overdue=true"
    assert (await worker(needs).get(late)).json()["items"] == []
    await needs.advance(days=20)
    (listed,) = (await worker(needs).get(late)).json()["items"]
    assert (listed["id"], listed["overdue"]) == (need["id"], True)
    assert await told(needs) == ["community_worker", "street_officer"][: len(await told(needs))]
    await needs.advance(days=20)
    assert await told(needs) == ["community_worker", "street_officer"]
    await needs.advance(days=200)
    assert await told(needs) == ["community_worker", "street_officer"], "and then no more"
    assert len(await needs.announced(DELAYED)) == 2
    assert (await needs.acting("street_officer", STREET).get(late)).json()["items"][0]["id"] == need["id"]


async def test_reading_and_answering_stop_the_clocks(needs):
    need = await submitted(resident(needs))
    await needs.advance(days=20)
    late = await read(worker(needs), need)
    filed = await done(worker(needs), late, "triage", TRIAGE)
    assert not filed["overdue"]
    await needs.sweep()
    late = await read(worker(needs), filed)
    assert late["overdue"], "the answer is late by now as well"
    answered = await done(worker(needs), late, "respond", {"answer": "已安排"})
    assert not answered["overdue"]
    await needs.advance(days=5)
    assert (await worker(needs).get("/v1/needs?overdue=true")).json()["items"] == []


async def test_opening_again_starts_the_clocks_anew(needs):
    author = resident(needs)
    need = await responded(needs, author)
    await needs.advance(days=3)
    again = await done(author, need, "outcome", {"outcome": "not"})
    days = await calendar(needs)
    assert at(again["triage_due_at"]) == after(at(again["outcome_at"]), timedelta(hours=48), days)
    assert at(again["answer_due_at"]) > at(need["answer_due_at"])


async def test_a_need_with_a_project_has_its_answer_on_the_way(needs):
    need = await accepted(needs, resident(needs))
    await confirmed(needs, need["id"])
    await needs.advance(days=60)
    assert not (await read(worker(needs), need))["overdue"]


async def test_danger_that_is_late_is_marked_and_in_no_inbox(needs):
    await submitted(resident(needs), statement="我不想活了")
    await needs.advance(days=2)
    (late,) = (await worker(needs).get("/v1/needs?overdue=true")).json()["items"]
    assert late["danger"]
    assert (await told(needs), await needs.announced(DELAYED), await notices(needs, "need_overdue")) == ([], [], [])


async def test_what_others_have_stands_still_and_runs_on_with_what_was_left(needs):
    days, need = await calendar(needs), await accepted(needs, resident(needs))
    sent = await worker(needs).post(f"/v1/needs/{need['id']}/refer", REFER, if_match=need["version"])
    assert sent.status_code == 200, sent.text
    (moment,) = await needs.sql("select sla_paused_at, next_due_at from needs")
    assert moment.next_due_at is None
    left = between(moment.sla_paused_at, at(need["answer_due_at"]), days)
    await needs.advance(days=1)
    declined = await agency(needs).post(
        f"/v1/referrals/{sent.json()['id']}/decline", {"reason": "不属于服务范围"}, if_match=sent.json()["version"]
    )
    assert declined.status_code == 200, declined.text
    back = await read(worker(needs), need)
    (row,) = await needs.sql("select next_due_at, sla_paused_at from needs")
    assert (row.next_due_at, row.sla_paused_at) == (at(back["answer_due_at"]), None)
    resumed = after(moment.sla_paused_at + timedelta(days=1), left, days)
    assert abs(at(back["answer_due_at"]) - resumed) < timedelta(minutes=1)
    assert not back["overdue"]


async def test_a_need_that_cannot_be_marked_holds_up_no_other(needs, caplog):
    broken, sound = await submitted(resident(needs), urgency="high"), await submitted(resident(needs))
    await needs.sql("update rule set value = value - 'high' where code = 'sla_hours'")
    await needs.advance(days=20)
    late = (await worker(needs).get("/v1/needs?overdue=true")).json()["items"]
    assert [each["id"] for each in late] == [sound["id"]]
    assert "left alone by a sweep" in caplog.text
    kept = await read(worker(needs), broken)
    assert (kept["overdue"], kept["version"]) == (False, broken["version"])
