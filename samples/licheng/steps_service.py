"""Step four: activities people sign up for, come to, and confirm themselves."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from samples.licheng.client import Refused, each, until
from samples.licheng.world import Resident, Undertaking, World, expect

PLAN = {
    "elder": (
        ("长者助餐开餐日", "community", 0, 20),
        ("结伴探访", "case", 12, 30),
        ("健康与防跌倒小组", "group", 26, 40),
    ),
    "ramp": (("坡道启用与使用指导", "community", 40, 54),),
}
DISPUTED = 2
LENGTH = timedelta(minutes=90)


async def announce(world: World, undertakings: list[Undertaking]) -> str:
    """Four activities, filled by the residents themselves; the last place is given once."""
    organiser, places = world.acting("social_worker"), 0
    for undertaking in undertakings:
        for number, (title, method, first, last) in enumerate(PLAN[undertaking.code]):
            starts = world.afternoon(1 + number)
            body = {"project_id": undertaking.project["id"], "title": title, "method": method, "capacity": last - first}
            body |= {"starts_at": starts.isoformat(timespec="seconds"), "place": undertaking.place}
            body |= {"ends_at": (starts + LENGTH).isoformat(timespec="seconds")}
            activity = await organiser.post("/v1/activities", body)
            people = world.neighbours[first:last]
            await each(people, partial(_sign_up, world, activity))
            undertaking.activities.append(activity | {"people": people, "starts": starts})
            places += len(people)
    full = undertakings[0].activities[0]
    late = world.resident(world.neighbours[-1])
    answer = await late.refused(f"/v1/activities/{full['id']}/signup", {})
    world.note("名额已满", "over capacity", expect(answer, 409, "CAPACITY_EXCEEDED"))
    return f"{sum(len(u.activities) for u in undertakings)} 场活动，{places} 人次报名"


async def _sign_up(world: World, activity: dict[str, Any], who: Resident) -> None:
    await world.resident(who).post(f"/v1/activities/{activity['id']}/signup", {})


async def hold(world: World, undertakings: list[Undertaking]) -> str:
    """Each activity takes place on its day: check-in, attendance, and every person is asked whether it is true."""
    records: list[tuple[Undertaking, dict[str, Any]]] = []
    planned = [(undertaking, activity) for undertaking in undertakings for activity in undertaking.activities]
    for undertaking, activity in sorted(planned, key=lambda pair: pair[1]["starts"]):
        await _wait_for_day(world, activity["starts"])
        found = await _held(world, activity)
        records += [(undertaking, record) for record in found]
    served = await _confirmed(world, records)
    return f"{len(records)} 条服务记录，{served} 人本人确认，{DISPUTED} 条异议"


async def _wait_for_day(world: World, starts: datetime) -> None:
    if world.now() < starts:
        await world.forward(days=(starts - world.now()) / timedelta(days=1) + 0.002)


async def _held(world: World, activity: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/v1/activities/{activity['id']}"

    async def come(who: Resident) -> bool:
        try:
            await world.resident(who).post(f"{path}/check-in", {})
        except Refused as refusal:
            if refusal.code not in {"CHECK_IN_CLOSED", "ALREADY_CHECKED_IN"}:
                raise
            return refusal.code == "ALREADY_CHECKED_IN"
        return True

    # The clock reaches projects by event: the first to come waits for the door to open.
    await until(lambda: come(activity["people"][0]), "the door of the activity to open")
    await each(activity["people"][1:], come)
    persons = [{"person_id": who.person_id, "minutes": 80} for who in activity["people"]]
    found = await world.acting("social_worker").post(f"{path}/attendance", {"persons": persons})
    items: list[dict[str, Any]] = found["items"]
    return items


async def _confirmed(world: World, records: list[tuple[Undertaking, dict[str, Any]]]) -> int:
    people = {who.person_id: who for who in world.residents}
    denied = {record["id"] for _, record in records[-DISPUTED:]}

    async def answer(pair: tuple[Undertaking, dict[str, Any]]) -> None:
        undertaking, record = pair
        who = people[record["person_id"]]
        path = f"/v1/service-records/{record['id']}"
        if record["id"] in denied:
            await world.resident(who).post(f"{path}/dispute", {"reason": "我报了名，但那天没有去。"})
            return
        await world.resident(who).post(f"{path}/confirm", {})
        if who not in undertaking.served:
            undertaking.served.append(who)

    stranger = world.resident(world.neighbours[-1])
    refusal = await stranger.refused(f"/v1/service-records/{records[0][1]['id']}/confirm", {})
    world.note("只能确认自己的记录", "only one's own record", expect(refusal, 403, "NOT_YOUR_RECORD"))
    await each(records, answer)
    return len({who.person_id for undertaking, _ in records for who in undertaking.served})
