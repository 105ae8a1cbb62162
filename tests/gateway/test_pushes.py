"""Notices going out: WeChat while it is allowed, else a text, else a worker calls; over real HTTP to both providers."""

import asyncio
import json
from types import SimpleNamespace
from uuid import UUID

import pytest
import pytest_asyncio

from gateway.identity import Grant
from gateway.usecases.wording import filled, fitted
from tests.gateway.callers import Caller
from tests.gateway.provider import signed
from tests.harness import COMMUNITY, COUNTY
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
TEMPLATE, NUMBER = "tpl-need-news", "19900000001"
UNREACHED = "cn.wushe.gateway.person.unreached.v1"
PAGE = "pages/need/detail?id={id}"
ROW = {"code": "need_respond", "template_id": TEMPLATE, "page": PAGE, "sms": "need_news", "call": True}
FIELDS = {"thing1": "{notice}", "phrase2": "已答复", "time3": "{time}"}
LONG = "您关注的需求已有答复，请告诉我们是否解决。"


class Lin:
    """A resident with a WeChat account tied to their registration."""

    def __init__(self, house) -> None:
        self.house, self.person, self.account, self.openid = house, uuid7(), uuid7(), f"o-{uuid7()}"

    async def join(self) -> "Lin":
        values = {"a": self.account, "p": self.person, "o": self.openid, "d": COMMUNITY, "i": uuid7(), "j": uuid7()}
        life = "now(), 1, 0, now()"
        for statement in (
            f"insert into accounts values (:a, :d, 'wechat', {life})",
            f"insert into residencies values (:i, :d, :a, :i, :p, {life})",
            f"insert into wechat_identities values (:j, :d, :a, 'wx', :o, null, {life})",
        ):
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            await self.house.sql(statement, **names)
        return self

    @property
    def phone(self) -> Caller:
        tokens = self.house.app.state.tokens
        grants = [Grant("resident", COMMUNITY)]
        token = tokens.issue(subject=str(self.account), client="wechat", grants=grants, person_id=self.person)
        return Caller(self.house.client, token)

    async def tap(self, result: str = "accept") -> dict[str, object]:
        answer = await self.phone.post("/v1/me/subscriptions", {"template_id": TEMPLATE, "result": result})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hears(self, code: str = "need_respond", about: UUID | None = None) -> str:
        about = about or uuid7()
        told = {"person_id": str(self.person), "code": code, "zh": LONG, "en": "The need has been answered."}
        subject = {"collection": "needs", "id": str(about)}
        await self.house.hear("cn.wushe.needs.notice.issued.v1", {**told, "about": subject})
        return str(about)

    async def pushes(self) -> list[tuple[str, str, str | None]]:
        found = await self.house.sql(
            "select channel, state, reason from pushes where person_id = :p order by id", p=self.person
        )
        return [tuple(row) for row in found]


async def put(house, *rows: dict[str, object]) -> None:
    officer, path = house.acting("civil_affairs", COUNTY), "/v1/rules/gateway/push_templates"
    version = (await officer.get(f"{path}?division={COUNTY}")).json()["version"]
    body = {"division": COUNTY, "value": list(rows), "source": "test"}
    answer = await officer.put(path, body, if_match=version)
    assert answer.status_code == 200, answer.text


@pytest_asyncio.fixture(loop_scope="session")
async def lin(house) -> Lin:
    """Somebody who hears of answers, where WeChat has a template for them."""
    await put(house, {**ROW, "fields": FIELDS})
    return Lin(house)


def reachable(bench, **more: object) -> None:
    """Needs, knowing how everybody may be reached."""
    found = {"phone": NUMBER, "call": True, "text": True, "leave_word": False, "via_person_id": None, **more}
    bench.services["needs"] = SimpleNamespace(app=answering(found, 200))


def answering(found: dict[str, object], status: int):
    async def app(scope, receive, send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(found).encode()})

    return app


async def hurry(house) -> None:
    await house.sql("update pushes set next_at = now() - interval '1 second'")
    await house.sweep()


