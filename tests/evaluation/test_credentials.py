"""The issuing side: who gets a credential, once, and what it leaves behind."""

from uuid import UUID, uuid4

import pytest

from services.evaluation.domain import blind
from tests.evaluation.steps import APPROVER, AUTHOR, answers, decode, encode

pytestmark = pytest.mark.asyncio(loop_scope="session")


def blinded(detail) -> str:
    public = blind.load_public(decode(detail["keys"][0]["public_key"]))
    return encode(blind.blind(public, blind.prepare(b"x")).message)


async def ask(stage, person, body):
    address = f"/v1/evaluations/{stage.evaluation_id}/credentials"
    return await stage.resident(person).post(address, json=body, key=None)


async def test_someone_who_was_not_served_gets_none(stage):
    detail = await stage.opened(6)
    for actor in (stage.resident(uuid4()), stage.service.acting("resident")):
        refused = await actor.post(f"/v1/evaluations/{detail['id']}/credentials", json={"blinded": blinded(detail)})
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_SERVED")


async def test_someone_with_a_part_in_the_project_gets_none(stage, evaluation):
    member = uuid4()
    await stage.designed(team_person_ids=[str(member)])
    await stage.frozen()
    await stage.hear("project.decided", {"project_id": str(stage.project_id), "approver_person_id": str(APPROVER)}, 2)
    served = [uuid4(), AUTHOR, APPROVER, member]
    await stage.completed(await stage.served(served))
    await evaluation.sweep()
    detail = await stage.evaluation()
    assert detail["roster_count"] == 1
    for person in served[1:]:
        refused = await ask(stage, person, {"blinded": blinded(detail)})
        assert (refused.status_code, refused.json()["code"]) == (403, "CONFLICT_OF_INTEREST")
    roster = (await stage.committee.get(f"/v1/evaluations/{detail['id']}/roster")).json()
    assert roster["counts"] == {"eligible": 1, "flagged": 3, "strata": [{"code": "all", "eligible": 1}]}
    own = (await stage.resident(member).get(f"/v1/evaluations/{detail['id']}/roster")).json()
    assert (own["eligible"], own["reason"], own["counts"]) == (False, "CONFLICT_OF_INTEREST", None)


async def test_one_credential_each_and_the_same_request_the_same_answer(stage):
    detail = await stage.opened(6)
    body = {"blinded": blinded(detail), "stratum": "all"}
    first, again = [await ask(stage, stage.persons[0], body) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await ask(stage, stage.persons[0], {"blinded": blinded(detail)})
    assert (other.status_code, other.json()["code"]) == (409, "CREDENTIAL_ISSUED")
    assert (await stage.evaluation())["counts"]["credentials"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"blinded": encode(b"\xff" * 128)}, "BLINDED_MESSAGE_INVALID"),
        ({"blinded": encode(bytes(128))}, "BLINDED_MESSAGE_INVALID"),
        ({"blinded": encode(b"\x01" * 10)}, "BLINDED_MESSAGE_INVALID"),
        ({"blinded": "!!!"}, "INVALID_INPUT"),
        ({"blinded": ""}, "INVALID_INPUT"),
        ({"blinded": encode(b"\x01" * 128), "stratum": "paper"}, "INVALID_INPUT"),
        ({"blinded": encode(b"\x01" * 128), "person_id": str(uuid4())}, "INVALID_INPUT"),
        ({}, "INVALID_INPUT"),
    ],
)
async def test_malformed_requests_cost_nothing(stage, body, code):
    await stage.opened(6)
    refused = await ask(stage, stage.persons[0], body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await stage.evaluation())["counts"]["credentials"] == 0


async def test_staff_cannot_ask_for_a_credential(stage):
    detail = await stage.opened(6)
    refused = await stage.committee.post(f"/v1/evaluations/{detail['id']}/credentials", json={"blinded": "AA"})
    assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_NOT_ALLOWED")


