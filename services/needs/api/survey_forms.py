"""Routes of questionnaires."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import Request

from services.needs.api import access
from services.needs.clients import xlsform
from services.needs.models import SurveyFormVersion
from services.needs.repository import Surveys
from services.needs.schemas.surveys import FormDetail, FormOut, FormUpload, FormVersionOut
from services.needs.usecases import surveys as cases
from wushe.errors import OutOfScope
from wushe.identity import Caller
from wushe.pages import Page, Paging
from wushe.routes import Router, Working
from wushe.sheets import XLSX
from wushe.uploads import Upload, Uploaded

router = Router(tag="survey-forms", about="调研问卷 · Questionnaires")
TABLE = Upload({XLSX: (".xlsx",)}, max_bytes=1_000_000, fields=FormUpload)


async def _read_table(request: Request, caller: Caller, key: str) -> dict[str, Any]:  # noqa: ARG001 -- as it is called
    """Read the table before anything is locked: it takes half a second in a process of its own."""
    content = request.state.upload.content
    return await xlsform.read(await asyncio.to_thread(content.read))


@router.create(
    "/v1/survey-forms",
    access=access.FORM_MAKERS,
    operation="uploadSurveyForm",
    summary="上传问卷（XLSForm） · Upload a questionnaire (XLSForm)",
    upload=TABLE,
    ahead=_read_table,
    refusals=[xlsform.FormUnreadable, xlsform.FormInvalid, OutOfScope],
)
async def upload(sent: Uploaded, work: Working) -> FormDetail:
    """A new questionnaire, or the next version of the one with the same form_id; the same file changes nothing."""
    found = await cases.upload(surveys=Surveys(work), division=sent.fields.division, **work.ahead)
    return FormDetail.of(*found)


@router.read(
    "/v1/survey-forms",
    access=access.FORM_READERS,
    operation="listSurveyForms",
    summary="问卷列表 · List questionnaires",
)
async def list_forms(page: Paging, work: Working) -> Page[FormOut]:
    """The questionnaires in scope."""
    found = await Surveys(work).forms(page)
    return Page[FormOut](items=[FormOut.model_validate(each) for each in found.items], next_cursor=found.next_cursor)


@router.read(
    "/v1/survey-forms/{form_id}",
    access=access.FORM_READERS,
    operation="getSurveyForm",
    summary="问卷详情 · Read a questionnaire",
)
async def get(form_id: UUID, work: Working) -> FormDetail:
    """A questionnaire with its latest version."""
    return FormDetail.of(*await cases.form(surveys=Surveys(work), form_id=form_id))


@router.read(
    "/v1/survey-forms/versions/{form_version_id}",
    access=access.FORM_READERS,
    operation="getSurveyFormVersion",
    summary="问卷的某一版 · Read one version of a questionnaire",
)
async def get_version(form_version_id: UUID, work: Working) -> FormVersionOut:
    """What was asked by those who answered this version."""
    return FormVersionOut.model_validate(await Surveys(work).get(SurveyFormVersion, form_version_id))
