"""Tying an account to a resident: by slip, by telephone, face to face; one personal link each, and letting go."""

from typing import Any

import pytest
import pytest_asyncio
import time_machine

from services.needs.domain.identifiers import check_digit
from tests.harness import COMMUNITY, Bench
from tests.needs.stories import ELSEWHERE, refused, registered, worker
from wushe import clock
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PHONE = "13812345678"
NUMBER = "99999919600101001" + check_digit("99999919600101001")


@pytest_asyncio.fixture(loop_scope="session")
async def needs(bench: Bench):
    return await bench.open("needs")


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(needs, bench: Bench):
    return await bench.open("gateway")


def somebody(gateway):
    """An account of its own, as a sign-in gives it."""
    actor = gateway.acting("resident", COMMUNITY)
    object.__setattr__(actor.caller, "subject", str(uuid7()))
    return actor


async def digits(gateway, actor, **more: Any) -> str | None:
    """The digits on their way, if any."""
    before = len(await gateway.sql("select 1 from telephone_pages"))
    answer = await actor.post("/v1/me/residency/codes", {"phone": PHONE, **more})
    assert answer.status_code == 201 and set(answer.json()) == {"expires_at"}, answer.text
    pages = await gateway.sql("select person_id, template, params from telephone_pages order by created_at, id")
    return pages[-1].params["code"] if len(pages) > before else None


async def typed(actor, code: str):
    return await actor.post("/v1/me/residency", {"code": code, "by": "phone"})


async def state(needs, known) -> str:
    return (await worker(needs).get(f"/v1/residents/{known['id']}")).json()["state"]


async def test_digits_sent_to_the_telephone_tie_an_account(needs, gateway):
    known, actor = await registered(needs, identity={"phone": PHONE}), somebody(gateway)
    code = await digits(gateway, actor)
    [row] = await needs.sql("select fingerprint from phone_codes")
    assert code not in row.fingerprint and len(row.fingerprint) == 64
    answer = await typed(actor, code)
    assert (answer.status_code, answer.json()["person_id"]) == (201, known["person_id"]), answer.text
    assert await state(needs, known) == "linked"
    refused(await typed(somebody(gateway), code), 422, "CODE_WRONG")
    refused(await actor.post("/v1/me/residency/codes", {"phone": PHONE}), 409, "ALREADY_LINKED")


async def test_five_wrong_tries_end_a_code_and_each_is_counted(needs, gateway):
    await registered(needs, identity={"phone": PHONE})
    actor = somebody(gateway)
    code = await digits(gateway, actor)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        refused(await typed(actor, wrong), 422, "CODE_WRONG")
    assert [row.tries for row in await needs.sql("select tries from phone_codes")] == [5]
    refused(await typed(actor, code), 422, "CODE_WRONG")
    assert (await typed(actor, await digits(gateway, actor))).status_code == 201


@pytest.mark.parametrize("one", [True, False], ids=["one account", "one telephone"])
async def test_new_digits_are_no_endless_new_guesses(needs, gateway, one):
    await registered(needs, identity={"phone": PHONE})
    actor = somebody(gateway)
    for _ in range(5):
        assert await digits(gateway, actor if one else somebody(gateway)) is not None
    assert await digits(gateway, actor) is None, "told like somebody unknown"
    with time_machine.travel(clock.now().timestamp() + 86_401, tick=True):
        assert await digits(gateway, actor) is not None


async def test_digits_are_good_for_ten_minutes(needs, gateway):
    await registered(needs, identity={"phone": PHONE})
    actor = somebody(gateway)
    code = await digits(gateway, actor)
    late = clock.now().timestamp() + 601
    with time_machine.travel(late, tick=True):
        refused(await typed(actor, code), 422, "CODE_WRONG")


async def test_nobody_learns_whose_telephone_is_known_and_family_says_who(needs, gateway):
    actor = somebody(gateway)
    assert await digits(gateway, actor) is None
    known = await registered(needs, identity={"phone": PHONE, "id_number": NUMBER})
    await registered(needs, identity={"phone": PHONE})
    assert await digits(gateway, actor) is None, "two share it"
    code = await digits(gateway, actor, id_number=NUMBER)
    assert (await typed(actor, code)).json()["person_id"] == known["person_id"]
    refused(await somebody(gateway).post("/v1/me/residency/codes", {"phone": "1"}), 422, "CODE_WRONG")


async def test_one_resident_has_one_personal_link_which_a_worker_replaces(needs, gateway):
    known, first, second = await registered(needs, identity={"phone": PHONE}), somebody(gateway), somebody(gateway)
    await typed(first, await digits(gateway, first))
    refused(await typed(second, await digits(gateway, second)), 409, "PERSON_LINKED")
    slip = (await worker(needs).post(f"/v1/residents/{known['id']}/link-code")).json()["code"]
    assert (await second.post("/v1/me/residency", {"code": slip})).status_code == 201
    assert (await first.get("/v1/me")).json()["residency"] is None
    links = await gateway.sql("select account_id from residencies")
    assert len(links) == 1
    assert len(await gateway.sql("select 1 from audit where verb = 'unlink'")) == 1


async def test_a_worker_ties_the_account_of_the_person_before_them(needs, gateway):
    known, actor, staff = await registered(needs), somebody(gateway), worker(needs)
    shown = (await actor.post("/v1/me/residency/requests")).json()["code"]
    path = f"/v1/residents/{known['id']}/link-in-person"
    refused(await worker(needs, ELSEWHERE).post(path, {"code": shown}), 404, "NOT_FOUND")
    refused(await staff.post(path, {"code": "ABCD-EFGH"}), 422, "LINK_CODE_INVALID")
    answer = await staff.post(path, {"code": shown.lower()})
    assert (answer.status_code, answer.json()["state"]) == (200, "linked"), answer.text
    assert (await actor.get("/v1/me")).json()["residency"]["person_id"] == known["person_id"]
    refused(await staff.post(path, {"code": shown}), 422, "LINK_CODE_INVALID")
    refused(await actor.post("/v1/me/residency/requests"), 409, "ALREADY_LINKED")


async def test_nobody_is_tied_to_somebody_erased(needs, gateway):
    known, actor, staff = await registered(needs), somebody(gateway), worker(needs)
    erased = await staff.post(f"/v1/residents/{known['id']}/erase", {"reason": "本人要求"}, if_match=known["version"])
    assert erased.status_code < 300, erased.text
    shown = (await actor.post("/v1/me/residency/requests")).json()["code"]
    answer = await staff.post(f"/v1/residents/{known['id']}/link-in-person", {"code": shown})
    refused(answer, 409, "ACTION_NOT_ALLOWED")
    assert (await actor.get("/v1/me")).json()["residency"] is None


async def test_an_account_lets_go_and_may_be_tied_again(needs, gateway):
    known, actor = await registered(needs, identity={"phone": PHONE}), somebody(gateway)
    await typed(actor, await digits(gateway, actor))
    answer = await actor.post("/v1/me/residency/unlink")
    assert answer.json() == {"linked": False}, answer.text
    assert (await actor.get("/v1/me")).json()["residency"] is None
    assert await state(needs, known) == "registered"
    refused(await actor.post("/v1/me/residency/unlink"), 404, "NOT_FOUND")
    assert (await typed(actor, await digits(gateway, actor))).status_code == 201
