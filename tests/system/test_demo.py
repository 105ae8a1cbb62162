"""The demo player's own promises; that every step arrives is shown by `make demo` itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from samples.licheng import district, play, steps_evaluation, steps_projects
from samples.licheng.client import Actor, Gateway, NotArrived, Refused, each, unless, until
from samples.licheng.world import COMMUNITIES, World, expect, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")


def gateway(answer: Callable[[httpx.Request], httpx.Response]) -> Gateway:
    """A gateway whose answers are ours."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/development":
            return httpx.Response(200, json={"access_token": "t"})
        return answer(request)

    return Gateway("http://gateway", run="r", http=httpx.AsyncClient(transport=httpx.MockTransport(handle)))


def problem(status: int, code: str, *, retryable: bool = False) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "…", "retryable": retryable})


async def test_the_sample_is_whole_and_synthetic() -> None:
    people, volunteers = rows("licheng_persons_in_difficulty_835.csv"), rows("licheng_volunteers_455.csv")
    enterprises = rows("licheng_enterprises_58.csv")
    counts = [len(rows("divisions.csv")), len(people), len(volunteers), len(enterprises), len(rows("needs_dev.csv"))]
    assert counts == [784, 835, 455, 58, 92]
    assert {row["synthetic"] for row in (*people, *volunteers, *enterprises)} == {"true"}
    codes = {row["code12"] for row in rows("divisions.csv")}
    assert {*COMMUNITIES, *(scope for _, scope, _ in district.CAST if scope != "000000000000")} <= codes


async def test_a_repeated_write_carries_the_same_key_and_another_run_another_one() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["idempotency-key"])
        return httpx.Response(201, json={})

    first = gateway(answer)
    for body in ({"a": 1}, {"a": 1}, {"a": 2}):
        await first.acting("committee", COMMUNITIES[0]).post("/v1/x", body)
    first.run = "another"
    await first.acting("committee", COMMUNITIES[0]).post("/v1/x", {"a": 1})
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


async def test_what_may_be_repeated_is_repeated_and_a_refusal_is_not() -> None:
    answers = [problem(503, "UNAVAILABLE", retryable=True), httpx.Response(200, json={"ok": True})]
    actor = gateway(lambda _: answers.pop(0)).acting("committee", COMMUNITIES[0])
    assert await actor.get("/v1/x") == {"ok": True}
    refusing = gateway(lambda _: problem(409, "ACTION_NOT_ALLOWED")).acting("committee", COMMUNITIES[0])
    assert await refusing.refused("/v1/x") == (409, "ACTION_NOT_ALLOWED")
    with pytest.raises(Refused) as refusal:
        await refusing.get("/v1/x")
    assert refusal.value.code == "ACTION_NOT_ALLOWED"


async def test_an_unexpected_yes_is_a_failure() -> None:
    actor = gateway(lambda _: httpx.Response(200, json={})).acting("committee", COMMUNITIES[0])
    with pytest.raises(NotArrived):
        await actor.refused("/v1/x")
    with pytest.raises(AssertionError, match="got 409 OTHER"):
        expect((409, "OTHER"), 403, "NOT_SERVED")


async def test_waiting_ends_with_the_thing_or_with_its_name() -> None:
    seen = iter([None, None, "there"])

    async def look() -> str | None:
        return next(seen)

    async def never() -> None:
        return None

    async def refused() -> None:
        raise Refused("POST", "/v1/x", 409, {"code": "NOT_YET"})

    assert await until(look, "a thing") == "there"
    with pytest.raises(NotArrived, match="a thing"):
        await until(never, "a thing", patience=0.05)
    with pytest.raises(NotArrived, match="a thing"):
        await unless(refused, "NOT_YET", "a thing", patience=0.05)
    with pytest.raises(Refused):
        await unless(refused, "OTHER", "a thing")


async def test_a_few_at_once_in_the_order_of_the_items() -> None:
    running = most = 0

    async def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return number * 2

    assert await each(range(20), work, at_once=3) == [number * 2 for number in range(20)]
    assert most <= 3


async def test_a_step_that_fails_ends_the_play_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fine() -> str:
        return "3 persons"

    async def broken() -> str:
        raise ExceptionGroup("several", [Refused("POST", "/v1/x", 409, {"code": "BUDGET_EXCEEDED"})])

    async def synchronise(_: World) -> None:
        return None

    monkeypatch.setattr(World, "synchronise", synchronise)
    steps = [play.Step("甲", "one", fine), play.Step("乙", "two", broken), play.Step("丙", "three", fine)]
    monkeypatch.setattr(play, "script", lambda *_: steps)
    assert await play.play("http://nowhere", tmp_path) == 1
    assert [step.arrived[:9] for step in steps] == ["3 persons", "Refused: ", ""]
    assert "BUDGET_EXCEEDED" in capsys.readouterr().out
    monkeypatch.setattr(play, "script", lambda *_: [play.Step("甲", "one", fine)])
    assert await play.play("http://nowhere", tmp_path) == 0


async def test_the_play_has_every_part_once() -> None:
    world = World(Gateway("http://nowhere", run="r"), Path())
    steps = play.script(world, steps_projects.both())
    assert len({step.zh for step in steps}) == len(steps) > 25
    await world.gateway.http.aclose()


async def test_ratings_stay_on_the_scale_and_differ_between_voters() -> None:
    codes = ["a", "b", "c"]
    sheets = [steps_evaluation.ratings(number, codes) for number in range(30)]
    assert {value for sheet in sheets for value in sheet.values()} <= {1, 2, 3, 4, 5}
    assert len({tuple(sheet.values()) for sheet in sheets}) > 3


async def test_an_actor_is_told_apart_by_person() -> None:
    keys: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        return httpx.Response(200, json={})

    shared = gateway(answer)
    for person in ("one", "two"):
        await Actor(shared, "resident", COMMUNITIES[0], person=person).post("/v1/needs/1/cosign", {})
    assert keys[0] != keys[1]
