"""Files over HTTP: judged by content, kept under what they are, read by those who may, gone when nothing needs them."""

import asyncio
from hashlib import sha256
from types import SimpleNamespace

import pytest

from gateway.repository import Files
from gateway.storage import Objects, key_of
from gateway.usecases import files as cases
from tests.gateway.pictures import CANARY, bomb, opened, photo, recording
from wushe.db import uuid7
from wushe.errors import Unavailable
from wushe.identity import WHOLE
from wushe.jobs import worker

pytestmark = pytest.mark.asyncio(loop_scope="session")
ATTACHED = "cn.wushe.needs.file.attached.v1"


def form(content: bytes, *, name: str = "wx_tmp.jpg", media: str = "image/jpeg", purpose: str = "need"):
    edge = "----wx"
    said = [
        f'--{edge}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n',
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {media}\r\n\r\n',
    ]
    body = "".join(said).encode() + content + f"\r\n--{edge}--\r\n".encode()
    return {"content": body, "headers": {"content-type": f"multipart/form-data; boundary={edge}"}}


async def send(actor, content: bytes, **more):
    return await actor.post("/v1/files", **form(content, **more))


async def handed_in(actor, content: bytes, **more):
    answer = await send(actor, content, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(actor, content: bytes, status: int, code: str, **more):
    answer = await send(actor, content, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


def resident(house, person=None):
    return house.acting("resident", person=person or uuid7())


def lying(house) -> Objects:
    return house.app.state.cabinet.objects


async def count(house, table: str) -> int:
    return (await house.sql(f"select count(*) from {table}"))[0][0]


async def later(house, hours: int = 25) -> None:
    """As if so much time had passed: what waits has waited that long."""
    for table, column in (("files", "purge_at"), ("stored_objects", "pending_since")):
        await house.sql(f"update {table} set {column} = {column} - make_interval(hours => {hours})")


async def test_a_photograph_is_kept_without_its_place_and_with_a_thumbnail(house):
    author = resident(house)
    made = await handed_in(author, photo())
    kept, small = [await author.get(f"/v1/files/{made['id']}{path}") for path in ("", "/thumbnail")]
    assert (made["kind"], made["media_type"], made["thumbnail"]) == ("image", "image/jpeg", True)
    assert (made["width"], made["height"], made["purpose"]) == (180, 320, "need")
    assert (made["size"], made["sha256"]) == (len(kept.content), sha256(kept.content).hexdigest())
    assert len(small.content) <= 30 * 1024
    for answer in (kept, small):
        assert CANARY.encode() not in answer.content
        assert not opened(answer.content).getexif()
    stored = await lying(house).read(made["sha256"])
    assert stored == kept.content


async def test_bytes_go_out_private_named_and_never_as_something_else(house):
    author = resident(house)
    made = await handed_in(author, photo())
    answer = await author.get(f"/v1/files/{made['id']}")
    told = answer.headers
    assert told["content-type"] == "image/jpeg"
    assert told["x-content-type-options"] == "nosniff"
    assert told.get_list("cache-control") == ["private, max-age=3600"]
    assert told["content-disposition"] == f'inline; filename="{made["id"]}.jpg"'
    assert told["etag"] == f'"{made["sha256"]}"'
    again = await author.get(f"/v1/files/{made['id']}", headers={"if-none-match": told["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    paper = await handed_in(author, b"%PDF-1.7\n" + bytes(50), name="a.pdf", media="application/pdf")
    shown = (await author.get(f"/v1/files/{paper['id']}")).headers["content-disposition"]
    assert shown.startswith("attachment")
    nothing = await author.get(f"/v1/files/{paper['id']}/thumbnail")
    assert (nothing.status_code, nothing.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize("kind", ["amr", "mp3", "aac", "m4a", "wav", "ogg"])
async def test_a_recording_is_kept_as_it_came(house, kind):
    author, content = resident(house), recording(kind)
    made = await handed_in(author, content, name="tmp", media="application/octet-stream")
    assert (made["kind"], made["size"], made["thumbnail"], made["width"]) == ("audio", len(content), False, None)
    assert (await author.get(f"/v1/files/{made['id']}")).content == content


async def test_a_file_is_what_its_bytes_say_whatever_it_is_called(house):
    made = await handed_in(resident(house), photo(form="PNG"), name="report.pdf", media="application/pdf")
    assert (made["kind"], made["media_type"]) == ("image", "image/png")


async def test_what_cannot_be_taken_is_refused_and_leaves_nothing(house):
    author, small = resident(house), house.app.state.settings.model_copy(update={"files_audio_bytes": 1024})
    await refused(author, b"MZ\x90 a program", 415, "FILE_KIND_UNSUPPORTED")
    await refused(author, b"<svg onload='x'/>", 415, "FILE_KIND_UNSUPPORTED", media="image/png")
    await refused(author, b"{}", 415, "FILE_TYPE_UNSUPPORTED", media="application/json")
    await refused(author, photo()[:-600], 422, "PICTURE_DAMAGED")
    await refused(author, bomb(), 422, "PICTURE_TOO_WIDE")
    await refused(author, recording() + bytes(33_554_432), 413, "BODY_TOO_LARGE", media="audio/amr")
    cabinet = house.app.state.cabinet
    house.app.state.cabinet = cases.Cabinet(cabinet.objects, cabinet.darkroom, small)
    try:
        await refused(author, recording() + bytes(1024), 413, "BODY_TOO_LARGE", media="audio/amr")
    finally:
        house.app.state.cabinet = cabinet
    missing = await author.post("/v1/files", content=recording(), headers={"content-type": "audio/amr"})
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/purpose")
    assert [await count(house, table) for table in ("files", "stored_objects")] == [0, 0]


async def test_the_same_content_lies_there_once_and_has_many_owners(house):
    one, other, content = resident(house), resident(house), recording() + b"the same"
    first, second = await handed_in(one, content), await handed_in(other, content)
    assert first["id"] != second["id"]
    assert first["sha256"] == second["sha256"]
    assert await count(house, "stored_objects") == 1
    await house.sql("update files set purge_at = now() where id = :id", id=first["id"])
    await house.sweep()
    assert (await one.get(f"/v1/files/{first['id']}")).status_code == 404
    assert (await other.get(f"/v1/files/{second['id']}")).content == content


async def test_repeated_with_its_key_it_is_one_file(house):
    author, body = resident(house), form(recording())
    answers = [await author.post("/v1/files", **body, key="k") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert await count(house, "files") == 1


async def test_a_stranger_learns_nothing_of_a_file(house):
    made = await handed_in(resident(house), photo())
    for nosy in (resident(house), house.acting("community_worker"), house.acting("civil_affairs", "350000000000")):
        for path in ("", "/thumbnail"):
            assert (await nosy.get(f"/v1/files/{made['id']}{path}")).status_code == 404
    assert (await house.anonymous().get(f"/v1/files/{made['id']}")).status_code == 401
    assert (await resident(house).get(f"/v1/files/{uuid7()}")).status_code == 404
    assert (await resident(house).get("/v1/files/not-an-id")).status_code == 404


class Owning:
    """A service that has an object with a file: it says who may see it."""

    def __init__(self) -> None:
        self.admitted, self.asked = set(), []

    async def __call__(self, scope, receive, send):
        self.asked.append(scope["path"] + "?" + scope["query_string"].decode())
        status = 200 if scope["query_string"].decode().removeprefix("role=") in self.admitted else 404
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"code": "NOT_FOUND"}'})


@pytest.fixture
def owning(bench):
    app = Owning()
    bench.services["needs"] = SimpleNamespace(app=app)
    return app


async def test_whoever_the_owning_service_lets_see_it_reads_a_file(house, owning):
    author = resident(house)
    made = await handed_in(author, recording())
    heard = await house.hear(ATTACHED, {"file_id": made["id"]}, subject="needs/0198f0c2-0000-7000-8000-00000000000a")
    assert heard.status_code == 204
    owning.admitted.add("community_worker")
    worker, neighbour = house.acting("community_worker"), resident(house)
    assert (await worker.get(f"/v1/files/{made['id']}")).status_code == 200
    assert (await neighbour.get(f"/v1/files/{made['id']}")).status_code == 404
    assert owning.asked == [f"/internal/files/{made['id']}?role={role}" for role in ("community_worker", "resident")]
    assert (await author.get(f"/v1/files/{made['id']}")).status_code == 200  # without asking anybody
    assert len(owning.asked) == 2


async def test_a_service_that_is_away_lets_nobody_read(house, bench):
    made = await handed_in(resident(house), recording())
    await house.hear(ATTACHED, {"file_id": made["id"]})
    bench.services.pop("needs", None)
    answer = await house.acting("community_worker").get(f"/v1/files/{made['id']}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_what_belongs_to_nothing_goes_after_a_day_and_what_belongs_stays(house):
    author = resident(house)
    loose, bound = await handed_in(author, photo()), await handed_in(author, recording())
    await house.hear(ATTACHED, {"file_id": bound["id"]})
    await house.sweep()
    assert await count(house, "files") == 2  # its day is not over
    await later(house)
    await house.sweep()
    assert (await author.get(f"/v1/files/{loose['id']}")).status_code == 404
    assert (await author.get(f"/v1/files/{bound['id']}")).status_code == 200
    assert not await lying(house).has(loose["sha256"])
    assert await lying(house).has(bound["sha256"])
    assert await count(house, "stored_objects") == 1
    said = await house.sql("select verb, actor from audit where subject = :it order by id", it=f"files/{loose['id']}")
    assert [tuple(row) for row in said][-1] == ("purge", "service:gateway")


async def test_the_day_is_rule_data(house):
    official = house.acting("civil_affairs", WHOLE)
    value = {"division": "350502000000", "value": 1, "source": "test"}
    answer = await official.put("/v1/rules/gateway/file_unattached_hours", value, if_match=1)
    assert answer.status_code == 200, answer.text
    await handed_in(resident(house), recording())
    await later(house, hours=2)
    await house.sweep()
    assert await count(house, "files") == 0


async def test_nobody_fills_the_store_with_what_belongs_to_nothing(house):
    value = {"division": "350502000000", "value": 1, "source": "test"}
    official = house.acting("civil_affairs", WHOLE)
    answer = await official.put("/v1/rules/gateway/file_unattached_megabytes", value, if_match=1)
    assert answer.status_code == 200, answer.text
    author = resident(house)
    made = await handed_in(author, recording())
    await house.sql("update files set size = 1000000")
    await refused(author, recording(), 429, "FILES_WAITING")
    assert await count(house, "stored_objects") == 1
    await handed_in(resident(house), recording())
    await house.hear(ATTACHED, {"file_id": made["id"]})
    await handed_in(author, recording())


async def test_the_first_object_has_the_file(house, owning):
    made = await handed_in(resident(house), recording())
    for subject in ("needs/first", "needs/second"):
        assert (await house.hear(ATTACHED, {"file_id": made["id"]}, subject=subject)).status_code == 204
    assert await house.sql("select owner_subject from files") == [("needs/first",)]
    assert (await house.hear(ATTACHED, {"file_id": str(uuid7())})).status_code == 204  # gone: nothing to keep


async def test_a_service_hears_of_a_file_only_from_who_handed_it_in(house):
    author, other = resident(house), resident(house)
    made = await handed_in(author, recording())

    async def asked_for(actor):
        service = house.sibling("needs")
        service.caller = SimpleNamespace(**{**_fields(service.caller), "subject": await account_of(house, actor)})
        answer = await service.post("/internal/files/own", {"file_ids": [made["id"], str(uuid7())]}, key=None)
        assert answer.status_code == 200, answer.text
        return [(each["id"], each["kind"]) for each in answer.json()["items"]]

    assert await asked_for(author) == [(made["id"], "audio")]
    assert await asked_for(other) == []
    await house.hear(ATTACHED, {"file_id": made["id"]})
    assert await asked_for(author) == []


async def test_everything_of_one_person_is_erased(house):
    person, neighbour = uuid7(), resident(house)
    author = resident(house, person)
    mine = [await handed_in(author, photo()), await handed_in(author, recording() + b"mine")]
    shared = recording() + b"shared"
    await handed_in(author, shared)
    theirs = await handed_in(neighbour, shared)
    await house.hear(ATTACHED, {"file_id": mine[0]["id"]})
    async with house.database.work(worker("gateway")) as work:
        assert await cases.erase(files=Files(work), person_id=person) == 3
    await house.sweep()
    for each in mine:
        assert not await lying(house).has(each["sha256"])
    assert (await neighbour.get(f"/v1/files/{theirs['id']}")).content == shared
    assert await house.sql("select count(*) from files where person_id = :it", it=person) == [(0,)]


async def test_an_upload_that_broke_off_leaves_only_what_is_swept_away(house):
    content = recording() + b"broke off"
    await house.app.state.cabinet.take(house.database, worker("gateway"), content)  # and then the process is killed
    assert await lying(house).has(key_of(content))
    await house.sweep()
    assert await lying(house).has(key_of(content))  # it may still be under way
    await later(house, hours=1)
    await house.sweep()
    assert not await lying(house).has(key_of(content))
    assert await count(house, "stored_objects") == 0
    assert (await handed_in(resident(house), content))["sha256"] == key_of(content)


async def test_bytes_on_their_way_out_are_not_named_again(house):
    content = recording() + b"on its way out"
    made = await handed_in(resident(house), content)
    await later(house)
    async with house.database.work(worker("gateway")) as work:
        await cases.purge(files=Files(work), limit=10)  # doomed, and not removed yet
    await refused(resident(house), content, 503, "UNAVAILABLE")
    await house.sweep()
    assert (await handed_in(resident(house), content))["sha256"] == made["sha256"]


async def test_a_store_that_is_away_takes_nothing_and_loses_nothing(house, monkeypatch):
    async def away(*_: object) -> None:
        raise Unavailable(retry_after=2)

    author, content = resident(house), recording() + b"away"
    made = await handed_in(author, content)
    with monkeypatch.context() as without:
        without.setattr(Objects, "put", away)
        await refused(author, recording() + b"another", 503, "UNAVAILABLE")
    await later(house)
    with monkeypatch.context() as without:
        without.setattr(Objects, "delete", away)
        await house.sweep()
    assert await count(house, "stored_objects") == 2
    await house.sql("update stored_objects set claimed_at = now() - interval '6 minutes'")
    await house.sweep()
    assert await count(house, "stored_objects") == 0
    assert not await lying(house).has(made["sha256"])


async def test_uploads_and_removal_of_the_same_bytes_never_lose_a_file(committed):
    """Whatever the order: a file that was answered 201 has its bytes."""
    house = committed.open("gateway", files_url="memory:///")
    content = recording() + b"raced"
    for _ in range(6):
        author = resident(house)
        made = await handed_in(author, content)
        await _sql(house, "update files set purge_at = now()")
        answers, _ = await asyncio.gather(
            asyncio.gather(*(send(resident(house), content) for _ in range(3))), house.sweep()
        )
        assert {each.status_code for each in answers} <= {201, 503}
        await house.sweep()
        kept = [each.json() for each in answers if each.status_code == 201]
        assert made["id"] not in {each["id"] for each in kept}
        for each in kept:
            assert await house.app.state.cabinet.objects.has(each["sha256"])


async def _sql(house, statement: str) -> None:
    async with house.database.work(worker("gateway")) as work:
        await work.fetch(statement)


def _fields(caller) -> dict[str, object]:
    return {name: getattr(caller, name) for name in caller.__slots__}


async def account_of(house, actor) -> str:
    return (await actor.get("/v1/me")).json()["account_id"]
