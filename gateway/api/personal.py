"""The caller's own data: export, corrections, erasure (PIPL 45-47)."""

from typing import Any

from fastapi import Request
from pydantic import ValidationError

from gateway.schemas.personal import CorrectionIn, CorrectionOut, DataExportOut, ErasureOut
from gateway.usecases import personal
from wushe.authorize import Roles
from wushe.errors import NotFound
from wushe.http import understanding
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="me")
PERSONS = Roles("resident")


def _asking(request: Request, caller: Caller, key: str) -> Any:
    """Calls for the person the account belongs to; NOT_FOUND while it belongs to nobody."""
    if caller.person_id is None:
        raise NotFound
    return request.app.state.siblings.acting(caller, key)


async def _gather(request: Request, caller: Caller, key: str) -> Any:
    siblings = _asking(request, caller, key)
    assert caller.person_id is not None
    return await personal.gather(siblings=siblings, person_id=caller.person_id)


async def _erase(request: Request, caller: Caller, key: str) -> Any:
    body = {"person_id": str(caller.person_id)}
    return await _asking(request, caller, key).post("needs", "/internal/erasures", body, step="erasure")


async def _correct(request: Request, caller: Caller, key: str) -> Any:
    siblings = _asking(request, caller, key)
    try:
        said = CorrectionIn.model_validate(await request.json() if await request.body() else None)
    except ValidationError:
        return None  # the route says what is wrong
    body = {"person_id": str(caller.person_id), "text": said.text}
    return await siblings.post("needs", "/internal/corrections", body, step="correction")


@router.read(
    "/v1/me/data/export",
    access=PERSONS,
    operation="exportOwnData",
    summary="导出本人数据 · Export one's own data",
    refusals=[NotFound],
    ahead=_gather,
)
async def export(work: Working) -> DataExportOut:
    """Everything the services hold of the caller; the answer is stored nowhere."""
    person_id, moment = work.caller.person_id, work.now
    assert person_id is not None
    found = {**work.ahead, "gateway": await personal.own(work, person_id)}
    return DataExportOut(person_id=person_id, exported_at=moment, services=found)


@router.create(
    "/v1/me/data/corrections",
    access=PERSONS,
    operation="askForCorrection",
    summary="请求更正 · Ask for a correction",
    refusals=[NotFound],
    ahead=_correct,
)
async def correct(body: CorrectionIn, work: Working) -> CorrectionOut:  # noqa: ARG001 -- was passed on ahead
    """Tell staff what is wrong; they put it right in the registry."""
    with understanding():
        return CorrectionOut(**work.ahead)


@router.create(
    "/v1/me/data/erasures",
    access=PERSONS,
    operation="askForErasure",
    summary="请求注销 · Ask to be erased",
    refusals=[NotFound],
    ahead=_erase,
)
async def erase(work: Working) -> ErasureOut:
    """Be forgotten by every service; under a legal hold processing stops instead, and the reason is told."""
    with understanding():
        answer = ErasureOut(**work.ahead)
    if answer.state != "refused":
        await personal.let_account_go(work)
    return answer
