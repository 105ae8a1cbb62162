"""What two people do at the same moment, with real commits."""

import asyncio
from collections import Counter

import psycopg
import pytest
from sqlalchemy import make_url

from tests.harness import COMMUNITY
from tests.needs.stories import accepted, drafted, registered, resident, triaged, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT_ONCE = 12


@pytest.fixture
def real(committed):
    """The service on a database of its own."""
    return committed.open("needs")


async def at_once(*requests) -> Counter:
    return Counter(answer.status_code for answer in await asyncio.gather(*requests))


async def test_one_person_co_signing_many_times_at_once_counts_once(real):
    need, person = await triaged(real, resident(real)), uuid7()
    path = f"/v1/needs/{need['id']}/cosign"
    answers = await at_once(*(resident(real, person).post(path) for _ in range(AT_ONCE)))
    assert answers == {200: 1, 409: AT_ONCE - 1}


async def test_many_people_co_signing_at_once_all_count(real):
    need = await triaged(real, resident(real))
    path = f"/v1/needs/{need['id']}/cosign"
    answers = await at_once(*(resident(real).post(path) for _ in range(AT_ONCE)))
    assert answers == {200: AT_ONCE}
    assert (await worker(real).get(f"/v1/needs/{need['id']}")).json()["cosigner_count"] == AT_ONCE


async def test_two_workers_with_one_version_one_wins(real):
    need = await triaged(real, resident(real))
    path = f"/v1/needs/{need['id']}/accept"
    answers = await at_once(*(worker(real).post(path, if_match=2) for _ in range(AT_ONCE)))
    assert answers == {200: 1, 412: AT_ONCE - 1}


async def test_a_need_joins_one_of_two_concerns_confirmed_at_once(real):
    shared = [(await accepted(real, resident(real)))["id"] for _ in range(3)]
    first, second = await drafted(real, *shared), await drafted(real, *reversed(shared))
    paths = [f"/v1/concerns/{draft['id']}/confirm" for draft in (first, second)]
    assert await at_once(*(worker(real).post(path, if_match=1) for path in paths)) == {200: 1, 409: 1}


async def test_a_need_taken_back_while_its_concern_is_confirmed_is_counted_or_gone(real):
    for _ in range(AT_ONCE // 2):
        author = resident(real)
        kept, gone = [(await accepted(real, by))["id"] for by in (resident(real), author)]
        draft = await drafted(real, kept, gone)
        confirming = worker(real).post(f"/v1/concerns/{draft['id']}/confirm", if_match=1)
        withdrawing = author.post(f"/v1/needs/{gone}/withdraw", if_match=3)
        answers = await at_once(confirming, withdrawing)
        assert answers == {200: 1, 412: 1}
        shown = (await worker(real).get(f"/v1/concerns/{draft['id']}")).json()
        assert shown["need_count"] == len(shown["need_ids"]) == shown["evidence"]["needs"]


async def test_a_slip_is_redeemed_by_one_of_many(real):
    known = await registered(real)
    code = (await worker(real).post(f"/v1/residents/{known['id']}/link-code")).json()["code"]
    presented = (real.sibling("gateway").post("/internal/residency", {"code": code}) for _ in range(AT_ONCE))
    assert await at_once(*presented) == {200: 1, 422: AT_ONCE - 1}


async def test_one_label_is_one_person_however_often_asked_at_once(real):
    asked = [real.sibling("resources").post("/internal/persons", {"label": "SYN-V0001"}) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["person_id"] for answer in answers if answer.status_code == 201}) == 1


async def test_an_objection_waits_for_whoever_decides_on_the_register_and_then_comes_too_late(real, postgres):
    register = await worker(real).post("/v1/need-registers", {"division": COMMUNITY, "title": "居民服务需求清单"})
    path = f"/v1/need-registers/{register.json()['id']}"
    committee = real.acting("committee", COMMUNITY, person=uuid7())
    shown = await committee.post(f"{path}/publicise", if_match=1)
    assert shown.status_code == 200, shown.text
    url = postgres.url(make_url(real.app.state.settings.database_url).database)
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as looker:
        holder.execute("update need_registers set state = 'draft', publicity_ends_at = null")
        objecting = asyncio.create_task(resident(real).post(f"{path}/objections", {"reason": "照明没有列入"}))
        async with asyncio.timeout(10):
            while not objecting.done() and not looker.execute("select 1 from pg_locks where not granted").fetchone():
                await asyncio.sleep(0.005)
        holder.commit()
    assert (await objecting).status_code == 409
