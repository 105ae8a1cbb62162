"""Short ways to a survey: a questionnaire on file, a team, a plan in the field."""

import json
from functools import cache
from typing import Any

from samples.forms import write
from services.needs.clients import xlsform_reader
from services.needs.domain.questionnaires import build
from tests.harness import COMMUNITY, Actor, Service
from tests.needs.stories import worker
from wushe.db import uuid7

EDGE = "----wx"
FORM = {"content-type": f"multipart/form-data; boundary={EDGE}"}


@cache
def definition(name: str = "visit") -> str:
    """A sample questionnaire as it is kept, read once."""
    told = xlsform_reader.read(getattr(write, name)())
    return json.dumps(build(told["form"], told["sheets"]).definition)


async def form(needs: Service, name: str = "visit", *, division: str = COMMUNITY) -> dict[str, str]:
    """A questionnaire on file, put there without the half second an upload takes."""
    found = {"form_id": str(uuid7()), "form_version_id": str(uuid7())}
    await needs.sql(
        "insert into survey_forms (id, division, name, title, latest, created_at, version, event_seq, updated_at)"
        " values (:form_id, :division, gen_random_uuid()::text, 'x', 1, now(), 1, 0, now())",
        form_id=found["form_id"],
        division=division,
    )
    await needs.sql(
        "insert into survey_form_versions (id, division, form_id, number, sha256, definition, warnings, created_at)"
        " values (:form_version_id, :division, :form_id, 1, '0', cast(:definition as jsonb), '[]', now())",
        **found,
        division=division,
        definition=definition(name),
    )
    return found


def member(role: str, person: Any = None) -> dict[str, str]:
    return {"person_id": str(person or uuid7()), "role": role}


def team(**persons: Any) -> list[dict[str, str]]:
    """All three roles."""
    return [member(role, persons.get(role)) for role in ("community_worker", "social_worker", "volunteer")]


def described(form_version_id: str, **more: Any) -> dict[str, Any]:
    body = {
        "title": "社区需求调研",
        "division": COMMUNITY,
        "form_version_id": form_version_id,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-20",
        "team": team(),
    }
    return {**body, **more}


async def planned(needs: Service, **more: Any) -> dict[str, Any]:
    found = more.pop("form_version_id", None) or (await form(needs))["form_version_id"]
    body = described(found, **more)
    answer = await worker(needs, body["division"]).post("/v1/survey-plans", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def moved(needs: Service, plan: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
    path = f"/v1/survey-plans/{plan['id']}/{verb}"
    answer = await worker(needs, plan["division"]).post(path, body, if_match=plan["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def fielding(needs: Service, **more: Any) -> dict[str, Any]:
    return await moved(needs, await planned(needs, **more), "start")


def upload(content: bytes, **fields: str) -> bytes:
    """A form as wx.uploadFile sends it."""
    part = f"--{EDGE}\r\nContent-Disposition: form-data; name="
    said = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    head = f'{part}"file"; filename="问卷.xlsx"\r\n\r\n'
    return said.encode() + head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()


STARTED, ENDED = "2026-01-05T09:00:00+08:00", "2026-01-05T09:40:00+08:00"
ANSWERS = {"mood": "low", "words": "腿疼，睡不好", "falls": 2, "helps": ["meal"]}


def visit(**more: Any) -> dict[str, Any]:
    """A visit to nobody in particular, half past nine on a Monday."""
    body = {
        "division": COMMUNITY,
        "outcome": "reached",
        "started_at": STARTED,
        "ended_at": ENDED,
        "consent_version": "2026-01",
        "place": "3 号楼 201",
    }
    return {**body, **more}


async def recorded(by: Actor, **more: Any) -> dict[str, Any]:
    answer = await by.post("/v1/visits", visit(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def going(**more: Any) -> dict[str, Any]:
    """A check-in before a visit of half an hour."""
    return {"division": COMMUNITY, "place": "3 号楼 201", "expected_minutes": 30, **more}
