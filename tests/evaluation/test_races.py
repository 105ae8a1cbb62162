"""What many devices do at the same moment, with real commits, two real databases and real signing processes."""

import asyncio
import os
from collections import Counter
from uuid import uuid4

import pytest
import pytest_asyncio

from services.evaluation.clients import SigningProcesses
from services.evaluation.domain import blind
from tests.evaluation.steps import Stage, answers, decode, encode
from wushe.errors import Unavailable

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT_ONCE = 12


@pytest.fixture
def real(committed):
    """The service on two databases of its own."""
    return committed.open("evaluation")


@pytest_asyncio.fixture(loop_scope="session")
async def race(real, ready_signing, monkeypatch):
    """A project with an open evaluation of six persons; its key is ready-made."""
    monkeypatch.setattr(real.app.state.office, "signing", ready_signing)
    stage = Stage(real)
    await stage.designed()
    await stage.frozen()
    await stage.completed(await stage.served([uuid4() for _ in range(6)]))
    await real.sweep()
    await stage.evaluation()
    return stage


async def at_once(*requests) -> Counter:
    return Counter(answer.status_code for answer in await asyncio.gather(*requests))


async def test_one_person_asking_many_times_at_once_gets_one_credential(race):
    detail = await race.evaluation()
    public = blind.load_public(decode(detail["keys"][0]["public_key"]))
    person, address = race.resident(race.persons[0]), f"/v1/evaluations/{detail['id']}/credentials"
    bodies = [{"blinded": encode(blind.blind(public, blind.prepare(b"x")).message)} for _ in range(AT_ONCE)]
    found = await at_once(*(person.post(address, json=body, key=None) for body in bodies))
    assert found == {201: 1, 409: AT_ONCE - 1}
    assert (await race.evaluation())["counts"]["credentials"] == 1


async def test_one_token_with_many_answers_at_once_is_one_ballot(race):
    token, signature = await race.credential(race.persons[0], await race.evaluation())
    given = [answers() | {"timely": 1 + number % 5} for number in range(AT_ONCE)]
    found = await at_once(*(race.cast(token, signature, each) for each in given))
    assert found.total() == AT_ONCE and set(found) == {201, 409}
    assert (await race.evaluation())["counts"]["ballots"] == 1


async def test_ballots_racing_the_close_are_counted_or_refused(race):
    detail = await race.evaluation()
    tokens = [await race.credential(person, detail) for person in race.persons]
    casts = [race.cast(*pair, answers()) for pair in tokens]
    found, _ = await asyncio.gather(at_once(*casts), race.service.advance(days=15))
    assert set(found) <= {201, 409}
    closed = await race.evaluation()
    assert closed["state"] == "closed"
    assert closed["counts"]["ballots"] == found[201]
    log = (await race.service.anonymous().get(f"/v1/evaluations/{detail['id']}/log")).json()
    assert log["size"] == found[201]


async def test_two_committees_freezing_two_schemes_at_once_freeze_one(real):
    stage = Stage(real)
    await stage.designed()
    drafts = [await stage.scheme() for _ in range(2)]
    found = await at_once(*(stage.committee.post(f"/v1/schemes/{each['id']}/freeze", if_match=1) for each in drafts))
    assert found == {200: 1, 409: 1}
    frozen = await stage.committee.get("/v1/schemes", params={"state": "frozen"})
    assert len(frozen.json()["items"]) == 1


async def test_two_workers_open_an_evaluation_once(real, ready_signing, monkeypatch):
    monkeypatch.setattr(real.app.state.office, "signing", ready_signing)
    stage = Stage(real)
    await stage.designed()
    await stage.frozen()
    await stage.completed(await stage.served([uuid4() for _ in range(6)]))
    await asyncio.gather(*(real.sweep() for _ in range(3)))
    detail = await stage.evaluation()
    assert (detail["state"], detail["roster_count"], len(detail["keys"])) == ("open", 6, 1)
    await stage.voted([5], detail)


async def test_signing_runs_in_other_processes_and_with_full_length_keys(real):
    stage = Stage(real)
    await stage.designed()
    await stage.frozen()
    await stage.completed(await stage.served([uuid4() for _ in range(2)]))
    await real.sweep()
    detail = await stage.evaluation()
    assert blind.load_public(decode(detail["keys"][0]["public_key"])).n.bit_length() == blind.KEY_BITS
    await stage.voted([5, 4], detail)


async def test_a_killed_signing_process_is_replaced():
    signing = SigningProcesses(1)
    pair = await signing.generate()
    (process,) = signing._pool._processes.values()
    assert process.pid != os.getpid()
    process.kill()
    public = blind.load_public(pair.public_der)
    hidden = blind.blind(public, blind.prepare(b"x"))
    with pytest.raises(Unavailable):
        await signing.sign(pair.private_der, hidden.message)
    assert await signing.sign(pair.private_der, hidden.message)
    signing.close()
