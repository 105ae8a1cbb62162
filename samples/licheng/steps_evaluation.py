"""Step five: those who were served judge, anonymously; the report leads to the money."""

import base64
import secrets
from functools import partial
from typing import Any

from samples.licheng.client import Refused, each, reaches, unless, until
from samples.licheng.world import Resident, Undertaking, World, expect
from services.evaluation.domain import blind

SILENT = {"elder": 8, "ramp": 3}  # served persons who do not vote
DAYS_OPEN, DAYS_APPEAL = 7.1, 7.1


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def vote(world: World, undertakings: list[Undertaking]) -> str:
    """Blind credentials for people on the roster, then ballots that nobody can tie to them."""
    total = 0
    for undertaking in undertakings:
        undertaking.evaluation = await _opened(world, undertaking)
        await _refuse_outsiders(world, undertaking)
        voters = undertaking.served[: len(undertaking.served) - SILENT[undertaking.code]]
        envelopes = await each(voters, partial(_credential, world, undertaking))
        secrets.SystemRandom().shuffle(envelopes)  # ballots arrive in another order than credentials were fetched
        codes = [item["code"] for item in undertaking.evaluation["ballot_items"]]
        sheets = list(enumerate(envelopes))
        await each(sheets, partial(_cast, world, undertaking, codes))
        await _refuse_second(world, undertaking, envelopes[0], codes)
        undertaking.votes = len(envelopes)
        total += len(envelopes)
    return f"{total} 张匿名评价票（" + "，".join(f"{u.title} {u.votes}/{len(u.served)}" for u in undertakings) + "）"


async def _opened(world: World, undertaking: Undertaking) -> dict[str, Any]:
    reader = world.acting("civil_affairs")

    async def look() -> dict[str, Any] | None:
        items = (await reader.get("/v1/evaluations", project_id=undertaking.project["id"]))["items"]
        return next((item for item in items if item["state"] == "open"), None)

    listed = await until(look, "the evaluation to open", patience=45)
    assert listed is not None
    found: dict[str, Any] = await reader.get(f"/v1/evaluations/{listed['id']}")
    return found


async def _refuse_outsiders(world: World, undertaking: Undertaking) -> None:
    served = {who.person_id for who in undertaking.served}
    outsider = next(who for who in world.neighbours if who.person_id not in served)
    length = len(_blinded(undertaking)[1].message)
    body = {"blinded": _text(secrets.token_bytes(length)), "stratum": "all"}
    path = f"/v1/evaluations/{undertaking.evaluation['id']}/credentials"
    answer = await world.resident(outsider).refused(path, body)
    world.note("没有接受过服务，不能评价", "not served", expect(answer, 403, "NOT_SERVED"))


def _blinded(undertaking: Undertaking) -> tuple[bytes, blind.Blinded]:
    public = blind.load_public(_bytes(undertaking.evaluation["keys"][0]["public_key"]))
    prepared = blind.prepare(secrets.token_bytes(32))
    return prepared, blind.blind(public, prepared)


async def _credential(world: World, undertaking: Undertaking, who: Resident) -> dict[str, str]:
    der = _bytes(undertaking.evaluation["keys"][0]["public_key"])
    prepared, hidden = _blinded(undertaking)
    path = f"/v1/evaluations/{undertaking.evaluation['id']}/credentials"
    answer = await world.resident(who).post(path, {"blinded": _text(hidden.message), "stratum": "all"})
    public, signed = blind.load_public(der), _bytes(answer["signature"])
    signature = blind.finalize(public, der, prepared, signed, hidden.inverse)
    return {"token": _text(prepared), "signature": _text(signature)}


async def _cast(
    world: World, undertaking: Undertaking, codes: list[str], sheet: tuple[int, dict[str, str]]
) -> dict[str, Any]:
    number, envelope = sheet
    path = f"/v1/evaluations/{undertaking.evaluation['id']}/ballots"
    body = {**envelope, "answers": ratings(number, codes)}
    receipt: dict[str, Any] = (await world.gateway.send("POST", path, json=body)).json()
    return receipt


def ratings(number: int, codes: list[str]) -> dict[str, int]:
    """Most are pleased, some lukewarm, one in ten is not."""
    base = 2 if number % 10 == 7 else 3 if number % 6 == 4 else 5 if number % 2 else 4
    return {code: max(1, min(5, base + (1 if (number + place) % 7 == 0 else 0))) for place, code in enumerate(codes)}


