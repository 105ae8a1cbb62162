"""Signing in from the mini-program, and the client of WeChat's server side against a server that speaks like it."""

import asyncio
import json

import pytest

from gateway.channels import Verdict
from gateway.channels.wechat import WeChat
from tests.gateway.callers import Caller
from tests.gateway.wechat import APPID, SECRET, FakeWeChat, serving
from wushe.errors import Unavailable

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOGIN, SEND, TOKEN = "/v1/auth/wechat", "/cgi-bin/message/subscribe/send", "/cgi-bin/stable_token"


async def send(client: WeChat, openid: str = "o-1"):
    values = {"thing1": "您关注的需求已受理"}
    return await client.subscribe_send(openid, template_id="t-1", page="pages/need/detail?id=1", values=values)


async def test_a_code_is_exchanged_for_a_token_of_a_resident_nobody_knows_yet(house, wechat, stranger):
    answer = await stranger.post(LOGIN, {"code": wechat.code("o-lin"), "appid": APPID})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()
    assert (token["person_id"], [grant["role"] for grant in token["grants"]]) == (None, ["resident"])
    me = (await Caller(house.client, token["access_token"]).get("/v1/me")).json()
    assert (me["account_id"], me["person_id"], me["client"]) == (token["account_id"], None, "wechat")
    stored = await house.sql("select row_to_json(w)::text from wechat_identities w")
    assert len(stored) == 1 and "o-lin" in stored[0][0]
    kept = await house.sql("select body::text from idempotency union all select row_to_json(a)::text from audit a")
    assert not [row for row in [*stored, *kept] if "kkkk" in (row[0] or "")]


async def test_the_same_user_is_always_the_same_account(wechat, stranger):
    first, again = [(await stranger.post(LOGIN, {"code": wechat.code("o-lin")})).json() for _ in range(2)]
    other = (await stranger.post(LOGIN, {"code": wechat.code("o-wang")})).json()
    assert first["account_id"] == again["account_id"] != other["account_id"]


async def test_two_first_logins_at_once_make_one_account(committed):
    house = committed.open("gateway")

    async with serving(FakeWeChat()) as fake:
        state = house.app.state
        original, state.wechat = state.wechat, connected(house, fake)
        people = [Caller(house.client) for _ in range(4)]
        codes = [fake.code("o-once") for _ in people]
        answers = await asyncio.gather(
            *(each.post(LOGIN, {"code": code}) for each, code in zip(people, codes, strict=True))
        )
        state.wechat = original
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["account_id"] for answer in answers}) == 1


def connected(house, fake, deadline: float = 2) -> WeChat:
    return WeChat(house.app.state.client, url=fake.url, appid=APPID, secret=SECRET, deadline=deadline)


@pytest.mark.parametrize(
    ("code", "status", "refusal"),
    [
        ("nonsense", 401, "WX_CODE_INVALID"),
        ("often", 429, "WX_TOO_OFTEN"),
        ("risky", 403, "WX_USER_BLOCKED"),
        ("busy", 503, "UNAVAILABLE"),
    ],
)
async def test_what_wechat_refuses_is_told_in_our_words(wechat, stranger, code, status, refusal):
    answer = await stranger.post(LOGIN, {"code": code})
    assert (answer.status_code, answer.json()["code"]) == (status, refusal)
    assert answer.json()["retryable"] == (status in {429, 503})


async def test_a_code_is_good_once(wechat, stranger):
    code = wechat.code("o-lin")
    assert (await stranger.post(LOGIN, {"code": code})).status_code == 200
    answer = await stranger.post(LOGIN, {"code": code})
    assert (answer.status_code, answer.json()["code"]) == (401, "WX_CODE_INVALID")


