"""Schemes over HTTP: drafted, replaced, frozen once, by someone without a part in the plan."""

from uuid import UUID, uuid4

import pytest

from tests.evaluation.steps import APPROVER, AUTHOR, ORG

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def freeze(stage, scheme, actor=None, version=None):
    address = f"/v1/schemes/{scheme['id']}/freeze"
    return await (actor or stage.committee).post(address, if_match=version or scheme["version"])


async def test_the_template_fills_what_is_left_out(stage):
    scheme = await stage.scheme()
    assert (scheme["state"], scheme["version"], scheme["scheme_hash"]) == ("draft", 1, None)
    assert len(scheme["content"]["ballot_items"]) == 8
    assert scheme["content"]["grades"][2]["factor"] == "0.90"


async def test_a_frozen_scheme_has_a_hash_and_does_not_move(stage, evaluation):
    await stage.designed()
    scheme = await stage.frozen()
    assert (scheme["state"], len(scheme["scheme_hash"])) == ("frozen", 64)
    again = await freeze(stage, scheme)
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (409, "ACTION_NOT_ALLOWED", [])
    moved = await stage.worker.put(f"/v1/schemes/{scheme['id']}", json={"title": "改"}, if_match=scheme["version"])
    assert moved.status_code == 409
    other = await freeze(stage, await stage.scheme())
    assert (other.status_code, other.json()["code"]) == (409, "SCHEME_ALREADY_FROZEN")


async def test_a_draft_is_replaced_against_its_version(stage):
    scheme = await stage.scheme()
    address, body = f"/v1/schemes/{scheme['id']}", {"title": "第二稿", "weights": None}
    replaced = (await stage.worker.put(address, json=body, if_match=1)).json()
    assert (replaced["title"], replaced["version"], replaced["content"]["weights"]) == ("第二稿", 2, None)
    assert (await stage.worker.put(address, json=body, if_match=1)).status_code == 412
    assert (await stage.worker.put(address, json=body)).status_code == 428
    read = await stage.worker.get(address)
    assert (read.headers["etag"], read.json()["title"]) == ('"v2"', "第二稿")


async def test_whoever_has_a_part_in_the_plan_cannot_freeze(stage):
    member = uuid4()
    await stage.designed(team_person_ids=[str(member)])
    await stage.hear("project.decided", {"project_id": str(stage.project_id), "approver_person_id": str(APPROVER)}, 2)
    scheme = await stage.scheme()
    involved = [stage.service.acting("committee", person=person) for person in (AUTHOR, member, APPROVER)]
    for actor in [*involved, stage.service.acting("civil_affairs", person=uuid4(), org=ORG)]:
        refused = await freeze(stage, scheme, actor)
        assert (refused.status_code, refused.json()["code"]) == (403, "OWN_PROJECT")
    assert (await freeze(stage, scheme)).status_code == 200


async def test_a_plan_we_have_not_heard_of_cannot_be_frozen_yet(stage):
    refused = await freeze(stage, await stage.scheme())
    assert (refused.status_code, refused.json()["code"], refused.json()["retryable"]) == (
        409, "PROJECT_NOT_DESIGNED", True,
    )  # fmt: skip


async def test_after_the_start_no_goalposts_are_set(stage):
    await stage.designed()
    scheme = await stage.scheme()
    await stage.hear("project.started", {"project_id": str(stage.project_id), "state": "implementing"}, 5)
    refused = await freeze(stage, scheme)
    assert (refused.status_code, refused.json()["code"]) == (409, "PROJECT_STARTED")


async def test_who_drafts_or_computes_does_not_freeze(stage):
    await stage.designed()
    scheme = await stage.scheme()
    for actor in (stage.worker, stage.service.acting("third_party", person=uuid4())):
        refused = await freeze(stage, scheme, actor)
        assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_NOT_ALLOWED")


async def test_an_account_without_a_person_does_not_freeze(stage):
    await stage.designed()
    refused = await freeze(stage, await stage.scheme(), stage.service.acting("committee"))
    assert (refused.status_code, refused.json()["code"]) == (403, "PERSON_UNKNOWN")


