"""The duty rota over HTTP, and the rules of gaps and ladders."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.needs.domain.duty import DutyPost, OnDuty, PageChannel, Span, gaps, ladder, next_rung
from tests.harness import COMMUNITY, STREET
from tests.needs.crises import hours, planner, shift, somebody, staffed
from tests.needs.stories import ELSEWHERE, refused, worker

EIGHT = datetime(2026, 11, 30, 8, tzinfo=UTC)
http = pytest.mark.asyncio(loop_scope="session")


def span(start: int, end: int) -> Span:
    return Span(EIGHT + timedelta(hours=start), EIGHT + timedelta(hours=end))


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ([], [span(0, 24)]),
        ([span(0, 24)], []),
        ([span(8, 16), span(0, 8)], [span(16, 24)]),
        ([span(-3, 2), span(20, 30)], [span(2, 20)]),
        ([span(1, 9), span(2, 3), span(8, 12)], [span(0, 1), span(12, 24)]),
        ([span(30, 40)], [span(0, 24)]),
    ],
)
def test_gaps_are_the_hours_without_anybody(shifts, expected):
    assert gaps(shifts, span(0, 24)) == expected


def one(post: DutyPost, number: int) -> OnDuty:
    return OnDuty(post, PageChannel.SMS, UUID(int=number))


def test_the_ladder_climbs_by_post_and_division_and_begins_again():
    duty = {
        "own": [one(DutyPost.SUPERVISOR, 3), one(DutyPost.BACKUP, 2), one(DutyPost.FIRST, 1)],
        "street": [one(DutyPost.FIRST, 4)],
    }
    last = OnDuty(DutyPost.FALLBACK, PageChannel.VOICE, None, "12345")
    rungs = ladder(["own", "street", "county"], duty, [last])
    assert [(rung.tier, rung.who.person_id and rung.who.person_id.int) for rung in rungs] == [
        (0, 1),
        (0, 2),
        (1, 3),
        (2, 4),
        (6, None),
    ]
    paged: dict = {}
    order = []
    for _ in range(6):
        who = next_rung(rungs, paged, 0).who
        paged[who.whom] = paged.get(who.whom, 0) + 1
        order.append(who.person_id and who.person_id.int)
    assert order == [1, 2, 3, 4, None, 1]
    assert next_rung(rungs, {}, 1).who.person_id.int == 3
    assert next_rung(rungs, {}, 99).who.person_id.int == 1, "asked for higher than there is, somebody is paged still"
    assert next_rung([], {}, 0) is None


@http
async def test_a_shift_is_planned_swapped_and_read(needs):
    planned = await shift(needs, somebody(), somebody("supervisor"))
    swap = {**hours(-1, 10), "people": [somebody(channel="voice", phone=None)]}
    path = f"/v1/duty-rosters/{planned['id']}"
    swapped = await planner(needs).put(path, swap, if_match=planned["version"])
    assert swapped.status_code == 200, swapped.text
    assert swapped.json()["people"][0]["channel"] == "voice"
    refused(await planner(needs).put(path, swap, if_match=planned["version"]), 412, "STALE_VERSION")
    assert (await worker(needs).get(path)).json()["version"] == 2
    (listed,) = (await worker(needs).get(f"/v1/duty-rosters?division={COMMUNITY}")).json()["items"]
    assert listed["id"] == planned["id"]
    refused(await worker(needs, ELSEWHERE).get(path), 404, "NOT_FOUND")


@http
async def test_what_a_shift_may_not_be(needs):
    await shift(needs, somebody(), **hours(0, 8))
    body = {"division": COMMUNITY, "people": [somebody()]}
    post = planner(needs).post
    refused(await post("/v1/duty-rosters", {**body, **hours(7, 9)}), 409, "ROSTER_OVERLAPS")
    refused(await post("/v1/duty-rosters", {**body, **hours(9, 9)}), 422, "SHIFT_INVALID")
    refused(await post("/v1/duty-rosters", {**body, **hours(9, 24 * 32 + 9)}), 422, "SHIFT_INVALID")
    refused(await post("/v1/duty-rosters", {**body, **hours(9, 10), "people": []}), 422, "INVALID_INPUT")
    refused(
        await post("/v1/duty-rosters", {**body, **hours(9, 10), "people": [somebody(phone="x")]}), 422, "INVALID_INPUT"
    )
    refused(await worker(needs).post("/v1/duty-rosters", {**body, **hours(9, 10)}), 403, "ROLE_NOT_ALLOWED")
    answer = await planner(needs, ELSEWHERE).post("/v1/duty-rosters", {**body, **hours(9, 10)})
    refused(answer, 403, "OUT_OF_SCOPE")
    later = await shift(needs, somebody(), **hours(9, 10))
    moved = await planner(needs).put(
        f"/v1/duty-rosters/{later['id']}", {**hours(3, 10), "people": [somebody()]}, if_match=1
    )
    refused(moved, 409, "ROSTER_OVERLAPS")


@http
async def test_hours_without_anybody_are_listed(needs):
    await shift(needs, somebody(), **hours(2, 4))
    window = hours(0, 6)
    found = await worker(needs).get("/v1/duty-rosters/gaps", params={"division": COMMUNITY, **window})
    assert found.status_code == 200, found.text
    assert len(found.json()["items"]) == 2
    for wrong in (hours(6, 0), hours(0, 24 * 93)):
        answer = await worker(needs).get("/v1/duty-rosters/gaps", params={"division": COMMUNITY, **wrong})
        refused(answer, 422, "WINDOW_INVALID")
    answer = await worker(needs).get("/v1/duty-rosters/gaps", params={"division": ELSEWHERE, **window})
    refused(answer, 403, "OUT_OF_SCOPE")


@http
async def test_who_is_on_duty_now_in_the_order_they_are_paged(needs):
    duty = await staffed(needs)
    shown = (await planner(needs).get(f"/v1/duty-rosters/now?division={COMMUNITY}")).json()
    assert [rung["person_id"] for rung in shown["items"]] == [*duty.values(), None]
    own = (await worker(needs).get(f"/v1/duty-rosters/now?division={COMMUNITY}")).json()
    assert len(own["items"]) == 4, "a community sees its own people and the number of last resort"
    refused(await worker(needs).get(f"/v1/duty-rosters/now?division={STREET}"), 403, "OUT_OF_SCOPE")
