"""Words and pictures are looked at before they are public: WeChat's content check over HTTP, or nobody."""

import pytest

from gateway.moderation import NoChecker, WechatChecker
from tests.gateway.pictures import photo, recording
from tests.gateway.test_files import handed_in, resident
from tests.gateway.wechat import APPID
from tests.harness import COMMUNITY
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH = "/internal/moderation"


@pytest.fixture
def checked(house, wechat, monkeypatch):
    """The gateway with WeChat's content check."""
    state = house.app.state
    monkeypatch.setitem(state._state, "checker", WechatChecker(state.wechat))
    return wechat


async def asked(house, **what: object):
    return await house.sibling("needs").post(PATH, what)


async def verdict(house, **what: object) -> tuple[str, str | None]:
    answer = await asked(house, **what)
    assert answer.status_code == 200, answer.text
    return answer.json()["verdict"], answer.json()["reason"]


async def somebody(house, openid: str = "o-1"):
    """A person whose account came from the mini-program."""
    person, account = uuid7(), uuid7()
    common = "id, division, created_at, version, event_seq, updated_at"
    values = "gen_random_uuid(), :division, now(), 1, 0, now()"
    place = {"division": COMMUNITY, "account": account}
    await house.sql(
        f"insert into accounts ({common}, label) values (:account, :division, now(), 1, 0, now(), 'x')", **place
    )
    await house.sql(
        f"insert into residencies ({common}, account_id, resident_id, person_id)"
        f" values ({values}, :account, gen_random_uuid(), :person)",
        person=person,
        **place,
    )
    await house.sql(
        f"insert into wechat_identities ({common}, account_id, appid, openid) values ({values}, :account, :app, :open)",
        app=APPID,
        open=openid,
        **place,
    )
    return str(person)


async def test_words_are_judged_as_those_of_the_user_who_wrote_them(house, checked):
    person = await somebody(house)
    assert await verdict(house, text="路灯坏了", person_id=person) == ("passed", "wx_label_100")
    assert checked.looked_at == [("o-1", "路灯坏了")]
    assert await verdict(house, text="risky 的话", person_id=person) == ("refused", "wx_label_20006")
    assert await verdict(house, text="要 review", person_id=person) == ("review", "wx_label_10001")


async def test_words_of_nobody_in_the_mini_program_wait_for_a_person(house, checked):
    found = ("review", "not_a_mini_program_user")
    assert await verdict(house, text="路灯坏了") == found
    assert await verdict(house, text="路灯坏了", person_id=str(uuid7())) == found
    assert checked.looked_at == []


async def test_a_small_copy_of_a_picture_is_judged(house, checked):
    picture = await handed_in(resident(house), photo())
    assert await verdict(house, file_id=picture["id"]) == ("passed", None)
    (sent,) = checked.looked_at
    assert len(sent) <= 30 * 1024
    checked.scripted = [87014]
    assert await verdict(house, file_id=picture["id"]) == ("refused", "wx_87014")
    sound = await handed_in(resident(house), recording())
    assert await verdict(house, file_id=sound["id"]) == ("review", "not_a_picture")
    assert (await asked(house, file_id=str(uuid7()))).status_code == 404


@pytest.mark.parametrize(("code", "found"), [(61010, "review"), (40003, "review"), (87014, "refused")])
async def test_what_an_error_means(house, checked, code, found):
    person = await somebody(house)
    checked.scripted = [code]
    assert await verdict(house, text="路灯坏了", person_id=person) == (found, f"wx_{code}")


async def test_a_checker_that_is_away_or_busy_is_asked_again_later(house, checked):
    person = await somebody(house)
    checked.scripted = [-1]
    answers = [await asked(house, text="路灯坏了", person_id=person)]
    checked.is_down = True
    answers.append(await asked(house, text="路灯坏了", person_id=person))
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(503, "UNAVAILABLE")}
    checked.is_down = False
    house.app.state.wechat._breaker.hear(answered=True)
    assert (await verdict(house, text="路灯坏了", person_id=person))[0] == "passed"


async def test_a_token_that_ran_out_is_replaced(house, checked):
    person = await somebody(house)
    await verdict(house, text="一", person_id=person)
    checked.expire()
    assert (await verdict(house, text="二", person_id=person))[0] == "passed"


async def test_without_a_checker_nobody_has_looked(house):
    assert isinstance(house.app.state.checker, NoChecker)
    assert await verdict(house, text="路灯坏了") == ("unchecked", None)
    picture = await handed_in(resident(house), photo())
    assert await verdict(house, file_id=picture["id"]) == ("unchecked", None)


@pytest.mark.parametrize("body", [{}, {"text": "a", "file_id": str(uuid7())}, {"text": ""}])
async def test_one_thing_is_looked_at(house, body):
    answer = await house.sibling("needs").post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
