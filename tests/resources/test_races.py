"""Real commits: whoever comes at the same moment, a person, place, thing or fen is given once."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text

from tests.resources.stories import (
    CANCELLED,
    NOON,
    START_REQUESTED,
    START_WITHDRAWN,
    approved,
    asked,
    asked_goods,
    asked_people,
    choice,
    contracted,
    designed,
    funded,
    good,
    goods,
    held,
    listed,
    officer,
    tranche,
    verified_provider,
    volunteer,
    worker,
)
from wushe.db import uuid7
from wushe.jobs import worker as itself

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT_ONCE = 20


@pytest.fixture
def real(committed):
    """The service on a database of its own."""
    return committed.open("resources", pool_size=AT_ONCE)


async def rows(service, statement):
    async with service.database.work(itself("resources")) as work:
        return list((await work.session.execute(text(statement))).all())


async def at_once(*requests) -> Counter:
    """How often each code (or 2xx status) came back when all requests start together."""
    answers = await asyncio.gather(*requests)
    return Counter(answer.json().get("code", answer.status_code) for answer in answers)


async def test_one_room_at_one_time_goes_to_exactly_one_of_twenty_requests(real):
    project, room = await designed(real), await listed(real)
    requests = [await asked(real, project) for _ in range(AT_ONCE)]
    answers = await at_once(*(worker(real).post("/v1/reservations", choice(each, room)) for each in requests))
    assert answers == {201: 1, "ALREADY_BOOKED": AT_ONCE - 1}
    assert [tuple(row) for row in await rows(real, "select state, count(*) from reservations group by 1")] == [
        ("held", 1)
    ]
    met = await rows(real, "select count(*) as n from resource_requests where state = 'met'")
    assert met[0].n == 1


async def test_twenty_reservations_for_one_request_meet_it_once(real):
    request, room = await asked(real), await listed(real)
    rooms = [room, *[await listed(real, {"id": room["provider_id"]}) for _ in range(AT_ONCE - 1)]]
    answers = await at_once(*(worker(real).post("/v1/reservations", choice(request, each)) for each in rooms))
    assert answers == {201: 1, "ACTION_NOT_ALLOWED": AT_ONCE - 1}


async def test_one_person_under_overlapping_requests_is_in_one_place(real):
    project, person = await designed(real), await volunteer(real)
    hours = [(f"2027-03-06T{9 + n:02}:00:00+08:00", f"2027-03-06T{12 + n:02}:00:00+08:00") for n in range(6)]
    requests = [
        await asked_people(real, project, starts_at=start, ends_at=end) for start, end in hours for _ in range(3)
    ]
    await at_once(*(worker(real).post("/v1/reservations", choice(each, person)) for each in requests))
    clashes = await rows(
        real, "select count(*) as n from reservations a join reservations b on a.id < b.id and a.during && b.during"
    )
    assert clashes[0].n == 0
    assert 1 <= (await rows(real, "select count(*) as n from reservations"))[0].n <= 3


async def test_stock_never_falls_below_nothing(real):
    project, rice = await designed(real), await goods(real, 50)
    requests = [await asked_goods(real, 7, project) for _ in range(AT_ONCE)]
    answers = await at_once(*(worker(real).post("/v1/reservations", choice(each, rice, 7)) for each in requests))
    assert answers == {201: 7, "STOCK_INSUFFICIENT": AT_ONCE - 7}
    assert (await rows(real, "select quantity - reserved as remaining from resources"))[0].remaining == 1


async def test_taking_and_giving_back_at_once_leaves_the_stock_right(real):
    project, rice = await designed(real), await goods(real, 30)
    reservations = [await held(real, await asked_goods(real, 3, project), rice, 3) for _ in range(8)]
    requests = [await asked_goods(real, 3, project) for _ in range(8)]
    giving = [
        worker(real).post(f"/v1/reservations/{each['id']}/release", {"reason": "x"}, if_match=1)
        for each in reservations
    ]
    taking = [worker(real).post("/v1/reservations", choice(each, rice, 3)) for each in requests]
    await at_once(*giving, *taking)
    left = await rows(
        real,
        "select r.reserved, (select coalesce(sum(quantity), 0) from reservations where state = 'held')::bigint as held"
        " from resources r",
    )
    assert left[0].reserved == left[0].held <= 30


async def test_a_fund_is_never_promised_beyond_what_it_has(real):
    projects = [await designed(real) for _ in range(AT_ONCE)]
    fund = await funded(real, projects[0], 100, received_fen=1000)
    bodies = [{"project_id": project, "amount_fen": 100} for project in projects]
    answers = await at_once(*(officer(real).post(f"/v1/funds/{fund}/allocate", body) for body in bodies))
    assert answers == {200: 9, "FUND_INSUFFICIENT": AT_ONCE - 9}


async def test_a_project_is_never_promised_more_than_its_budget(real):
    project = await designed(real, budget_fen=500)
    funds = [await funded(real, await designed(real), 1, received_fen=1000) for _ in range(10)]
    body = {"project_id": project, "amount_fen": 100}
    answers = await at_once(*(officer(real).post(f"/v1/funds/{fund}/allocate", body) for fund in funds))
    assert answers == {200: 5, "BUDGET_EXCEEDED": 5}


async def test_a_tranche_is_paid_once_however_many_press_the_button(real):
    project, payee = await designed(real), await verified_provider(real)
    await funded(real, project, 500)
    (row,) = await contracted(real, project, tranche(100), payee=payee["id"])
    row = await approved(real, row)
    path = f"/v1/disbursements/{row['id']}/pay"
    answers = await at_once(
        *(officer(real, "finance_officer").post(path, if_match=row["version"]) for _ in range(AT_ONCE))
    )
    assert answers == {200: 1, "STALE_VERSION": AT_ONCE - 1}
    booked = await rows(real, "select sum(amount_fen)::bigint as fen from ledger_entries where account = 'cash'")
    assert booked[0].fen == 400
    assert len(await rows(real, "select 1 from ledger_transactions where kind = 'disbursement'")) == 1


async def test_two_tranches_at_once_never_spend_the_same_fen(real):
    project, payee = await designed(real), await verified_provider(real)
    await funded(real, project, 150)
    both = await contracted(real, project, tranche(100), tranche(100), payee=payee["id"])
    ready = [await approved(real, row) for row in both]
    pay = [
        officer(real, "finance_officer").post(f"/v1/disbursements/{row['id']}/pay", if_match=row["version"])
        for row in ready
    ]
    assert await at_once(*pay) == {200: 1, "BUDGET_EXCEEDED": 1}


async def test_one_person_approving_twice_at_once_counts_once(real):
    project, payee = await designed(real), await verified_provider(real)
    (row,) = await contracted(real, project, tranche(100), payee=payee["id"])
    person = uuid7()
    path = f"/v1/disbursements/{row['id']}/approve"
    answers = await at_once(*(officer(real, person=person).post(path, if_match=row["version"]) for _ in range(5)))
    assert answers == {200: 1, "STALE_VERSION": 4}


async def test_one_event_delivered_many_times_at_once_is_applied_once(real):
    project, saga, ident = await designed(real), str(uuid7()), str(uuid7())
    await held(real, await asked(real, project), await listed(real))
    body = {"project_id": project, "saga_id": saga}
    answers = await asyncio.gather(*(real.hear(START_REQUESTED, body, event_id=ident) for _ in range(10)))
    assert Counter(answer.headers.get("wushe-applied") for answer in answers) == {"true": 1, "false": 9}
    reserved = await rows(real, "select 1 from event where type = 'cn.wushe.resources.start.reserved.v1'")
    assert len(reserved) == 1


async def test_saga_sweep_and_people_at_once_end_in_one_piece(real):
    """Start, its withdrawal, confirmations, releases and cancellations meet; nobody waits for ever, stock is right."""
    project, rice = await designed(real), await goods(real, 40)
    requests = [await asked_goods(real, 2, project) for _ in range(6)]
    reservations = [await held(real, each, rice, 2) for each in requests]
    room = await listed(real, {"id": rice["provider_id"]})
    await held(real, await asked(real, project, **NOON), room)
    saga = str(uuid7())
    body = {"project_id": project, "saga_id": saga}
    release = [
        worker(real).post(f"/v1/reservations/{each['id']}/release", {"reason": "x"}, if_match=1)
        for each in reservations[:3]
    ]
    cancel = [
        worker(real).post(f"/v1/resource-requests/{each['id']}/cancel", {"reason": "x"}, if_match=each["version"] + 1)
        for each in requests[2:5]
    ]
    answers = await asyncio.gather(
        real.hear(START_REQUESTED, body), *release, *cancel, real.hear(START_WITHDRAWN, body), real.sweep()
    )
    assert all(answer is None or answer.status_code < 500 for answer in answers)
    found = await rows(
        real,
        "select reserved, (select coalesce(sum(quantity), 0) from reservations"
        " where resource_id = r.id and state in ('held', 'confirmed'))::bigint as taken"
        " from resources r where kind = 'goods'",
    )
    assert found[0].reserved == found[0].taken


async def test_a_hundred_identical_bookings_of_a_gift_count_once(real):
    keeper = officer(real, "finance_officer")
    fund = good(
        await keeper.post("/v1/funds", {"name": "基金", "source": "community_fund", "division": "350502001001"}), 201
    )
    gift = {"fund_id": fund["id"], "amount_fen": 5, "purpose": "助老"}
    answers = await at_once(*(keeper.post("/v1/donations", gift, key="once") for _ in range(100)))
    assert set(answers) <= {201, "REQUEST_IN_PROGRESS"}
    assert good(await keeper.get(f"/v1/funds/{fund['id']}"))["received_fen"] == 5


async def test_an_offer_being_answered_does_not_hold_up_the_sweep_of_the_others(real):
    request, people = await asked_people(real, quantity=3), [await volunteer(real) for _ in range(3)]
    offers = [good(await worker(real).post("/v1/offers", choice(request, each)), 201) for each in people]
    async with real.database.work(itself("resources")) as answering:
        await answering.session.execute(text("update offers set expires_at = now() - interval '1 minute'"))
    async with real.database.work(itself("resources")) as answering:
        taken = f"update offers set state = 'accepted' where id = '{offers[0]['id']}'"
        await answering.session.execute(text(taken))
        await real.sweep()
    found = await rows(real, "select state from offers order by id")
    assert [row.state for row in found] == ["accepted", "expired", "expired"]


async def test_answers_and_the_sweep_at_once_end_every_offer_once(real):
    request, people = await asked_people(real, quantity=8), [await volunteer(real) for _ in range(8)]
    offers = [good(await worker(real).post("/v1/offers", choice(request, each)), 201) for each in people]
    async with real.database.work(itself("resources")) as clock:
        await clock.session.execute(text("update offers set expires_at = now() - interval '1 minute'"))
    accept = [worker(real).post(f"/v1/offers/{each['id']}/accept", if_match=1) for each in offers]
    answers = await asyncio.gather(*accept, real.sweep(), real.sweep())
    codes = Counter(answer.json().get("code", answer.status_code) for answer in answers if answer is not None)
    assert set(codes) <= {200, "STALE_VERSION"}
    await real.sweep()
    found = await rows(real, "select state, count(*) as n from offers group by 1")
    assert {row.state: row.n for row in found}.get("accepted", 0) == codes[200]
    assert sum(row.n for row in found if row.state in ("accepted", "expired")) == 8


async def test_a_payment_and_the_end_of_its_project_meet_and_no_fen_is_lost(real):
    project, payee = await designed(real), await verified_provider(real)
    await funded(real, project, 500)
    (row,) = await contracted(real, project, tranche(100), payee=payee["id"])
    row = await approved(real, row)
    fund = (await rows(real, "select fund_id from allocations"))[0].fund_id
    pay = officer(real, "finance_officer").post(f"/v1/disbursements/{row['id']}/pay", if_match=row["version"])
    again = officer(real).post(f"/v1/funds/{fund}/allocate", {"project_id": project, "amount_fen": 1})
    answers = await asyncio.gather(pay, again, real.hear(CANCELLED, {"project_id": project}))
    assert all(answer.status_code < 500 for answer in answers)
    (seen,) = await rows(
        real,
        "select p.paid_fen, p.allocated_fen as promised, f.received_fen, f.allocated_fen,"
        " (select coalesce(sum(amount_fen), 0) from ledger_entries where account = 'project')::bigint as owed"
        " from projects p, funds f",
    )
    assert seen.paid_fen in (0, 100)
    assert (seen.promised, seen.allocated_fen, seen.owed) == (seen.paid_fen, seen.paid_fen, 0)


async def test_a_suspension_and_confirmations_at_once_leave_nobody_suspended_booked(real):
    person, project = await volunteer(real), await designed(real)
    hours = [(f"2027-03-06T{9 + n:02}:00:00+08:00", f"2027-03-06T{10 + n:02}:00:00+08:00") for n in range(6)]
    requests = [await asked_people(real, project, starts_at=start, ends_at=end) for start, end in hours]
    bookings = [await held(real, each, person) for each in requests]
    confirm = [worker(real).post(f"/v1/reservations/{each['id']}/confirm", if_match=1) for each in bookings]
    suspended = worker(real).post(f"/v1/volunteers/{person['id']}/suspend", {"reason": "x"}, if_match=person["version"])
    answers = await asyncio.gather(suspended, *confirm)
    assert all(answer.status_code < 500 for answer in answers)
    state = (await rows(real, "select state from volunteers"))[0].state
    booked = await rows(real, "select 1 from reservations where state in ('held', 'confirmed')")
    assert state in ("suspended", "active")
    assert (len(booked) == 0) is (state == "suspended")
