"""Questionnaires that are uploaded, and surveys that are planned, begun and ended."""

import json
import secrets
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.needs.domain.lifecycle import SURVEY_PLAN_TRANSITIONS, SurveyPlanState, SurveyPlanVerb, advance
from services.needs.domain.surveys import SampleMethod, draw, require_period, require_sample, require_team
from services.needs.events import SurveyPlanClosed, SurveyPlanStarted
from services.needs.models import SurveyForm, SurveyFormVersion, SurveyPlan
from services.needs.repository import Surveys
from wushe import rules
from wushe.errors import FieldError, InvalidInput, NotFound
from wushe.outbox import Event


async def upload(
    *, surveys: Surveys, division: str, definition: dict[str, Any], warnings: list[str]
) -> tuple[SurveyForm, SurveyFormVersion]:
    """A new questionnaire, or the next version of the one with this form_id; the same again changes nothing."""
    work, name = surveys.work, definition["form_id"]
    work.claim(division)
    fingerprint = sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
    await work.fetch("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"survey_form {division} {name}")
    form = await surveys.form_named(division, name)
    if form is None:
        form = surveys.add(SurveyForm(division=division, name=name, title=definition["title"], latest=0))
        await surveys.session.flush()  # its versions refer to it
    elif (latest := await surveys.form_version(form.id, form.latest)).sha256 == fingerprint:
        return form, latest
    form.title, form.latest = definition["title"], form.latest + 1
    version = surveys.add(
        SurveyFormVersion(
            division=division,
            form_id=form.id,
            number=form.latest,
            sha256=fingerprint,
            definition=definition,
            warnings=warnings,
        )
    )
    work.record(form, "upload")
    return form, version


async def form(*, surveys: Surveys, form_id: UUID) -> tuple[SurveyForm, SurveyFormVersion]:
    """A questionnaire with what it asks now."""
    found = await surveys.get(SurveyForm, form_id)
    return found, await surveys.form_version(form_id, found.latest)


async def plan(*, surveys: Surveys, columns: dict[str, Any]) -> SurveyPlan:
    """Plan a survey; nobody goes out yet."""
    surveys.work.claim(columns["division"])
    found = SurveyPlan(state=SurveyPlanState.DRAFT)
    await _describe(surveys, found, columns)
    surveys.add(found)
    surveys.work.record(found, "draft")
    return found


async def revise(*, surveys: Surveys, plan_id: UUID, columns: dict[str, Any]) -> SurveyPlan:
    """Replace a plan while it is a draft; what people already go by stays."""
    found = await surveys.lock(SurveyPlan, plan_id)
    found.state = advance(SURVEY_PLAN_TRANSITIONS, found.state, SurveyPlanVerb.REVISE)
    if columns["division"] != found.division:
        fixed = FieldError("/division", "FIXED", "调研的地区不能更改。", "The division of a survey stays as it is.")
        raise InvalidInput(errors=[fixed])
    await _describe(surveys, found, columns)
    surveys.work.record(found, SurveyPlanVerb.REVISE)
    return found


async def _describe(surveys: Surveys, found: SurveyPlan, columns: dict[str, Any]) -> None:
    """Write what was asked for into the row, and draw the sample."""
    frame = [UUID(each) for each in columns["frame"]]
    require_period(columns["starts_on"], columns["ends_on"])
    require_sample(method=columns["method"], cells=columns["cells"], frame=frame, size=columns["size"])
    if await surveys.work.get(SurveyFormVersion, columns["form_version_id"]) is None:
        raise NotFound
    for name, value in columns.items():
        setattr(found, name, value)
    found.selected = []
    if found.method is SampleMethod.RANDOM:
        found.seed = found.seed or secrets.token_hex(8)
        found.selected = [str(each) for each in draw(found.seed, sorted(set(frame)), found.size or 0)]


async def start(*, surveys: Surveys, plan_id: UUID) -> SurveyPlan:
    """Send the team out, once every role of the rule ``survey_team_roles`` is on it."""
    found = await surveys.lock(SurveyPlan, plan_id)
    state = advance(SURVEY_PLAN_TRANSITIONS, found.state, SurveyPlanVerb.START)
    wanted = await rules.value(surveys.work, "survey_team_roles", found.division)
    require_team({member["role"] for member in found.team}, wanted)
    found.started_at = surveys.work.now
    return _moved(surveys, found, SurveyPlanVerb.START, state, SurveyPlanStarted(plan_id=found.id, state=state))


async def close(*, surveys: Surveys, plan_id: UUID) -> SurveyPlan:
    """End the fielding; what was answered stays."""
    found = await surveys.lock(SurveyPlan, plan_id)
    state = advance(SURVEY_PLAN_TRANSITIONS, found.state, SurveyPlanVerb.CLOSE)
    found.closed_at = surveys.work.now
    return _moved(surveys, found, SurveyPlanVerb.CLOSE, state, SurveyPlanClosed(plan_id=found.id, state=state))


async def cancel(*, surveys: Surveys, plan_id: UUID, reason: str) -> SurveyPlan:
    """Give a survey up, for a reason; a survey that had begun is announced as over."""
    found = await surveys.lock(SurveyPlan, plan_id)
    had_begun = found.state is SurveyPlanState.FIELDING
    state = advance(SURVEY_PLAN_TRANSITIONS, found.state, SurveyPlanVerb.CANCEL)
    found.cancel_reason, found.closed_at = reason, surveys.work.now
    told = [SurveyPlanClosed(plan_id=found.id, state=state)] if had_begun else []
    return _moved(surveys, found, SurveyPlanVerb.CANCEL, state, *told, reason=reason)


def _moved(
    surveys: Surveys,
    found: SurveyPlan,
    verb: SurveyPlanVerb,
    state: SurveyPlanState,
    *events: Event,
    reason: str | None = None,
) -> SurveyPlan:
    found.state = state
    surveys.work.record(found, verb, *events, reason=reason)
    return found


async def form_in_the_field(*, surveys: Surveys, plan_id: UUID) -> SurveyFormVersion:
    """What a survey asks, for those who go out with it."""
    found = await surveys.find(plan_id)
    return await surveys.get(SurveyFormVersion, found.form_version_id)
