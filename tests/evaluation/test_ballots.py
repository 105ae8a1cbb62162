"""The ballot side: anonymous, final, complete, and only with a good signature."""

from uuid import uuid4

import pytest

from tests.evaluation.steps import answers, encode

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_ballot_is_final_and_its_repetition_harmless(stage):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    first, again = [await stage.cast(token, signature, answers(4)) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert set(first.json()) == {"receipt", "leaf"}
    other = await stage.cast(token, signature, answers(1))
    assert (other.status_code, other.json()["code"]) == (409, "BALLOT_FINAL")
    assert (await stage.evaluation())["counts"]["ballots"] == 1


@pytest.mark.parametrize("spoil", ["token", "signature", "short_token", "long_token", "short_signature", "swapped"])
async def test_a_forged_ballot_is_refused(stage, spoil):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    spoiled = {
        "token": (bytes(32) + token, signature),
        "signature": (token, bytes(128)),
        "short_token": (token[:31], signature),
        "long_token": (token + bytes(300), signature),
        "short_signature": (token, signature[:-1]),
        "swapped": (signature[:100], signature),
    }
    refused = await stage.cast(*spoiled[spoil], answers())
    assert (refused.status_code, refused.json()["code"]) == (422, "SIGNATURE_INVALID")
    assert (await stage.evaluation())["counts"]["ballots"] == 0


async def test_a_token_of_another_evaluation_is_refused(stage, evaluation, ready_signing, monkeypatch):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    other = type(ready_signing)()
    monkeypatch.setattr(evaluation.app.state.office, "signing", other)
    elsewhere = type(stage)(evaluation)
    second = await elsewhere.opened(6)
    refused = await stage.cast(token, signature, answers(), second["id"])
    assert (refused.status_code, refused.json()["code"]) == (422, "SIGNATURE_INVALID")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"timely": 6}, "/answers/timely", "OUT_OF_RANGE"),
        ({"timely": 0}, "/answers/timely", "OUT_OF_RANGE"),
        ({"timely": None}, "/answers/timely", "REQUIRED"),
        ({"unknown": 3}, "/answers/unknown", "UNKNOWN"),
    ],
)
async def test_answers_must_fit_the_scheme(stage, change, pointer, code):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    given = {name: rating for name, rating in (answers() | change).items() if rating is not None}
    refused = await stage.cast(token, signature, given)
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]
    assert (await stage.cast(token, signature, answers())).status_code == 201


@pytest.mark.parametrize("rating", ["5", 4.5, True, None, -1])
async def test_a_rating_is_a_whole_number(stage, rating):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    assert (await stage.cast(token, signature, answers(rating))).status_code == 422


async def test_no_such_evaluation(stage):
    refused = await stage.cast(bytes(64), bytes(384), answers(), str(uuid4()))
    assert refused.status_code == 404


async def test_free_text_cannot_come_in(stage):
    await stage.opened(6)
    body = {"token": encode(bytes(64)), "signature": encode(bytes(384)), "answers": answers(), "comment": "……"}
    refused = await stage.service.anonymous().post(f"/v1/evaluations/{stage.evaluation_id}/ballots", json=body)
    assert refused.status_code == 422


async def test_whoever_sends_identity_along_is_not_known_either(stage, evaluation):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    body = {"token": encode(token), "signature": encode(signature), "answers": answers()}
    address = f"/v1/evaluations/{detail['id']}/ballots"
    cast = await stage.resident(stage.persons[0]).post(address, json=body, key="the-same-key-twice")
    assert cast.status_code == 201
    rows = await evaluation.extra["ballots"].connection.exec_driver_sql("select * from ballots")
    assert not [value for row in rows for value in row if str(stage.persons[0]) in str(value)]


async def test_the_log_is_published_only_after_close(stage):
    detail = await stage.opened(6)
    refused = await stage.service.anonymous().get(f"/v1/evaluations/{detail['id']}/log")
    assert (refused.status_code, refused.json()["code"]) == (409, "LOG_NOT_PUBLISHED")


async def test_a_small_log_shows_leaves_only(stage, evaluation):
    detail = await stage.opened(6)
    await stage.voted([5] * 4, detail)
    await evaluation.advance(days=15)
    log = (await evaluation.anonymous().get(f"/v1/evaluations/{detail['id']}/log")).json()
    assert (log["published"], log["size"], log["credentials"], log["roster"], log["k"]) == (False, 4, 4, 6, 5)
    assert {(entry["salt"], entry["answers"]) for entry in log["entries"]} == {(None, None)}
    assert [entry["leaf"] for entry in log["entries"]] == sorted(entry["leaf"] for entry in log["entries"])