async def test_each_accepted_tap_allows_one_message(house, wechat, lin):
    await lin.join()
    assert [(await lin.tap())["quota"], (await lin.tap("acceptWithAudio"))["quota"]] == [1, 2]
    wechat.quota[lin.openid, TEMPLATE] = 2
    need = await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("wechat", "sent", None)]
    (sent,) = wechat.sent
    assert (sent["touser"], sent["template_id"]) == (lin.openid, TEMPLATE)
    assert sent["page"] == f"pages/need/detail?id={need}"
    assert sent["data"]["thing1"] == {"value": "您关注的需求已有答复，请告诉我们是否解…"}
    assert sent["data"]["phrase2"] == {"value": "已答复"}
    shown = (await lin.phone.get("/v1/me/subscriptions")).json()
    assert shown["items"] == [{"template_id": TEMPLATE, "quota": 1, "last_result": "acceptWithAudio"}]
    assert (await lin.phone.get("/v1/me")).json()["unread"] == 1, "the inbox has it whatever was sent"


@pytest.mark.parametrize(("result", "left"), [("reject", 0), ("ban", 0), ("filter", 2)])
async def test_a_refusal_takes_back_what_was_allowed(lin, result, left):
    await lin.join()
    await lin.tap()
    await lin.tap()
    assert (await lin.tap(result))["quota"] == left


async def test_a_tap_is_counted_once_however_often_it_is_reported(lin):
    await lin.join()
    body, headers = {"template_id": TEMPLATE, "result": "accept"}, {"idempotency-key": "tap-1"}
    for _ in range(2):
        answer = await lin.phone.post("/v1/me/subscriptions", body, headers=headers)
        assert answer.json()["quota"] == 1


async def test_without_quota_a_text_goes_out_and_says_nothing_of_the_matter(bench, house, wechat, provider, lin):
    reachable(bench)
    await lin.join()
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("sms", "sent", None)]
    assert list(provider.sent.values()) == [{"kind": "sms", "number": NUMBER, "template": "need_news", "params": {}}]
    assert wechat.asked.total() == 0


async def test_43101_empties_the_quota_is_not_retried_and_a_text_goes_out(bench, house, wechat, provider, lin):
    reachable(bench)
    await lin.join()
    for _ in range(3):
        await lin.tap()
    await lin.hears()  # WeChat itself counts none
    await house.sweep()
    await hurry(house)
    assert await lin.pushes() == [("wechat", "refused", "wx_43101"), ("sms", "sent", None)]
    assert (await lin.phone.get("/v1/me/subscriptions")).json()["items"][0]["quota"] == 0
    assert wechat.asked["/cgi-bin/message/subscribe/send"] == 1


@pytest.mark.parametrize("errcode", [47003, 40037, 41030])
async def test_our_own_faults_are_dead_with_their_reason_and_the_person_hears_all_the_same(  # noqa: PLR0917 -- fixtures
    bench, house, wechat, provider, lin, errcode
):
    reachable(bench)
    await lin.join()
    await lin.tap()
    wechat.scripted = [errcode]
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("wechat", "dead", f"wx_{errcode}"), ("sms", "sent", None)]


async def test_a_busy_wechat_is_asked_again_later(house, wechat, lin):
    await lin.join()
    await lin.tap()
    wechat.quota[lin.openid, TEMPLATE] = 1
    wechat.scripted = [-1]
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("wechat", "queued", "wx_-1")]
    await house.sweep()
    assert wechat.asked["/cgi-bin/message/subscribe/send"] == 1, "not before its time"
    await hurry(house)
    assert await lin.pushes() == [("wechat", "sent", None)]


async def test_whoever_cannot_be_reached_is_announced_for_a_call(bench, house, provider, lin):
    bench.services["needs"] = SimpleNamespace(app=answering({"code": "NOT_FOUND"}, 404))
    need = await lin.hears()
    await house.sweep()
    (told,) = await house.announced(UNREACHED)
    assert told["data"] == {
        "person_id": str(lin.person),
        "code": "need_respond",
        "reason": "no_number",
        "about": {"collection": "needs", "id": need},
    }
    assert not told["public"]


