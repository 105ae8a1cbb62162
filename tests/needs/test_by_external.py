"""Needs by the caller's own key: sent again they are brought up to date, never doubled, and their words are final."""

import pytest

from tests.needs.stories import ELSEWHERE, TRIAGE, done, refused, registered, statement, worker

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH = "/v1/needs/by-external/oa/QZ-1"


async def body(needs, **more):
    return statement(channel="partner", resident_id=(await registered(needs))["id"], **more)


async def put(actor, said, path=PATH):
    answer = await actor.put(path, said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_same_key_is_the_same_need_and_is_brought_up_to_date(needs):
    system, said = needs.acting("integration", client="agency"), await body(needs)
    first, again = await put(system, said), await put(system, said)
    assert (first["id"], first["version"], again["version"]) == (again["id"], 1, 1)
    changed = await put(system, {**said, "place": "三号楼", "field": "elderly"})
    assert (changed["id"], changed["place"], changed["field"], changed["version"]) == (
        first["id"],
        "三号楼",
        "elderly",
        2,
    )
    assert len(await needs.sql("select 1 from needs")) == 1
    assert len(await needs.announced("cn.wushe.needs.need.submitted.v1")) == 1


async def test_what_a_person_filed_stays(needs):
    system, said = needs.acting("integration", client="agency"), await body(needs)
    need = await put(system, said)
    filed = await done(worker(needs), need, "triage", TRIAGE)
    kept = await put(system, {**said, "field": "culture", "place": "三号楼"})
    assert (kept["field"], kept["place"], kept["version"]) == (TRIAGE["field"], None, filed["version"])


async def test_words_are_final(needs):
    system, said = needs.acting("integration", client="agency"), await body(needs)
    await put(system, said)
    refused(await system.put(PATH, {**said, "statement": "别的事"}), 409, "STATEMENT_FINAL")


async def test_keys_belong_to_a_client_and_a_scope(needs):
    said = await body(needs)
    first = await put(needs.acting("integration", client="one"), said)
    second = await put(needs.acting("integration", client="two"), said)
    assert first["id"] != second["id"]
    away = {**said, "division": ELSEWHERE}
    refused(await needs.acting("integration", client="one").put(PATH, away), 403, "OUT_OF_SCOPE")
