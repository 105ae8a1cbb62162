"""A file is kept with a need or a visit only when whoever names it handed it in; asked once, ahead of everything."""

import json

import pytest

from services.needs.domain.authorship import Attached
from services.needs.domain.codes import FileKind
from services.needs.domain.intake import Handed
from tests.needs import tables
from tests.needs.handing import handed_in, picture, tell
from tests.needs.stories import refused, resident, statement, submitted, worker
from tests.needs.surveying import ANSWERS, form, visit
from wushe.db import uuid7
from wushe.errors import InvalidInput, Unavailable

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT = "2026-11-20T08:00:00+08:00"
IMAGE, AUDIO = FileKind.IMAGE, FileKind.AUDIO


def offline(need, client_id="phone-1"):
    return {"items": [{"client_id": client_id, "kind": "need", "at": AT, "need": need}]}


async def unknown(answer, *pointers):
    problem = refused(answer, 422, "INVALID_INPUT")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(at, "UNKNOWN") for at in pointers]
    return problem


class Counting:
    """The gateway, and how often needs asked it for files."""

    def __init__(self, gateway, bench):
        self.asked, self._app = [], gateway.app
        bench.services["gateway"] = gateway.__class__(gateway.name, self, gateway.database)

    async def __call__(self, scope, receive, send):
        self.asked.append(scope["path"])
        await self._app(scope, receive, send)


# --- What is asked -----------------------------------------------------------


async def test_nobody_attaches_what_another_handed_in(needs, gateway):
    author, thief = resident(needs), resident(needs)
    theirs, missing = await handed_in(gateway, author), {"file_id": str(uuid7()), "kind": "audio"}
    stolen = await unknown(await thief.post("/v1/needs", statement(files=[theirs])), "/files/0/file_id")
    never = await unknown(await thief.post("/v1/needs", statement(files=[missing])), "/files/0/file_id")
    assert stolen["errors"] == never["errors"]  # another's looks like one that is not there
    await unknown(
        await thief.post("/v1/needs", statement(files=[missing, theirs])), "/files/0/file_id", "/files/1/file_id"
    )
    assert await needs.sql("select 1 from needs") == []
    await submitted(author, files=[theirs])  # and is still whose it was


async def test_english_readers_are_told_too(needs, gateway):
    answer = await resident(needs).post(
        "/v1/needs",
        statement(files=[{"file_id": str(uuid7()), "kind": "image"}]),
        headers={"accept-language": "en"},
    )
    assert answer.json()["errors"][0]["detail"] == "Unknown or used; upload it again."


async def test_a_file_is_what_it_is_said_to_be(needs, gateway):
    mine = resident(needs)
    sound = await handed_in(gateway, mine)
    problem = refused(await mine.post("/v1/needs", statement(files=[{**sound, "kind": "image"}])), 422, "INVALID_INPUT")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/files/0/file_id", "OTHER_KIND")]


async def test_what_belongs_to_something_is_used_up(needs, gateway):
    mine = resident(needs)
    file = await handed_in(gateway, mine)
    await submitted(mine, files=[file])
    refused(await mine.post("/v1/needs", statement(files=[file])), 422, "FILE_TAKEN")  # the gateway has not heard
    await tell(needs, gateway)
    await unknown(await mine.post("/v1/needs", statement(files=[file])), "/files/0/file_id")


async def test_named_twice_it_is_kept_once(needs, gateway):
    mine = resident(needs)
    file = await handed_in(gateway, mine)
    need = await submitted(mine, files=[file, file])
    assert (await mine.get(f"/v1/needs/{need['id']}/files")).json()["items"] == [file]


async def test_answers_of_a_visit_name_files_of_their_visitor(needs, gateway):
    version, mine = await form(needs), worker(needs)
    theirs, door = await handed_in(gateway, worker(needs), picture()), await handed_in(gateway, mine, picture())

    async def told(file, **more):
        answers = {**ANSWERS, "door": file["file_id"], **more}
        return await mine.post("/v1/visits", visit(answers=answers, form_version_id=version["form_version_id"]))

    await unknown(await told(theirs), "/answers/door")
    problem = refused(await told(await handed_in(gateway, mine)), 422, "INVALID_INPUT")
    assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == ("/answers/door", "OTHER_KIND")
    assert (await told(door)).status_code == 201
    refused(await told(door), 422, "FILE_TAKEN")
    said = statement(channel="outreach", files=[{"file_id": door["file_id"], "kind": "image"}])
    refused(await mine.post("/v1/needs", said), 422, "FILE_TAKEN")
    await tell(needs, gateway)
    await unknown(await told(door), "/answers/door")


async def test_an_agency_names_its_own_files_under_its_own_keys(needs, gateway):
    system, theirs = needs.acting("integration"), await handed_in(gateway, resident(needs))
    own = await handed_in(gateway, system)
    said = statement(channel="outreach", input="worker_notes")
    path = "/v1/needs/by-external/hotline/42"
    await unknown(await system.put(path, {**said, "files": [theirs]}), "/files/0/file_id")
    assert (await system.put(path, {**said, "files": [own]})).status_code == 200
    await tell(needs, gateway)
    assert (await system.put(path, {**said, "files": [own]})).status_code == 200  # known: nothing is attached again