async def _refuse_second(world: World, undertaking: Undertaking, envelope: dict[str, str], codes: list[str]) -> None:
    path = f"/v1/evaluations/{undertaking.evaluation['id']}/ballots"
    for answers, tampered in ((dict.fromkeys(codes, 1), False), (dict.fromkeys(codes, 5), True)):
        body = {**envelope, "answers": answers}
        if tampered:
            body["token"] = _text(secrets.token_bytes(64))
        try:
            await world.gateway.send("POST", path, json=body)
        except Refused as refusal:
            found = (refusal.status, refusal.code)
        else:
            raise AssertionError("a second or forged ballot was taken")
        wanted = (422, "SIGNATURE_INVALID") if tampered else (409, "BALLOT_FINAL")
        zh, en = ("伪造的评价票", "a forged ballot") if tampered else ("评价票一经提交不能修改", "a ballot is final")
        world.note(zh, en, expect(found, *wanted))


async def close(world: World, undertakings: list[Undertaking]) -> str:
    """No earlier than the window says; then the draft report, open to appeals."""
    decider = world.acting("civil_affairs")
    path = f"/v1/evaluations/{undertakings[0].evaluation['id']}/close"
    answer = await decider.refused(path, version=undertakings[0].evaluation["version"])
    world.note("评价期未满不能提前结束", "not before its time", expect(answer, 409, "BALLOT_WINDOW_OPEN"))
    await world.forward(days=DAYS_OPEN)
    for undertaking in undertakings:
        await _closed(world, undertaking)
    for undertaking in undertakings:
        undertaking.report = await _report(world, undertaking)
    return "；".join(f"{u.title} {_figures(u.report)}" for u in undertakings)


async def _closed(world: World, undertaking: Undertaking) -> None:
    decider, path = world.acting("civil_affairs"), f"/v1/evaluations/{undertaking.evaluation['id']}"

    async def end() -> dict[str, Any]:
        closing: dict[str, Any] = await decider.act("evaluations", await decider.get(path), "close")
        return closing

    await unless(end, "BALLOT_WINDOW_OPEN", "the end of the ballot window")
    await reaches(decider, path, "closed")


async def _report(world: World, undertaking: Undertaking) -> dict[str, Any]:
    path = f"/v1/evaluations/{undertaking.evaluation['id']}/report"
    found: dict[str, Any] = await unless(
        partial(world.acting("civil_affairs").get, path), "NOT_FOUND", "the draft report"
    )
    return found


def _figures(report: dict[str, Any]) -> str:
    content = report["content"]
    low, high = content["satisfaction"]["interval"] or (0, 0)
    score = content["satisfaction"]["score"]
    return f"n/N {content['n']}/{content['N']}，满意 {score}%（{low:.0%}–{high:.0%}），{content['grade']}"


async def finalise(world: World, undertakings: list[Undertaking]) -> str:
    """After the appeal window the report is final and says what may be paid."""
    decider = world.acting("civil_affairs")
    draft = undertakings[0].report
    answer = await decider.refused(f"/v1/reports/{draft['id']}/finalise", version=draft["version"])
    world.note("申诉期未满不能定稿", "the appeal window is open", expect(answer, 409, "APPEAL_WINDOW_OPEN"))
    await world.forward(days=DAYS_APPEAL)
    advices = []
    for undertaking in undertakings:
        undertaking.report = await _final(world, undertaking)
        advices.append(await _advice(world, undertaking))
    return "；".join(f"{u.title}：{a['kind']} × {a['factor']}" for u, a in zip(undertakings, advices, strict=True))


async def _final(world: World, undertaking: Undertaking) -> dict[str, Any]:
    decider, path = world.acting("civil_affairs"), f"/v1/reports/{undertaking.report['id']}"

    async def end() -> dict[str, Any]:
        row: dict[str, Any] = await decider.get(path)
        if row["state"] != "final":  # the sweep may have been quicker
            row = await decider.act("reports", row, "finalise")
        return row

    return await unless(end, "APPEAL_WINDOW_OPEN STALE_VERSION ACTION_NOT_ALLOWED", "the final report")


async def _advice(world: World, undertaking: Undertaking) -> dict[str, Any]:
    reader = world.acting("finance_officer")

    async def look() -> dict[str, Any] | None:
        items = (await reader.get("/v1/payout-advices", project_id=undertaking.project["id"]))["items"]
        return items[0] if items else None

    found = await until(look, "the payout advice")
    assert found is not None
    return found
