"""Proposals over HTTP, versions made by the real job, and the way back."""

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from services.needs.clients.embedding import Embedding
from services.needs.domain.triage.figures import figures_of
from services.needs.jobs.triage import make_version
from services.needs.repository import Triage
from services.needs.repository.triage import SHIPPED
from services.needs.usecases import triage_models
from tests.harness import COMMUNITY, COUNTY
from tests.needs.stories import ELSEWHERE, TRIAGE, done, read, refused, resident, submitted, worker
from wushe.jobs import worker as acting_for_itself

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP = "楼下那盏灯瞎了半个月，摸黑走路摔过两回"
RIVER = "河道里水葫芦又长满了，水面都看不见，第{}回提"
NINE = {str(n): 0 for n in range(9)}
SAID = {
    "street_light": ["路灯", "摸黑"],
    "pet_dog": ["遛狗", "狗屎"],
    "parking": ["车位", "地锁"],
    "road_drain": ["积水", "井盖"],
    "high_throw": ["砸到", "扔下来"],
    "elder_meal": ["食堂", "热饭"],
}
FEW_CARDS = [
    {"theme": theme, "zh": words[0], "target_groups": ["residents"], "urgency": "normal", "words": words}
    for theme, words in SAID.items()
]


def keeper(needs):
    return needs.acting("civil_affairs", COUNTY)


async def suggested(needs, need):
    answer = await worker(needs).get(f"/v1/needs/{need['id']}/suggestions")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def rule(needs, code, value):
    path = f"/v1/rules/needs/{code}"
    seen = (await keeper(needs).get(f"{path}?division={COUNTY}")).json()
    change = {"division": COUNTY, "value": value, "source": "试改"}
    answer = await keeper(needs).put(path, change, if_match=seen["version"])
    assert answer.status_code == 200, answer.text


async def trained(needs):
    answer = await keeper(needs).post("/v1/triage-models/train", {"division": COUNTY})
    assert answer.status_code == 202, answer.text
    await make_version(needs.database, UUID(answer.json()["id"]), Embedding())
    return (await keeper(needs).get(f"/v1/triage-models/{answer.json()['id']}")).json()


async def used(needs, model, verb):
    path = f"/v1/triage-models/{model['id']}"
    version = (await keeper(needs).get(path)).json()["version"]
    answer = await keeper(needs).post(f"{path}/{verb}", if_match=version)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def through(needs):
    """Lets the service ask an outside embedding for one test."""
    before = needs.app.state.embedding
    yield lambda embedding: setattr(needs.app.state, "embedding", embedding)
    needs.app.state.embedding = before


async def test_proposals_name_the_words_that_led_there(needs):
    found = await suggested(needs, await submitted(resident(needs), statement=LAMP))
    best = found["items"][0]
    assert (best["theme"], best["zh"], best["field"]) == ("street_light", "路灯照明", "environment_facility")
    assert best["words"] and all(word in LAMP for word in best["words"])
    assert len(found["items"]) == 5 and found["model_id"] is None
    assert found["target_groups"][0]["value"] == "residents"
    assert found["urgencies"][0]["value"] in ("normal", "high")
    assert found["reasons"] == []


async def test_without_evidence_a_person_files_alone(needs):
    found = await suggested(needs, await submitted(resident(needs), statement="龘齉靐"))
    assert (found["items"], found["reasons"][0]["code"]) == ([], "file_by_hand")


async def test_a_need_in_danger_gets_lines_to_call_and_no_proposal(needs):
    found = await suggested(needs, await submitted(resident(needs), statement="活着没意思，遗书写好了"))
    assert found["danger"] and found["help_lines"] and found["items"] == found["urgencies"] == []
    await done(worker(needs), await read(worker(needs), {"id": found["need_id"]}), "triage", TRIAGE | {"danger": True})
    assert await needs.sql("select from need_labels") == []


async def test_who_may_ask_and_who_may_train(needs):
    need = await submitted(resident(needs), statement=LAMP)
    path = f"/v1/needs/{need['id']}/suggestions"
    refused(await resident(needs).get(path), 403, "ROLE_NOT_ALLOWED")
    refused(await worker(needs, ELSEWHERE).get(path), 404, "NOT_FOUND")
    refused(await worker(needs).get("/v1/needs/nonsense/suggestions"), 422, "INVALID_INPUT")
    refused(await worker(needs).post("/v1/triage-models/train", {"division": COUNTY}), 403, "ROLE_NOT_ALLOWED")
    below = needs.acting("civil_affairs", COMMUNITY)
    refused(await below.post("/v1/triage-models/train", {"division": COUNTY}), 403, "OUT_OF_SCOPE")


async def test_what_a_person_confirms_is_kept_with_its_rank(needs):
    need = await submitted(resident(needs), statement=LAMP)
    filed = TRIAGE | {"field": "environment_facility", "target_group": "residents", "theme": "street_light"}
    await done(worker(needs), need, "triage", filed)
    [label] = await needs.sql("select theme, target_group, rank, model_id, learned from need_labels")
    assert tuple(label) == ("street_light", "residents", 1, None, False)
    other = await submitted(resident(needs), statement=LAMP)
    await done(worker(needs), other, "triage", TRIAGE | {"theme": None})
    assert [row.rank for row in await needs.sql("select rank from need_labels order by id")] == [1, None]