async def test_what_was_said_without_a_network_names_files_of_its_account(needs, gateway):
    mine, theirs = resident(needs), await handed_in(gateway, resident(needs))
    own = await handed_in(gateway, mine)
    two = [offline(statement(files=[file]), name)["items"][0] for file, name in ((theirs, "a"), (own, "b"))]
    receipts = (await mine.post("/v1/needs/batches", {"items": two})).json()["items"]
    assert [each["state"] for each in receipts] == ["refused", "applied"]
    assert [each["code"] for each in receipts[0]["errors"]] == ["UNKNOWN"]


async def test_offline_visits_name_files_of_their_visitor(needs, gateway):
    version, mine = await form(needs), worker(needs)
    theirs, own = [await handed_in(gateway, actor, picture()) for actor in (worker(needs), mine)]
    items = [
        {"client_id": name, "visit": visit(answers={**ANSWERS, "door": file["file_id"]}, **version_of(version))}
        for name, file in (("a", theirs), ("b", own))
    ]
    receipts = (await mine.post("/v1/visits/batches", {"items": items})).json()["items"]
    assert [each["state"] for each in receipts] == ["refused", "applied"]


def version_of(version):
    return {"form_version_id": version["form_version_id"]}


async def test_rows_of_an_import_bring_no_files(needs):
    row = statement(channel="outreach", input="worker_notes", files=[{"file_id": str(uuid7()), "kind": "image"}])
    operation = await tables.imported(needs, worker(needs), "needs", json.dumps(row).encode(), "n.ndjson")
    [line] = await tables.report(worker(needs), operation)
    assert [(each["pointer"], each["code"]) for each in line["errors"]] == [("/files", "TOO_LONG")]


# --- How it is asked ---------------------------------------------------------


async def test_a_batch_is_one_question(needs, gateway, bench):
    mine = resident(needs)
    files = [await handed_in(gateway, mine) for _ in range(4)]
    counting = Counting(gateway, bench)
    items = [offline(statement(files=files[n : n + 2]), f"n{n}")["items"][0] for n in (0, 2)]
    answer = await mine.post("/v1/needs/batches", {"items": items})
    assert [each["state"] for each in answer.json()["items"]] == ["applied", "applied"]
    assert counting.asked == ["/internal/files/own"]


async def test_without_files_nobody_is_asked(needs, gateway, bench):
    counting = Counting(gateway, bench)
    await submitted(resident(needs))
    assert counting.asked == []


async def test_a_gateway_that_is_away_loses_nothing(needs, gateway, bench):
    mine, key = resident(needs), str(uuid7())
    said = statement(files=[await handed_in(gateway, mine)])
    bench.services.pop("gateway")
    answer = await mine.post("/v1/needs", said, key=key)
    refused(answer, 503, "UNAVAILABLE")
    assert (answer.headers["retry-after"], answer.json()["retryable"]) == ("2", True)
    assert await needs.sql("select 1 from needs") == []
    bench.services["gateway"] = gateway
    first = await mine.post("/v1/needs", said, key=key)
    assert first.status_code == 201
    await tell(needs, gateway)
    for away in (False, True):  # answered again, whether the gateway is there or not
        if away:
            bench.services.pop("gateway")
        again = await mine.post("/v1/needs", said, key=key)
        assert (again.json()["id"], again.headers["idempotency-replayed"]) == (first.json()["id"], "true")
    bench.services["gateway"] = gateway


async def test_a_batch_waits_for_the_gateway_as_a_whole(needs, gateway, bench):
    mine = resident(needs)
    batch = offline(statement(files=[await handed_in(gateway, mine)]))
    bench.services.pop("gateway")
    refused(await mine.post("/v1/needs/batches", batch), 503, "UNAVAILABLE")
    bench.services["gateway"] = gateway
    assert (await mine.post("/v1/needs/batches", batch)).json()["items"][0]["state"] == "applied"


async def test_danger_waits_for_no_file(needs, gateway, bench):
    mine, theirs = resident(needs), await handed_in(gateway, resident(needs))
    own = await handed_in(gateway, mine)
    need = await submitted(mine, statement="我不想活了", files=[theirs, own])
    assert need["help_lines"]
    assert (await mine.get(f"/v1/needs/{need['id']}/files")).json()["items"] == [own]
    bench.services.pop("gateway")
    alone = await submitted(mine, statement="我不想活了，没有我会更好", files=[theirs])
    assert (await mine.get(f"/v1/needs/{alone['id']}/files")).json()["items"] == []
    bench.services["gateway"] = gateway


# --- The rule ----------------------------------------------------------------


async def test_the_rule_by_itself():
    one, two = uuid7(), uuid7()
    named = {"/a": Attached(one, IMAGE), "/b": Attached(two, AUDIO), "/c": Attached(one, IMAGE)}
    assert Handed({one: IMAGE, two: AUDIO}).usable(named, danger=False) == [named["/a"], named["/b"]]
    assert Handed(None).usable({}, danger=False) == []
    assert Handed({two: AUDIO}).usable(named, danger=True) == [named["/b"]]
    with pytest.raises(Unavailable):
        Handed(None).usable(named, danger=False)
    with pytest.raises(InvalidInput) as told:
        Handed({two: IMAGE}).usable(named, danger=False)
    assert [error.code for error in told.value.errors] == ["UNKNOWN", "OTHER_KIND", "UNKNOWN"]
