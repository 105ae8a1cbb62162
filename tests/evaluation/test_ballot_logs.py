"""What a fault on the ballot route leaves in the log: that there was one, and of which kind."""

import io
import json
import logging
from hashlib import sha256

import pytest
from sqlalchemy import text

from services.evaluation.domain import tally
from tests.evaluation.steps import answers, encode
from wushe.telemetry import access_lines, json_lines

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def leaves(monkeypatch):
    """The salts and leaves made in this test."""
    made, leaf = [], tally.leaf

    def noted(salt, given):
        made.append((salt, leaf(salt, given)))
        return made[-1][1]

    monkeypatch.setattr(tally, "leaf", noted)
    return made


def spellings(raw: bytes) -> set[str]:
    return {encode(raw), raw.hex(), repr(raw)}


async def test_a_database_fault_tells_nothing_about_the_ballot(stage, evaluation, leaves, caplog):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    given = answers(4) | {"timely": 2}
    ballots = evaluation.extra["ballots"]
    await ballots.connection.execute(text("set local lock_timeout = '20ms'"))
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    caplog.set_level(logging.WARNING, logger="httpx")  # the client of this test, not the service
    async with ballots.engine.connect() as other:
        await other.execute(text("lock table ballots in exclusive mode"))
        caplog.clear()
        refused = await stage.cast(token, signature, given)
        await other.rollback()
    assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")

    formatter = json_lines("evaluation")
    ours = [record for record in caplog.records if not record.name.startswith("sqlalchemy")]
    (told,) = [json.loads(formatter.format(record)) for record in ours if record.levelno >= logging.ERROR]
    assert told["code"] == "UNAVAILABLE"
    written = "\n".join(formatter.format(record) for record in caplog.records)
    (salt, leaf), *_ = leaves
    secret = spellings(token) | spellings(signature) | spellings(sha256(token).digest()) | spellings(salt)
    secret |= {leaf, json.dumps(given), repr(given), tally.canonical(given).decode()}
    secret |= {detail["id"], f"/v1/evaluations/{detail['id']}/ballots", '"timely"', "'timely'", "Traceback"}
    assert [each for each in secret if each in written] == []

    assert (await stage.cast(token, signature, given)).status_code == 201


async def test_requests_are_written_down_but_ballots_are_not(stage, evaluation, monkeypatch):
    detail, written = await stage.opened(6), io.StringIO()
    token, signature = await stage.credential(stage.persons[0], detail)
    monkeypatch.setitem(evaluation.app.state._state, "access", access_lines("evaluation", "info", written))
    assert (await stage.cast(token, signature, answers(4))).status_code == 201
    seen = await evaluation.acting("auditor").get(f"/v1/evaluations/{detail['id']}")
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["path"], line["method"], line["status"]) == (
        f"/v1/evaluations/{detail['id']}",
        "GET",
        seen.status_code,
    )
    assert (line["service"], line["event"], line["level"]) == ("evaluation", "request", "info")
    assert line["request_id"] == seen.headers["x-request-id"]
