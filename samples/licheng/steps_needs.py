"""Step one: 92 needs are heard, sorted, answered or put together as shared concerns."""

from collections import Counter
from typing import Any

from samples.licheng.client import each, reaches, until
from samples.licheng.world import OTHER_STREET, STREET, Resident, Undertaking, World, expect, rows

ANSWERED = "N018"  # how to apply for the adaptation of a home: a question, answered at once
CRISES = {"women_dv", "suicide_crisis", "flood_emergency"}
CONSENT = "2026-01"


async def submit(world: World) -> str:
    """Every statement of needs_dev.csv, each by a resident of the street."""
    listed = rows("needs_dev.csv")

    async def one(pair: tuple[int, dict[str, str]]) -> dict[str, Any]:
        number, row = pair
        author = world.neighbours[number % len(world.neighbours)]
        body = {"statement": row["text"], "division": author.division, "channel": "mini_program"}
        body |= {"input": "typed", "consent_version": CONSENT}
        world.authors[row["id"]] = author
        made: dict[str, Any] = await world.resident(author).post("/v1/needs", body)
        return made

    made = await each(list(enumerate(listed)), one)
    world.needs = {row["id"]: need | {"row": row} for row, need in zip(listed, made, strict=True)}
    urgent = [need for need in made if need["danger"]]
    places = len({need["division"] for need in made})
    return f"{len(made)} 条，来自 {places} 个社区；{len(urgent)} 条危急，立即给出求助电话 help lines"


async def sort(world: World) -> str:
    """Triage all, accept what is a need, reject what is not."""
    worker = world.acting("community_worker")
    known = {row["theme"] for row in rows("themes.csv")}

    async def one(code: str) -> str:
        need, row = world.needs[code], world.needs[code]["row"]
        if row["theme"] == "not_a_need":
            changed = await worker.act("needs", need, "reject", {"reason_code": "not_a_need"})
        else:
            body = {"field": row["field"], "target_group": row["target_group"] or "residents"}
            body |= {"urgency": row["urgency"]}
            if row["theme"] in known and row["theme"] not in CRISES:
                body["theme"] = row["theme"]
            changed = await worker.act("needs", need, "triage", body)
            if not changed["danger"]:
                changed = await worker.act("needs", changed, "accept")
        need.update(changed)
        return str(changed["state"])

    await _refuse_strangers(world)
    states = Counter(await each(world.needs, one))
    return " ".join(f"{state} {count}" for state, count in sorted(states.items()))


async def _refuse_strangers(world: World) -> None:
    need = world.needs["N001"]
    body = {"field": "elderly", "target_group": "elderly", "urgency": "normal"}
    stranger = world.acting("community_worker", OTHER_STREET)
    path = f"/v1/needs/{need['id']}/triage"
    answer = await stranger.refused(path, body, version=need["version"])
    world.note("其他街道看不到", "another street cannot see it", expect(answer, 404, "NOT_FOUND"))
    foreign = {"statement": "样例", "division": OTHER_STREET, "channel": "mini_program", "input": "typed"}
    author = world.resident(world.neighbours[0])
    answer = await author.refused("/v1/needs", foreign | {"consent_version": CONSENT})
    world.note("不能代外区提交", "no need for another region", expect(answer, 403, "OUT_OF_SCOPE"))
    worker = world.acting("community_worker")
    answer = await worker.refused(path, body, version=need["version"] + 7)
    world.note("版本过期", "stale version", expect(answer, 412, "STALE_VERSION"))
    answer = await worker.refused(f"/v1/needs/{need['id']}/accept", version=need["version"])
    world.note("次序不对：未分类不能受理", "out of order", expect(answer, 409, "ACTION_NOT_ALLOWED"))


async def cosign(world: World) -> str:
    """Neighbours stand behind the needs the two projects will answer."""
    wanted = [code for code, need in world.needs.items() if need["row"]["theme"] in SHARED and not need["danger"]]
    pairs = [(code, neighbour) for number, code in enumerate(wanted) for neighbour in _others(world, code, number)]

    async def one(pair: tuple[str, Resident]) -> None:
        await world.resident(pair[1]).post(f"/v1/needs/{world.needs[pair[0]]['id']}/cosign", {})

    await each(pairs, one)
    code, neighbour = pairs[0]
    twice = await world.resident(neighbour).refused(f"/v1/needs/{world.needs[code]['id']}/cosign", {})
    world.note("同一人只附议一次", "one person co-signs once", expect(twice, 409, "ALREADY_COSIGNED"))
    return f"{len(pairs)} 次附议，{len(wanted)} 条需求"


SHARED = ("elder_meal", "elder_escort_medical", "disability_access", "road_drain")


def _others(world: World, code: str, number: int) -> list[Resident]:
    first = 7 * number
    chosen = [world.neighbours[(first + step) % len(world.neighbours)] for step in range(6)]
    return [each for each in chosen if each.person_id != world.authors[code].person_id]