@pytest.mark.parametrize(
    ("contact", "reason"),
    [({"phone": None}, "no_number"), ({"via_person_id": str(uuid7()), "phone": NUMBER}, "through_another_person")],
)
async def test_what_a_person_asked_for_is_obeyed(bench, house, provider, lin, contact, reason):  # noqa: PLR0917 -- as above
    reachable(bench, **contact)
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("sms", "dead", reason)]
    assert provider.calls == 0
    assert len(await house.announced(UNREACHED)) == 1


async def test_a_text_waits_for_an_hour_at_which_it_may_come_and_then_a_worker_calls(bench, house, provider, lin):
    reachable(bench, text=False)
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("sms", "queued", "not_at_this_hour")]
    assert await house.announced(UNREACHED) == []
    await house.sql("update pushes set created_at = created_at - interval '25 hours'")
    await hurry(house)
    assert await lin.pushes() == [("sms", "dead", "not_at_this_hour")]
    assert len(await house.announced(UNREACHED)) == 1 and provider.calls == 0


async def test_refusing_is_as_easy_as_allowing(bench, house, wechat, provider, lin):
    reachable(bench)
    await lin.join()
    await lin.tap()
    body = {"wechat": False, "sms": False}
    answer = await lin.phone.post("/v1/me/subscriptions/choose", body)
    assert {name: answer.json()[name] for name in body} == body
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("sms", "refused", "opted_out")]
    assert (wechat.asked.total(), provider.calls) == (0, 0)
    assert len(await house.announced(UNREACHED)) == 1


async def test_a_text_that_did_not_arrive_is_a_call(bench, house, provider, stranger, lin):
    reachable(bench)
    await lin.hears()
    await house.sweep()
    report = json.dumps({"provider_id": "m-1", "result": "failed", "reason": "powered_off"})
    for _ in range(2):
        answer = await stranger._send("POST", "/v1/page-receipts", content=report, headers=signed(report))
        assert (answer.status_code, answer.json()["state"]) == (200, "dead")
    assert [each["data"]["reason"] for each in await house.announced(UNREACHED)] == ["powered_off"]


async def test_notices_without_a_row_stay_in_the_inbox(house, wechat, lin):
    await lin.hears("need_cosign")
    await house.sweep()
    assert await lin.pushes() == []


async def test_only_must_know_notices_are_worth_a_call(bench, house, provider, lin):
    await put(house, {**ROW, "fields": FIELDS, "call": False})
    bench.services["needs"] = SimpleNamespace(app=answering({"code": "NOT_FOUND"}, 404))
    await lin.hears()
    await house.sweep()
    assert await lin.pushes() == [("sms", "dead", "no_number")]
    assert await house.announced(UNREACHED) == []


async def test_two_notices_never_count_on_one_tap(committed):
    house = committed.open("gateway")
    lin = Lin(house)
    from tests.gateway.test_wechat import connected  # noqa: PLC0415 -- one house only
    from tests.gateway.wechat import FakeWeChat, serving  # noqa: PLC0415

    async with house.database.engine.connect() as connection:
        house.database.connection = connection
        await lin.join()
        rows = json.dumps([{**ROW, "fields": FIELDS}])
        await house.sql("update rule set value = cast(:v as jsonb) where code = 'push_templates'", v=rows)
        await connection.commit()
        await lin.tap()
        async with serving(FakeWeChat()) as fake:
            original, house.app.state.wechat = house.app.state.wechat, connected(house, fake)
            fake.quota[lin.openid, TEMPLATE] = 5
            await asyncio.gather(*(lin.hears() for _ in range(4)))
            await house.sweep()
            house.app.state.wechat = original
        await connection.rollback()
        found = await lin.pushes()
        await connection.rollback()
    assert len(fake.sent) == 1
    assert sorted(channel for channel, *_ in found) == ["sms", "sms", "sms", "wechat"]