async def test_one_version_is_trained_at_a_time_and_a_clock_begins_it(needs):
    need = await submitted(resident(needs), statement=LAMP)
    await done(worker(needs), need, "triage", TRIAGE)
    await needs.sweep()
    assert (await keeper(needs).get("/v1/triage-models")).json()["items"] == []  # one label is not enough
    await rule(needs, "retrain_labels", 1)
    await needs.sweep()
    [model] = (await keeper(needs).get("/v1/triage-models")).json()["items"]
    assert (model["state"], model["number"], model["figures"]) == ("training", 1, None)
    refused(await keeper(needs).post("/v1/triage-models/train", {"division": COUNTY}), 409, "TRAINING_UNDER_WAY")
    await needs.sweep()
    assert len((await keeper(needs).get("/v1/triage-models")).json()["items"]) == 1
    path = f"/v1/triage-models/{model['id']}/activate"
    refused(await keeper(needs).post(path, if_match=model["version"]), 409, "ACTION_NOT_ALLOWED")


async def test_fifty_labels_of_a_new_theme_bring_it_up_by_the_job_and_what_was_before_can_be_put_back(needs):
    """Learns in a process of its own as in production: the slowest test of this file, for it is the whole promise."""
    await rule(needs, "theme_cards", FEW_CARDS)
    themes = (await keeper(needs).get(f"/v1/rules/needs/themes?division={COUNTY}")).json()["value"]
    await rule(needs, "themes", [*themes, {"code": "river_care", "zh": "河道保洁", "field": "environment_facility"}])
    asked = await submitted(resident(needs), statement="门前这条河水葫芦堆得船都过不去")
    before = await suggested(needs, asked)
    assert "river_care" not in [item["theme"] for item in before["items"]]
    filed = {"field": "environment_facility", "target_group": "residents", "urgency": "normal", "theme": "river_care"}
    for number in range(50):
        need = await submitted(resident(needs), statement=RIVER.format(number))
        await done(worker(needs), need, "triage", filed)
    model = await trained(needs)
    after = await suggested(needs, asked)
    assert (model["state"], model["label_count"], model["figures"]["n"]) == ("active", 50, 50)
    assert model["figures"]["top5"] == 1.0 and model["figures"]["interval5"][0] > 0.9
    assert "river_care" in [item["theme"] for item in after["items"]]
    assert await needs.sql("select from need_labels where not learned") == []
    assert (await used(needs, model, "deactivate"))["state"] == "ready"
    assert await suggested(needs, asked) == before
    assert (await used(needs, model, "activate"))["state"] == "active"
    assert await suggested(needs, asked) == after


async def test_a_version_clearly_worse_than_the_one_in_use_waits_for_a_person(needs):
    asked = await submitted(resident(needs), statement=LAMP)
    before = await suggested(needs, asked)
    await done(worker(needs), asked, "triage", TRIAGE | {"theme": "street_light"})
    answer = await keeper(needs).post("/v1/triage-models/train", {"division": COUNTY})
    ident = UUID(answer.json()["id"])
    async with needs.database.work(acting_for_itself("needs")) as work:
        given = await triage_models.material(triage=Triage(work), model_id=ident)
        assert given.former == {LAMP: 0}
    made, worse = await asyncio.to_thread(SHIPPED.read_bytes), figures_of([(str(n), 9) for n in range(9)], NINE)
    for _ in range(2):  # a job may run twice
        async with needs.database.work(acting_for_itself("needs")) as work:
            await triage_models.finish(triage=Triage(work), model_id=ident, made=made, figures=worse, labels=9)
    model = (await keeper(needs).get(f"/v1/triage-models/{ident}")).json()
    assert (model["state"], model["figures"]["since3"], model["figures"]["former3"]) == ("ready", 0, 1)
    assert await suggested(needs, asked) == before
    await needs.sweep()
    assert len((await keeper(needs).get("/v1/triage-models")).json()["items"]) == 1, "the same is not trained again"
    assert (await used(needs, model, "activate"))["state"] == "active"


@asynccontextmanager
async def outside(*, vectors=None, status=200):
    """An embedding model as somebody else would run it; keeps what it was told."""
    told = []

    async def serve(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        texts = json.loads(await reader.readexactly(length))["texts"]
        told.extend(texts)
        body = json.dumps({"vectors": vectors or [[float("葫" in text), 1.0] for text in texts]}).encode()
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Embedding(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"), told


async def test_an_outside_model_is_asked_for_statements_but_never_for_danger(needs, through):
    harmless = await submitted(resident(needs), statement=LAMP)
    danger = await submitted(resident(needs), statement="活着没意思，遗书写好了")
    async with outside() as (embedding, told):
        through(embedding)
        assert (await suggested(needs, harmless))["items"]
        assert (await suggested(needs, danger))["danger"]
        assert await embedding.vectors(["葫", "x"]) == [[1.0, 1.0], [0.0, 1.0]]
    assert told == [LAMP, "葫", "x"]


@pytest.mark.parametrize("how", [{"status": 500}, {"vectors": [["x"]]}, {"vectors": [[1.0]] * 2}, {"vectors": [[]]}])
async def test_an_outside_model_that_answers_badly_is_done_without(needs, through, how):
    async with outside(**how) as (embedding, _):
        assert await embedding.vector("路灯") is None
    assert await embedding.vector("路灯") is None  # nobody listens any more
    through(embedding)
    assert (await suggested(needs, await submitted(resident(needs), statement=LAMP)))["items"]
