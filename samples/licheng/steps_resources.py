"""Step three, second half: what the projects need is found, reserved without double booking, and arrives."""

from datetime import timedelta
from functools import partial
from typing import Any

from samples.licheng.client import unless
from samples.licheng.world import STREET, Undertaking, World, expect


async def link(world: World, undertakings: list[Undertaking]) -> str:
    """Requests, ranked suggestions with reasons, offers accepted into reservations; nobody is booked twice."""
    asker, total, reason = world.acting("social_worker"), 0, ""
    first = world.afternoon(1)
    for each in undertakings:
        for body in wishes(each):
            window = {} if body["kind"] == "goods" else {"starts_at": _text(first), "ends_at": _text(first + HOURS)}
            request = await _opened(world, body | window | {"project_id": each.project["id"], "division": STREET})
            each.requests.append(request)
            found = await asker.get(f"/v1/resource-requests/{request['id']}/suggestions")
            if not found["best"]:
                raise AssertionError(f"nobody for {body['title']}: {found['funnel']}")
            reason = reason or "、".join(term["zh"] for term in found["best"][0]["terms"] if term["points"])
            for suggestion in found["best"][: 2 if body["kind"] == "volunteer" else 1]:
                await _agreed(world, request, suggestion)
                total += 1
    await _refuse_double_booking(world, undertakings[0])
    wanted = sum(len(each.requests) for each in undertakings)
    return f"{wanted} 个请求，{total} 个预约；推荐理由示例：{reason}"


HOURS = timedelta(hours=3)


def wishes(undertaking: Undertaking) -> list[dict[str, Any]]:
    """What a project asks for."""
    if undertaking.code == "elder":
        return [
            {"kind": "volunteer", "title": "陪伴与心理支持志愿者", "skills": ["心理支持"], "quantity": 2},
            {"kind": "facility", "title": "活动场地", "skills": [], "quantity": 1},
            {"kind": "goods", "title": "生活物资包", "skills": [], "quantity": 40},
        ]
    return [{"kind": "technology", "title": "坡道施工技术支持", "skills": [], "quantity": 1}]


def _text(moment: Any) -> str:
    return str(moment.isoformat(timespec="seconds"))


async def _opened(world: World, body: dict[str, Any]) -> dict[str, Any]:
    opening = partial(world.acting("social_worker").post, "/v1/resource-requests", body)
    return await unless(opening, "PROJECT_UNKNOWN", "resources to hear of the plan")


def _choice(request: dict[str, Any], ident: str) -> dict[str, Any]:
    people = request["kind"] == "volunteer"
    quantity = request["quantity"] if request["kind"] == "goods" else 1
    named = {"volunteer_id" if people else "resource_id": ident}
    return {"request_id": request["id"], "quantity": quantity, **named}


async def _agreed(world: World, request: dict[str, Any], suggestion: dict[str, Any]) -> None:
    offer = await world.acting("social_worker").post("/v1/offers", _choice(request, suggestion["id"]))
    accepted = await world.acting("community_worker").act("offers", offer, "accept")
    request.setdefault("reservations", []).append(accepted["reservation"])
    request.setdefault("chosen", []).append(suggestion["id"])


async def _refuse_double_booking(world: World, undertaking: Undertaking) -> None:
    request = next(each for each in undertaking.requests if each["kind"] == "volunteer")
    body = {
        name: request[name] for name in ("kind", "title", "skills", "starts_at", "ends_at", "division", "project_id")
    }
    second = await world.acting("social_worker").post("/v1/resource-requests", body | {"title": "同一时段再请同一人"})
    answer = await world.acting("community_worker").refused("/v1/reservations", _choice(second, request["chosen"][0]))
    world.note("同一人同一时段不能重复预约", "nobody is booked twice", expect(answer, 409, "ALREADY_BOOKED"))
    cancelled = {"reason": "演示用请求，撤回"}
    await world.acting("social_worker").act("resource-requests", second, "cancel", cancelled)


async def deliver(world: World, undertakings: list[Undertaking]) -> str:
    """What was reserved is handed over, and the receiving side says so."""
    giver, receiver, count = world.acting("community_worker"), world.acting("social_worker"), 0
    for each in undertakings:
        for request in each.requests:
            for reservation in request.get("reservations", []):
                body = {"reservation_id": reservation["id"], "quantity": reservation["quantity"]}
                sent = await giver.post("/v1/deliveries", body)
                await receiver.act("deliveries", sent, "confirm")
                count += 1
    return f"{count} 次交付，均由接收方确认"