async def test_a_stranger_does_not_replace_anothers_draft(stage):
    member, writer, agency = uuid4(), uuid4(), uuid4()
    scheme = await stage.scheme()
    address, body = f"/v1/schemes/{scheme['id']}", {"title": "换一稿"}
    acting = stage.service.acting
    strangers = [acting("social_worker", person=uuid4(), org=uuid4()), acting("social_worker", subject="nobody")]
    insiders = [
        acting("social_worker", person=member),
        acting("social_worker", person=writer),
        acting("social_worker", person=AUTHOR),
        acting("social_worker", person=uuid4(), org=agency),
    ]
    for actor in [*strangers, *insiders]:  # the plan has not arrived yet
        refused = await actor.put(address, json=body, if_match=1)
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOUR_SCHEME")
    await stage.designed(team_person_ids=[str(member)], writer_person_ids=[str(writer)], undertaker_org_id=str(agency))
    for actor in strangers:
        assert (await actor.put(address, json=body, if_match=1)).json()["code"] == "NOT_YOUR_SCHEME"
    watching = [stage.committee, acting("third_party", person=uuid4())]
    own = acting("social_worker", person=UUID(int=902), subject="another account of the author")
    for version, actor in enumerate([stage.worker, own, *insiders, *watching], start=1):
        assert (await actor.put(address, json=body, if_match=version)).status_code == 200


async def test_a_scheme_belongs_to_the_division_of_its_project(stage):
    await stage.designed()
    street = stage.service.acting("social_worker", "350502001000")
    body = {"project_id": str(stage.project_id), "division": "350502001002", "title": "别处"}
    refused = await street.post("/v1/schemes", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "OTHER_DIVISION")
    outside = await stage.worker.post("/v1/schemes", json=body)
    assert (outside.status_code, outside.json()["code"]) == (403, "OUT_OF_SCOPE")


@pytest.mark.parametrize(
    "content",
    [
        {"weights": {"satisfaction": 10, "impact": 10, "output": 40, "outcome": 40}},
        {"weights": {"satisfaction": 100}},
        {"ballot_items": []},
        {"outcome_measures": []},
        {"grades": [{"code": "all", "zh": "全", "en": "All", "minimum": 0, "factor": 1.0}]},
        {"grades": [{"code": "all", "zh": "全", "en": "All", "minimum": 50, "factor": "1.00"}]},
        {"phases": ["before"]},
        {"state": "frozen"},
    ],
)
async def test_refused_content(stage, content):
    body = {"project_id": str(stage.project_id), "division": "350502001001", "title": "x"}
    assert (await stage.worker.post("/v1/schemes", json=body | content)).status_code == 422


async def test_lists_filter_and_page(stage):
    await stage.designed()
    await stage.frozen()
    for _ in range(2):
        await stage.scheme()
    drafts = await stage.committee.get("/v1/schemes", params={"state": "draft", "limit": 1})
    assert drafts.json()["next_cursor"]
    rest = await stage.committee.get(
        "/v1/schemes", params={"state": "draft", "limit": 1, "cursor": drafts.json()["next_cursor"]}
    )
    assert len(rest.json()["items"]) == 1
    mine = await stage.committee.get("/v1/schemes", params={"project_id": str(stage.project_id)})
    assert len(mine.json()["items"]) == 3


async def test_rules_are_read_by_everyone_and_edited_by_civil_affairs(stage):
    path, place = "/v1/rules/evaluation/ballot_days", {"division": "350502001001"}
    county = stage.service.acting("civil_affairs", "350502000000", person=uuid4())
    found = await stage.worker.get(path, params=place)
    assert (found.json()["value"], found.headers["etag"]) == (14, '"v1"')
    rule = {"division": "350502000000", "value": 21, "source": "区民政局通知"}
    refused = await stage.committee.put(path, json=rule, if_match=1)
    assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_NOT_ALLOWED")
    assert (await county.put(path, json=rule, if_match=1)).status_code == 200
    assert (await stage.worker.get(path, params=place)).json()["value"] == 21
