"""What other services announce: once is enough, unknown fields do not matter, order of other aggregates neither."""

import pytest

from tests.projects.stage import GRADE, HASH
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_concern_heard_twice_is_one_concern(stage):
    event = str(uuid7())
    data = {"concern_id": str(stage.concern), "title": "独居", "need_count": 5, "person_count": 5, "news": {"a": 1}}
    for _ in range(2):
        answer = await stage.service.hear("cn.wushe.needs.concern.confirmed.v1", data, event_id=event)
        assert answer.status_code == 204
    await stage.service.hear("cn.wushe.needs.concern.published.v1", data | {"title": "独居老人"})
    rows = await stage.service.sql("select title, retired from adopted_concerns")
    assert [tuple(row) for row in rows] == [("独居老人", False)]


async def test_a_request_for_a_case_is_kept_once(stage):
    need, event = str(uuid7()), str(uuid7())
    data = {"need_id": need, "resident_id": None, "field": "elderly", "target_group": "elderly", "urgency": "normal"}
    for again in (event, event, str(uuid7())):
        answer = await stage.service.hear("cn.wushe.needs.case.requested.v1", data, event_id=again)
        assert answer.status_code == 204
    rows = await stage.service.sql("select id, field, urgency from case_requests")
    assert [(str(row.id), row.field, row.urgency) for row in rows] == [(need, "elderly", "normal")]


async def test_the_newest_scheme_counts_until_approval(stage):
    project = await stage.designed()
    for scheme_hash in ("cd" * 32, HASH):
        await stage.service.hear(
            "cn.wushe.evaluation.scheme.frozen.v1",
            {"project_id": project["id"], "scheme_id": str(uuid7()), "scheme_hash": scheme_hash},
        )
    rows = await stage.service.sql("select scheme_hash from frozen_schemes")
    assert [row.scheme_hash for row in rows] == [HASH]
    assert (await stage.read(project))["version"] == project["version"]


async def test_only_the_evaluation_after_completion_moves_the_project(stage):
    project = await stage.implementing()
    opened = {"project_id": project["id"], "evaluation_id": str(uuid7()), "phase": "before"}
    await stage.service.hear("cn.wushe.evaluation.evaluation.opened.v1", opened)
    assert (await stage.read(project))["state"] == "implementing"


async def test_opened_twice_is_evaluated_once(stage):
    project = await stage.evaluating()
    opened = {"project_id": project["id"], "evaluation_id": str(uuid7())}
    await stage.service.hear("cn.wushe.evaluation.evaluation.opened.v1", opened)
    assert await stage.read(project) == project
    assert project["state"] == "evaluating"


async def test_a_report_is_kept_in_its_last_wording(stage):
    project = await stage.draft()
    for grade in ("good", "excellent"):
        report = GRADE | {"project_id": project["id"], "grade": grade, "factor": 1.0}
        await stage.service.hear("cn.wushe.evaluation.report.finalised.v1", report)
    rows = await stage.service.sql("select phase, grade, factor from final_reports")
    assert [tuple(row) for row in rows] == [("after", "excellent", "1.0")]


async def test_an_unsigned_event_is_not_believed(stage):
    body = b'{"source": "/needs", "id": "1", "type": "cn.wushe.needs.concern.confirmed.v1"}'
    answer = await stage.service.client.post("/internal/events", content=body)
    assert answer.status_code == 401


async def test_service_given_on_a_visit_is_kept_once(projects):
    visit, event = str(uuid7()), str(uuid7())
    told = {
        "visit_id": visit,
        "visitor_person_id": str(uuid7()),
        "resident_person_ids": [str(uuid7())],
        "method": "home",
        "minutes": 40,
        "made_on": "2026-01-05",
    }
    for _ in range(2):
        await projects.hear("cn.wushe.needs.visit.recorded.v1", told, event_id=event)
    rows = await projects.sql("select id::text, minutes, made_on::text from visit_notes")
    assert [tuple(row) for row in rows] == [(visit, 40, "2026-01-05")]