async def test_who_died_after_sending_sends_at_most_once_more_and_loses_nothing(house, wechat, lin, monkeypatch):
    await lin.join()
    await lin.tap()
    wechat.quota[lin.openid, TEMPLATE] = 5
    await lin.hears()
    from gateway.usecases import pushing  # noqa: PLC0415 -- the moment after the message left

    with monkeypatch.context() as patched:
        patched.setattr(pushing, "settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await house.sweep()
    assert len(wechat.sent) == 1
    await house.sweep()
    assert len(wechat.sent) == 1, "the lease holds"
    await hurry(house)
    await hurry(house)
    assert (len(wechat.sent), await lin.pushes()) == (2, [("wechat", "sent", None)])


async def test_how_people_were_told_of_an_object(bench, house, provider, lin):
    reachable(bench)
    need = await lin.hears()
    await lin.hears("need_cosign", UUID(need))
    await house.sweep()
    answer = await house.sibling("needs").get(f"/internal/notices?about={need}")
    found = answer.json()["items"]
    assert [(each["code"], each["ways"]) for each in found] == [
        ("need_respond", [{"channel": "sms", "state": "sent", "reason": None}]),
        ("need_cosign", []),
    ]


async def test_a_template_whose_values_have_no_known_name_is_refused(house):
    for fields in ({"1thing": "x"}, {}, {"Thing1": "x"}):
        body = {"division": COUNTY, "value": [{**ROW, "fields": fields}], "source": "test"}
        answer = await house.acting("civil_affairs", COUNTY).put("/v1/rules/gateway/push_templates", body, if_match=1)
        assert (answer.status_code, answer.json()["code"]) == (422, "RULE_MISSHAPEN"), fields


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("thing1", "一" * 20, "一" * 20),
        ("thing1", "一" * 21, "一" * 19 + "…"),
        ("phrase2", "已经列入项目", "已经列入…"),
        ("character_string3", "A" * 33, "A" * 31 + "…"),
        ("time4", "2026-11-30 21:00", "2026-11-30 21:00"),
        ("name5", "𠮷" * 11, "𠮷" * 9 + "…"),
    ],
)
async def test_values_are_cut_by_characters(name, value, shown):
    assert fitted(name, value) == shown


async def test_times_are_told_as_a_clock_in_china_shows_them():
    from datetime import UTC, datetime  # noqa: PLC0415 -- only here

    at = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert filled({"time1": "{time}"}, notice="", at=at) == {"time1": "2027-01-01 01:05"}


async def test_whoever_has_a_duty_over_the_place_is_told(house, lin):
    """By role and division, today: neither another role, nor another place, nor a grant that has ended."""
    holders = [await Lin(house).join() for _ in range(4)]
    grants = [
        ("supervisor", COUNTY, None),
        ("community_worker", COMMUNITY, None),
        ("supervisor", "350503000000", None),
        ("supervisor", COUNTY, "2026-01-01T00:00:00Z"),
    ]
    for each, (role, scope, until) in zip(holders, grants, strict=True):
        end = f"'{until}'" if until else "null"
        await house.sql(
            "insert into grants (id, division, account_id, role, valid_to, created_at)"
            f" values (:i, :d, :a, :r, {end}, now())",
            i=uuid7(),
            d=scope,
            a=each.account,
            r=role,
        )
    about = {"collection": "needs", "id": str(uuid7())}
    told = {
        "role": "supervisor",
        "code": "need_unsolved",
        "zh": "请跟进。",
        "en": "Please follow it up.",
        "about": about,
    }
    await house.hear("cn.wushe.needs.staff.noticed.v1", {**told, "about": about})
    unread = [(await each.phone.get("/v1/me")).json()["unread"] for each in holders]
    assert unread == [1, 0, 0, 0]


async def test_a_token_whose_account_was_never_written_down_may_choose_all_the_same(house, signed_in):
    caller = signed_in("resident", person=uuid7())
    tapped = await caller.post("/v1/me/subscriptions", {"template_id": TEMPLATE, "result": "accept"})
    assert (tapped.status_code, tapped.json()["quota"]) == (200, 1), tapped.text
    other = signed_in("guardian", person=uuid7())
    chosen = await other.post("/v1/me/subscriptions/choose", {"wechat": True, "sms": False})
    assert (chosen.status_code, chosen.json()["sms"]) == (200, False), chosen.text
    assert (await caller.get("/v1/me/subscriptions")).json()["items"][0]["quota"] == 1
