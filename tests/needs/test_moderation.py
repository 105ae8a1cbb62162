"""Words are looked at before neighbours see them: by whoever triages, by a checker, or by a person who was asked."""

from contextlib import asynccontextmanager

import pytest

from gateway.channels.wechat import WeChat
from gateway.moderation import WechatChecker
from services.needs.domain.moderation import Decision, Moderation, once_checked, once_read, strictest
from tests.gateway.pictures import photo, recording
from tests.gateway.test_files import handed_in
from tests.gateway.test_moderation import somebody
from tests.gateway.wechat import APPID, SECRET, FakeWeChat, serving
from tests.harness import COMMUNITY, COUNTY
from tests.needs.stories import TRIAGE, accepted, done, notices, read, refused, resident, statement, submitted, worker
from wushe.db import uuid7
from wushe.errors import Unavailable

pytestmark = pytest.mark.asyncio(loop_scope="session")
TASK = "moderate_need"
OWN_LIFE = "我不想活了，没有我会更好"


async def ask_for_checks(needs):
    official = needs.acting("civil_affairs", COUNTY)
    rule = {"division": COUNTY, "value": "gateway", "source": "test"}
    answer = await official.put("/v1/rules/needs/moderation_checker", rule, if_match=1)
    assert answer.status_code == 200, answer.text


@asynccontextmanager
async def wechat_behind(gateway, monkeypatch):
    state = gateway.app.state
    async with serving(FakeWeChat()) as fake:
        client = WeChat(state.client, url=fake.url, appid=APPID, secret=SECRET, deadline=2)
        monkeypatch.setitem(state._state, "wechat", client)
        monkeypatch.setitem(state._state, "checker", WechatChecker(client))
        yield fake


async def asked(needs) -> list[str]:
    found = await needs.sql("select args ->> 'need_id' as it from procrastinate_jobs where task_name = :t", t=TASK)
    return [each.it for each in found]


async def checked(needs, need) -> dict[str, object]:
    await needs.app.state.sweeps.tasks[TASK](needs.database, need_id=need["id"])
    return await read(worker(needs), need)


async def test_without_a_checker_the_reading_of_who_triages_counts(needs):
    need = await submitted(resident(needs))
    assert need["moderation"] == "unchecked"
    assert await asked(needs) == []
    assert (await resident(needs).get(f"/v1/needs/{need['id']}")).status_code == 404  # nobody has read it yet
    need = await done(worker(needs), need, "triage", TRIAGE)
    assert need["moderation"] == "passed"
    assert (await resident(needs).get(f"/v1/needs/{need['id']}")).status_code == 200


async def test_what_waits_for_a_checker_is_shown_to_nobody_else(needs):
    await ask_for_checks(needs)
    author, neighbour = resident(needs), resident(needs)
    need = await accepted(needs, author)
    assert (need["moderation"], await asked(needs)) == ("pending", [need["id"]])
    assert (await neighbour.get(f"/v1/needs/{need['id']}")).status_code == 404
    assert (await neighbour.post(f"/v1/needs/{need['id']}/cosign")).status_code == 404
    similar = await neighbour.post("/v1/needs/similar", {"statement": statement()["statement"], "division": COMMUNITY})
    assert similar.json()["items"] == []
    body = {"title": "老年助餐", "division": COMMUNITY, "need_ids": [need["id"]]}
    refused(await worker(needs).post("/v1/concerns", body), 409, "NEEDS_NOT_READY")
    assert (await read(author, need))["statement"] == need["statement"]
    assert (await read(worker(needs), need))["moderation"] == "pending"


@pytest.mark.parametrize("case", ["|passed|200", "review|review|404", "risky|refused|404"])
async def test_the_checker_decides_or_asks_for_a_person(needs, gateway, monkeypatch, case):
    word, found, shown = case.split("|")
    await ask_for_checks(needs)
    person = await somebody(gateway)
    need = await accepted(needs, resident(needs, person), statement=f"路灯坏了 {word}")
    async with wechat_behind(gateway, monkeypatch) as fake:
        need = await checked(needs, need)
        assert fake.looked_at == [("o-1", need["statement"])]
        await checked(needs, need)
        assert len(fake.looked_at) == 1  # asked once
    assert need["moderation"] == found
    assert (await resident(needs).get(f"/v1/needs/{need['id']}")).status_code == int(shown)
    told = [each["person_id"] for each in await notices(needs, "need_withheld")]
    assert told == ([person] if found == "refused" else [])


