"""How needs come in: every channel, on somebody's behalf, with a recording behind heard words, and found by us."""

from datetime import timedelta

import pytest

from tests.gateway.pictures import recording
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.handing import handed_in, picture
from tests.needs.stories import ELSEWHERE, refused, registered, resident, statement, submitted, worker
from wushe import clock
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHANNELS = ["mini_program", "visit", "outreach", "hotline", "meeting", "partner", "paper"]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_every_channel_keeps_how_consent_was_given(needs, channel):
    known = await registered(needs)
    need = await submitted(worker(needs), channel=channel, resident_id=known["id"])
    wanted = {"mini_program": "online", "partner": "online", "paper": "written"}.get(channel, "spoken")
    assert (need["channel"], need["consent_given"], need["proxy"]) == (channel, wanted, True)


async def test_who_spoke_for_whom_is_on_record(needs):
    known, person = await registered(needs), uuid7()
    volunteer = needs.acting("volunteer", person=person)
    need = await submitted(volunteer, resident_id=known["id"], channel="visit", consent_given="written")
    told = (need["proxy_relation"], need["reporter_person_id"], need["author_person_id"], need["consent_given"])
    assert told == ("volunteer", str(person), known["person_id"], "written")
    need = await submitted(worker(needs), resident_id=known["id"], proxy_relation="family")
    assert need["proxy_relation"] == "family"
    need = await submitted(needs.acting("integration"), resident_id=known["id"], channel="partner")
    assert (need["proxy_relation"], need["reporter_person_id"]) == ("agency", None)


async def test_a_resident_speaks_for_a_neighbour_and_hears_of_it(needs):
    person = uuid7()
    need = await submitted(resident(needs, person), proxy_relation="neighbour")
    assert (need["proxy"], need["author_person_id"], need["resident_id"]) == (True, str(person), None)
    own = await submitted(resident(needs, person))
    assert (own["proxy"], own["proxy_relation"], own["reporter_person_id"]) == (False, None, None)


@pytest.mark.parametrize("heard", ["dictated", "transcribed"])
async def test_heard_words_keep_their_recording(needs, gateway, heard):
    mine = resident(needs)
    photo, audio = [await handed_in(gateway, mine, content) for content in (picture(), recording())]
    for files in ([], [photo]):
        answer = await mine.post("/v1/needs", statement(input=heard, files=files))
        refused(answer, 422, "RECORDING_MISSING")
    need = await submitted(mine, input=heard, files=[photo, audio])
    kept = (await mine.get(f"/v1/needs/{need['id']}/files")).json()["items"]
    assert sorted(kept, key=str) == sorted([photo, audio], key=str)
    assert (photo["kind"], audio["kind"]) == ("image", "audio")
    told = await needs.announced("cn.wushe.needs.file.attached.v1")
    assert {event["data"]["file_id"] for event in told} == {photo["file_id"], audio["file_id"]}
    assert {(event["subject"], event["public"]) for event in told} == {(f"needs/{need['id']}", False)}
    danger = await submitted(mine, input=heard, statement="我不想活了")
    assert danger["help_lines"]


async def test_a_file_is_of_one_need_and_shown_to_whom_its_words_are_shown(needs, gateway):
    mine = resident(needs)
    files = [await handed_in(gateway, mine)]
    file_id = files[0]["file_id"]
    need = await submitted(mine, files=files)
    refused(await mine.post("/v1/needs", statement(files=files)), 422, "FILE_TAKEN")
    refused(await mine.post("/v1/needs", statement(files=files * 10)), 422, "INVALID_INPUT")
    assert (await worker(needs).get(f"/v1/needs/{need['id']}/files")).json()["items"][0]["file_id"] == file_id
    refused(await resident(needs).get(f"/v1/needs/{need['id']}/files"), 404, "NOT_FOUND")
    path = f"/internal/files/{file_id}"
    asking = needs.sibling("gateway", COMMUNITY)
    assert (await asking.get(f"{path}?role=community_worker")).json() == {
        "file_id": file_id,
        "belongs_to": f"needs/{need['id']}",
    }
    for role in ("resident", "auditor", "society_work_dept", ""):
        refused(await asking.get(f"{path}?role={role}"), 404, "NOT_FOUND")
    refused(await asking.get(f"/internal/files/{uuid7()}?role=community_worker"), 404, "NOT_FOUND")
    refused(await needs.sibling("gateway", ELSEWHERE).get(f"{path}?role=community_worker"), 404, "NOT_FOUND")


async def test_files_of_danger_are_for_those_who_answer_it(needs, gateway):
    mine = resident(needs)
    file = await handed_in(gateway, mine)
    await submitted(mine, statement="他拿刀要杀我", files=[file])
    asking, path = needs.sibling("gateway", COMMUNITY), f"/internal/files/{file['file_id']}"
    assert (await asking.get(f"{path}?role=social_worker")).status_code == 200
    for role in ("grid_worker", "supervisor", "civil_affairs"):
        refused(await asking.get(f"{path}?role={role}"), 404, "NOT_FOUND")


async def test_the_share_of_needs_we_found_is_told_by_station(needs):
    for scope, channels in ((COMMUNITY, ["outreach", "meeting"]), (ELSEWHERE, ["meeting", "outreach", "outreach"])):
        for channel in channels:
            await submitted(worker(needs, scope), channel=channel, division=scope)
    await submitted(resident(needs), statement="我不想活了")  # danger is in no figure
    since, until = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    query = f"since={since:%Y-%m-%dT%H:%M:%SZ}&until={until:%Y-%m-%dT%H:%M:%SZ}"
    office = needs.acting("civil_affairs", COUNTY)
    told = (await office.get(f"/v1/needs/outreach-share?division={COUNTY}&{query}")).json()
    assert [(each["division"], each["needs"], each["found"], each["share"]) for each in told["items"]] == [
        (STREET, 2, 1, 0.5),
        ("350502002000", 3, 2, 0.6667),
    ]
    assert (told["needs"], told["found"], told["share"]) == (5, 3, 0.6)
    told = (await office.get(f"/v1/needs/outreach-share?division={STREET}&by=community&{query}")).json()
    assert [each["division"] for each in told["items"]] == [COMMUNITY]
    nothing = "since=2001-01-01T00:00:00Z&until=2001-02-01T00:00:00Z"
    told = (await office.get(f"/v1/needs/outreach-share?division={COUNTY}&{nothing}")).json()
    assert told == {"items": [], "needs": 0, "found": 0, "share": None}
    answer = await worker(needs).get(f"/v1/needs/outreach-share?division={ELSEWHERE}&{query}")
    refused(answer, 403, "OUT_OF_SCOPE")