async def respond(world: World) -> str:
    """One need is answered at once and closed by its author, without any project."""
    need, author = world.needs[ANSWERED], world.resident(world.authors[ANSWERED])
    body = {"answer": "适老化改造向社区居委会申请，带身份证和房产证明，7 个工作日内上门评估。"}
    answered = await world.acting("community_worker").act("needs", need, "respond", body)
    stranger = world.resident(next(each for each in world.neighbours if each.person_id != author.person))
    path = f"/v1/needs/{need['id']}/outcome"
    answer = await stranger.refused(path, {"outcome": "solved"}, version=answered["version"])
    world.note("只有本人能说是否解决", "only the author says what came of it", expect(answer, 403, "NOT_THE_AUTHOR"))
    closed = await author.act("needs", answered, "outcome", {"outcome": "solved"})
    need.update(closed)
    return f"{closed['state']}，本人反馈 outcome = {closed['outcome']}"


async def concerns(world: World, undertakings: list[Undertaking]) -> str:
    """The machine proposes, with reasons; a worker confirms; crises are never among the proposals."""
    worker = world.acting("community_worker")
    run = await worker.post("/v1/concerns/proposals/runs", {"division": STREET})
    await reaches(worker, f"/v1/concerns/proposals/runs/{run['id']}", "done")
    found = (await worker.get("/v1/concerns/proposals", division=STREET))["items"]
    dangers = {need["id"] for need in world.needs.values() if need["danger"]}
    if any(dangers & set(proposal["need_ids"]) for proposal in found):
        raise AssertionError("a need in danger was proposed for a shared concern")
    themes = {row["theme"]: row["zh"] for row in rows("themes.csv")}
    for undertaking in undertakings:
        for theme in undertaking.themes:
            proposal = next(each for each in found if each["theme"] == theme)
            body = {"title": themes[theme], "division": STREET, "need_ids": proposal["need_ids"]}
            drafted = await worker.post("/v1/concerns", body)
            confirmed = await world.acting("committee").act("concerns", drafted, "confirm")
            published = await worker.act("concerns", confirmed, "publish")
            undertaking.concerns.append(published | {"need_ids": proposal["need_ids"], "reasons": proposal["reasons"]})
    one = undertakings[0].concerns[0]
    await reaches(worker, f"/v1/needs/{one['need_ids'][0]}", "linked")
    people = sum(concern["person_count"] for each in undertakings for concern in each.concerns)
    confirmed = sum(len(each.concerns) for each in undertakings)
    reason = one["reasons"][0]["zh"]
    return f"{len(found)} 个建议，确认 {confirmed} 个，{people} 人次支持；理由示例：{reason}"


async def outcomes(world: World, undertakings: list[Undertaking]) -> str:
    """The completed projects answer the needs behind them; all authors but one say what came of it."""
    linked = _linked(world, undertakings)

    async def judge(pair: tuple[int, str]) -> None:
        number, code = pair
        answered = await reaches(world.acting("community_worker"), f"/v1/needs/{world.needs[code]['id']}", "responded")
        author = world.resident(world.authors[code])
        closed = await author.act("needs", answered, "outcome", {"outcome": "partly" if number == 1 else "solved"})
        world.needs[code].update(closed)

    await each(list(enumerate(linked[:-1])), judge)
    return f"{len(linked) - 1} 位提出人反馈 solved / partly；1 位没有回音"


def _linked(world: World, undertakings: list[Undertaking]) -> list[str]:
    codes = {need["id"]: code for code, need in world.needs.items()}
    return [codes[ident] for each in undertakings for concern in each.concerns for ident in concern["need_ids"]]


async def silence(world: World, undertakings: list[Undertaking]) -> str:
    """Fourteen days without a word close a need, marked as silent: that is not satisfaction."""
    code = _linked(world, undertakings)[-1]
    closed = await reaches(world.acting("community_worker"), f"/v1/needs/{world.needs[code]['id']}", "closed")
    world.needs[code].update(closed)
    if not closed["silent"] or closed["outcome"]:
        raise AssertionError("the unanswered need was closed, but not marked as silent")
    return "silent = true，outcome 空缺"


async def inbox(world: World, undertakings: list[Undertaking]) -> str:
    """The author of a need was told of every step."""
    need_id = undertakings[0].concerns[0]["need_ids"][0]
    code = next(code for code, need in world.needs.items() if need["id"] == need_id)
    author = world.resident(world.authors[code])

    async def told() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await author.get("/v1/me/inbox", limit=100))["items"]
        return items if any("拨付" in str(item.get("zh", item)) for item in items) else []

    items = await until(told, "the notice of the payment in the author's inbox")
    return f"{len(items)} 条通知，包括“金额已拨付”"