async def test_another_region_does_not_see_the_evaluation(stage):
    detail = await stage.opened(6)
    stranger = stage.service.acting("resident", "310110001001", person=stage.persons[0])
    address = f"/v1/evaluations/{detail['id']}/credentials"
    assert (await stranger.post(address, json={"blinded": blinded(detail)})).status_code == 404
    assert (await stranger.get(f"/v1/evaluations/{detail['id']}")).status_code == 404


async def test_before_opening_and_after_closing_nothing_is_issued(stage, evaluation):
    detail = await stage.opened(6)
    person, body = stage.persons[0], {"blinded": blinded(detail)}
    await evaluation.sql("update evaluations set state = 'prepared'")
    early = await ask(stage, person, body)
    assert (early.status_code, early.json()["code"], early.json()["allowed"]) == (409, "ACTION_NOT_ALLOWED", ["open"])
    await evaluation.sql("update evaluations set state = 'open'")
    await evaluation.advance(days=15)
    late = await ask(stage, person, body)
    assert (late.status_code, late.json()["code"]) == (409, "EVALUATION_CLOSED")


async def test_a_dump_of_both_databases_says_nothing_about_who_answered_what(stage, evaluation):
    detail = await stage.opened(8)
    await stage.voted([5, 4, 3, 2, 1, 5, 5], detail)
    ballots = evaluation.extra["ballots"].connection
    for name, connection in (("credentials", evaluation.database.connection), ("ballots", ballots)):
        columns = await connection.exec_driver_sql(
            f"select column_name, data_type from information_schema.columns where table_name = '{name}'"
        )
        assert not [row for row in columns if "time" in row.data_type or row.column_name == "person_id"]
        ids = await connection.exec_driver_sql(f"select id from {name}")
        assert {UUID(str(row.id)).version for row in ids} == {4}
    issuing = {str(value) for row in await evaluation.sql("select * from credentials") for value in row}
    cast = {str(value) for row in await ballots.exec_driver_sql("select * from ballots") for value in row}
    assert issuing & cast <= {detail["id"]}
    actors = {row.actor for row in await evaluation.sql("select actor from audit where at > now() - interval '1 day'")}
    assert not [actor for actor in actors if actor.startswith("resident")]
    keys = await evaluation.sql("select 1 from idempotency where created_at is not null and body like '%signature%'")
    assert keys == []


async def test_closing_drops_the_key_and_rewrites_both_sides(stage, evaluation):
    detail = await stage.opened(8)
    await stage.voted([5] * 7, detail)
    ballots = evaluation.extra["ballots"].connection

    async def ids():
        rows = await ballots.exec_driver_sql("select id from ballots order by ctid")
        return [row.id for row in await evaluation.sql("select id from credentials order by ctid")], list(rows)

    before = await ids()
    wrapped = await evaluation.sql("select private_wrapped from issuing_keys")
    assert wrapped[0][0] is not None
    await evaluation.advance(days=15)
    after = await ids()
    for old, new in zip(before, after, strict=True):
        assert len(old) == len(new) == 7
        assert not set(old) & set(new)
    wrapped = await evaluation.sql("select private_wrapped from issuing_keys")
    assert wrapped[0][0] is None


async def test_a_private_key_is_not_stored_in_the_clear(stage, evaluation, ready_signing):
    await stage.opened(6)
    ((wrapped,),) = await evaluation.sql("select private_wrapped from issuing_keys")
    assert ready_signing.pair.private_der not in bytes(wrapped)
    assert ready_signing.pair.private_der[40:80] not in bytes(wrapped)


async def test_the_detail_names_nobody(stage):
    detail = await stage.opened(6)
    assert not [person for person in stage.persons if str(person) in str(detail)]
    assert [item["code"] for item in detail["ballot_items"]] == list(answers())


async def test_counts_are_never_answered_from_a_cache(stage):
    detail = await stage.opened(6)
    address = f"/v1/evaluations/{detail['id']}"
    first = await stage.committee.get(address)
    assert "etag" not in first.headers
    await stage.credential(stage.persons[0], detail)
    again = await stage.committee.get(address, headers={"if-none-match": f'"v{detail["version"]}"'})
    assert (again.status_code, again.json()["counts"]["credentials"]) == (200, 1)
