"""From an answer to the person it is for: needs and gateway by their own events, both providers over HTTP."""

import json

import pytest
import pytest_asyncio

from gateway import jobs
from gateway.channels.telephone import HttpTelephone
from gateway.channels.wechat import WeChat
from tests.gateway.callers import Caller
from tests.gateway.provider import KEY, FakeProvider, signed
from tests.gateway.wechat import APPID, SECRET, FakeWeChat, serving
from tests.harness import COMMUNITY, COUNTY, Bench, Service
from tests.needs.stories import accepted, done, registered, responded, worker
from tests.system.courier import carry

pytestmark = pytest.mark.asyncio(loop_scope="session")
TEMPLATE, PHONE = "tpl-need-news", "13812345678"


class Outside:
    """Both services, and everything outside that they reach."""

    def __init__(self, bench: Bench, needs: Service, gateway: Service) -> None:
        self.bench, self.needs, self.gateway = bench, needs, gateway
        self.wechat, self.provider = FakeWeChat(), FakeProvider()

    async def carry(self) -> None:
        """What was announced arrives, what waits is sent, and what comes of that is announced and arrives as well."""
        await carry(self.bench)
        await self.gateway.sweep()
        await carry(self.bench)

    async def lin(self, **more: object) -> dict[str, object]:
        return await registered(self.needs, identity={"name": "林阿姨", "phone": PHONE}, **more)

    async def signed_in(self, resident: dict[str, object]) -> Caller:
        """The resident's own account, tied by a printed slip."""
        slip = await worker(self.needs).post(f"/v1/residents/{resident['id']}/link-code", {})
        for _ in range(2):
            login = {"code": self.wechat.code("o-lin")}
            token = (await Caller(self.gateway.client).post("/v1/auth/wechat", login)).json()
            account = Caller(self.gateway.client, token["access_token"])
            if token["person_id"] is None:
                linked = await account.post("/v1/me/residency", {"code": slip.json()["code"]})
                assert linked.status_code == 201, linked.text
        assert token["person_id"] == resident["person_id"]
        return account

    async def answered(self, resident: dict[str, object]) -> dict[str, object]:
        return await responded(self.needs, self.needs.acting("resident", person=resident["person_id"]))


@pytest_asyncio.fixture(loop_scope="session")
async def outside(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Outside:
    needs, gateway = await bench.open("needs"), await bench.open("gateway")
    made, state = Outside(bench, needs, gateway), gateway.app.state
    monkeypatch.setattr(jobs, "BATCH", 1)  # one connection of the test answers one call at a time
    async with serving(made.wechat), serving(made.provider):
        client = WeChat(state.client, url=made.wechat.url, appid=APPID, secret=SECRET, deadline=2)
        telephone = HttpTelephone(state.client, url=made.provider.url, key=KEY, deadline=2)
        monkeypatch.setitem(state._state, "wechat", client)
        monkeypatch.setitem(state._state, "telephone", telephone)
        monkeypatch.setattr(state.settings, "telephone_key", KEY)
        monkeypatch.setattr(state.settings, "wechat_division", COUNTY)
        yield made


async def test_a_resident_who_tapped_hears_by_wechat_and_opens_the_page_of_the_need(outside):
    officer, path = outside.gateway.acting("civil_affairs", COUNTY), "/v1/rules/gateway/push_templates"
    rule = (await officer.get(f"{path}?division={COUNTY}")).json()
    rows = [{**row, "template_id": TEMPLATE} for row in rule["value"]]
    changed = {"division": COUNTY, "value": rows, "source": "test"}
    assert (await officer.put(path, changed, if_match=rule["version"])).status_code == 200
    lin = await outside.lin()
    account = await outside.signed_in(lin)
    await account.post("/v1/me/subscriptions", {"template_id": TEMPLATE, "result": "accept"})
    outside.wechat.quota["o-lin", TEMPLATE] = 1
    need = await accepted(outside.needs, outside.needs.acting("resident", person=lin["person_id"]))
    await outside.carry()
    (sent,) = outside.wechat.sent
    assert sent["page"] == f"pages/need/detail?id={need['id']}"
    assert sent["data"]["thing1"] == {"value": "您关注的需求已受理。"}
    codes = [each["code"] for each in (await account.get("/v1/me/inbox")).json()["items"]]
    assert codes == ["need_accept", "need_triage"]
    await done(worker(outside.needs), need, "respond", {"answer": "已安排送餐。"})
    await outside.carry()
    assert (len(outside.wechat.sent), len(outside.provider.sent)) == (1, 1), "the tap is used up: a text follows"


async def test_a_resident_without_an_account_hears_by_text_and_the_number_stays_with_needs(outside):
    lin = await outside.lin()
    need = await outside.answered(lin)
    await outside.carry()
    assert {each["number"] for each in outside.provider.sent.values()} == {PHONE}
    assert need["statement"] not in str(outside.provider.sent)
    for table in ("pushes", "inbox_messages", "audit", "event", "idempotency"):
        rows = await outside.gateway.sql(f"select row_to_json(t)::text from {table} t")
        assert not [row for row in rows if PHONE in row[0]], table
    shown = (await worker(outside.needs).get(f"/v1/needs/{need['id']}/notices")).json()["items"]
    ways = {each["code"]: [way["state"] for way in each["ways"]] for each in shown}
    assert ways == {"need_triage": [], "need_accept": ["sent"], "need_respond": ["sent"]}


@pytest.mark.parametrize("contact", [{"text": False, "call": True}, None])
async def test_whoever_no_message_may_reach_is_on_the_workers_list(outside, contact):
    if contact:
        lin = await outside.lin(safe_contact=contact)
    else:
        lin = await registered(outside.needs)
    await outside.answered(lin)
    await outside.carry()
    await outside.gateway.sql("update pushes set created_at = now() - interval '25 hours', next_at = now()")
    await outside.carry()
    assert outside.provider.sent == {}
    listed = (await worker(outside.needs).get("/v1/call-list")).json()["items"]
    assert [(each["person_id"], each["code"]) for each in listed] == [(lin["person_id"], "need_respond")]


async def test_a_text_that_did_not_arrive_ends_on_the_workers_list(outside):
    lin = await outside.lin()
    await outside.answered(lin)
    await outside.carry()
    stranger = Caller(outside.gateway.client)
    for name in ("m-1", "m-2"):
        report = json.dumps({"provider_id": name, "result": "failed", "reason": "absent"})
        answer = await stranger._send("POST", "/v1/page-receipts", content=report, headers=signed(report))
        assert answer.status_code == 200, answer.text
    await outside.carry()
    (call,) = (await worker(outside.needs).get("/v1/call-list")).json()["items"]
    assert (call["reason"], call["division"]) == ("absent", COMMUNITY)


async def test_what_did_not_help_reaches_a_supervisor_in_their_inbox(outside):
    supervisor = await outside.lin()
    account = await outside.signed_in(supervisor)
    (row,) = await outside.gateway.sql("select account_id from residencies")
    await outside.gateway.sql(
        "insert into grants (id, division, account_id, role, created_at)"
        " values (gen_random_uuid(), :d, :a, 'supervisor', now())",
        d=COUNTY,
        a=row.account_id,
    )
    asker = outside.needs.acting("resident", person="0198f0c2-0000-7000-8000-00000000000a")
    need = await responded(outside.needs, asker)
    await done(asker, need, "outcome", {"outcome": "not"})
    await outside.carry()
    items = (await account.get("/v1/me/inbox")).json()["items"]
    assert [(each["code"], each["about"]["id"]) for each in items] == [("need_unsolved", need["id"])]