async def test_only_our_mini_program_signs_in_here(wechat, stranger):
    answer = await stranger.post(LOGIN, {"code": wechat.code("o-lin"), "appid": "wx1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "WX_NOT_CONFIGURED")
    assert (await stranger.post(LOGIN, {"appid": APPID})).status_code == 422
    assert wechat.asked.total() == 0


async def test_without_a_mini_program_nobody_signs_in_with_wechat(stranger):
    answer = await stranger.post(LOGIN, {"code": "c"})
    assert (answer.status_code, answer.json()["code"]) == (422, "WX_NOT_CONFIGURED")


async def test_when_wechat_is_away_the_fault_tells_no_secret(house, wechat, stranger, caplog):
    wechat.is_down = True
    answer = await stranger.post(LOGIN, {"code": wechat.code("o-lin")})
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert SECRET not in answer.text + caplog.text
    with pytest.raises(Unavailable) as fault:
        await house.app.state.wechat.code2session("x")
    assert fault.value.__cause__ is None and SECRET not in json.dumps(str(fault.value))


async def test_a_silent_wechat_is_not_asked_by_everybody(house, wechat):
    wechat.is_down = True
    for _ in range(10):
        with pytest.raises(Unavailable):
            await house.app.state.wechat.code2session("x")
    assert wechat.asked["/sns/jscode2session"] <= 12, "what only reads is repeated once by the client"


async def test_a_slow_wechat_is_given_up(house, wechat):
    wechat.gate = asyncio.Event()
    with pytest.raises(Unavailable):
        await connected(house, wechat, deadline=0.01).code2session("x")
    wechat.gate.set()


async def test_one_token_is_fetched_however_many_ask(house, wechat):
    wechat.quota["o-1", "t-1"] = 5
    receipts = await asyncio.gather(*(send(house.app.state.wechat) for _ in range(5)))
    assert [receipt.verdict for receipt in receipts] == [Verdict.SENT] * 5
    assert wechat.asked[TOKEN] == 1
    assert wechat.sent[0]["data"] == {"thing1": {"value": "您关注的需求已受理"}}
    assert wechat.sent[0]["page"] == "pages/need/detail?id=1"


async def test_a_token_wechat_no_longer_knows_is_replaced_once(house, wechat):
    wechat.quota["o-1", "t-1"] = 3
    assert (await send(house.app.state.wechat)).verdict is Verdict.SENT
    wechat.expire()
    receipts = await asyncio.gather(*(send(house.app.state.wechat) for _ in range(2)))
    assert [receipt.verdict for receipt in receipts] == [Verdict.SENT] * 2
    assert (wechat.asked[TOKEN], wechat.forced) == (2, 0)


async def test_a_token_that_is_refused_though_it_is_the_newest_is_forced(house, wechat):
    wechat.quota["o-1", "t-1"] = 1
    wechat.scripted = [40001]
    assert (await send(house.app.state.wechat)).verdict is Verdict.SENT
    assert wechat.forced == 1


async def test_a_token_is_replaced_before_its_end(house, wechat, monkeypatch):
    wechat.quota["o-1", "t-1"] = 2
    client = house.app.state.wechat
    await send(client)
    monkeypatch.setattr(client, "_until", 0)
    await send(client)
    assert wechat.asked[TOKEN] == 2


@pytest.mark.parametrize(
    ("errcode", "verdict"),
    [
        (43101, Verdict.REFUSED),
        (47003, Verdict.DEAD),
        (40037, Verdict.DEAD),
        (41030, Verdict.DEAD),
        (-1, Verdict.LATER),
        (45009, Verdict.LATER),
    ],
)
async def test_what_became_of_a_message(house, wechat, errcode, verdict):
    wechat.scripted = [errcode]
    receipt = await send(house.app.state.wechat)
    assert (receipt.verdict, receipt.reason) == (verdict, f"wx_{errcode}")


async def test_a_message_wechat_did_not_answer_is_tried_later(house, wechat):
    wechat.is_down = True
    assert (await send(house.app.state.wechat)).verdict is Verdict.LATER