async def test_a_person_decides_and_goes_before_any_checker(needs, gateway, monkeypatch):
    await ask_for_checks(needs)
    person = await somebody(gateway)
    need = await accepted(needs, resident(needs, person), statement="路灯坏了 risky")
    said = {"verdict": "passed", "reason": "内容属实"}
    need = await done(worker(needs), need, "moderate", said)
    assert need["moderation"] == "passed"
    async with wechat_behind(gateway, monkeypatch) as fake:
        assert (await checked(needs, need))["moderation"] == "passed"
        assert fake.looked_at == []
    assert (await resident(needs).get(f"/v1/needs/{need['id']}")).status_code == 200
    need = await done(worker(needs), need, "moderate", {"verdict": "refused", "reason": "写了邻居的名字"})
    assert (await resident(needs).get(f"/v1/needs/{need['id']}")).status_code == 404
    [last] = await needs.sql(
        "select verb, reason from audit where subject = :it order by id desc limit 1", it=f"needs/{need['id']}"
    )
    assert tuple(last) == ("moderate", "写了邻居的名字")
    stale = await worker(needs).post(f"/v1/needs/{need['id']}/moderate", said, if_match=need["version"] - 1)
    refused(stale, 412, "STALE_VERSION")


async def test_its_pictures_are_looked_at_and_its_recordings_wait_for_a_person(needs, gateway, monkeypatch):
    await ask_for_checks(needs)
    person = await somebody(gateway)
    author = gateway.acting("resident", person=person)
    picture, sound = await handed_in(author, photo()), await handed_in(author, recording())
    seen, heard = [
        await submitted(resident(needs, person), files=[{"file_id": file["id"], "kind": file["kind"]}])
        for file in (picture, sound)
    ]
    async with wechat_behind(gateway, monkeypatch) as fake:
        assert (await checked(needs, seen))["moderation"] == "passed"
        assert len(fake.looked_at) == 2
        assert (await checked(needs, heard))["moderation"] == "review"


async def test_a_checker_that_is_away_is_asked_again(needs, bench):
    await ask_for_checks(needs)
    need = await submitted(resident(needs))
    bench.services.pop("gateway", None)
    with pytest.raises(Unavailable):  # and the job is tried again
        await checked(needs, need)
    assert (await read(worker(needs), need))["moderation"] == "pending"


async def test_a_gateway_without_a_checker_leaves_it_to_who_reads(needs, gateway):
    await ask_for_checks(needs)
    waiting, seen = await submitted(resident(needs)), await accepted(needs, resident(needs))
    assert (await checked(needs, waiting))["moderation"] == "unchecked"
    assert (await checked(needs, seen))["moderation"] == "passed"


async def test_danger_is_never_sent_to_a_checker(needs, gateway, monkeypatch):
    await ask_for_checks(needs)
    person = await somebody(gateway)
    need = await submitted(resident(needs, person), statement=OWN_LIFE)
    assert (need["moderation"], need["danger"], await asked(needs)) == ("unchecked", True, [])
    later = await submitted(resident(needs, person))
    await done(worker(needs), later, "triage", {**TRIAGE, "danger": True})  # a person saw what the net did not
    async with wechat_behind(gateway, monkeypatch) as fake:
        for each in (need, later):
            await needs.app.state.sweeps.tasks[TASK](needs.database, need_id=each["id"])
        assert fake.looked_at == []
    assert str(uuid7()) not in {each["person_id"] for each in await notices(needs, "need_withheld")}


async def test_what_a_verdict_makes_of_a_need():
    assert {each: once_checked(each, read=False) for each in ("passed", "refused", "review", "else", "unchecked")} == {
        "passed": Moderation.PASSED,
        "refused": Moderation.REFUSED,
        "review": Moderation.REVIEW,
        "else": Moderation.REVIEW,
        "unchecked": Moderation.UNCHECKED,
    }
    assert once_checked("unchecked", read=True) is Moderation.PASSED
    assert [once_read(each) for each in Moderation][1:] == [*Moderation][1:]
    assert once_read(Moderation.UNCHECKED) is Moderation.PASSED
    assert {*Decision} <= {*Moderation}
    assert strictest(["passed", "refused", "review"]) == "refused"
    assert strictest(["passed", "something new"]) == "something new"
