"""Routes that tie accounts to residents and let them go."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from services.needs.api import access
from services.needs.domain.lifecycle import RESIDENT_TRANSITIONS, ResidentVerb, advance
from services.needs.repository import Residents
from services.needs.schemas.linking import (
    LinkRequestIn,
    PhoneAnswerIn,
    PhoneAnswerOut,
    PhoneCodeIn,
    PhoneCodeOut,
    UnlinkIn,
)
from services.needs.schemas.residents import ResidencyOut, ResidentOut
from services.needs.usecases import linking as cases
from services.needs.usecases import residents as registry
from services.needs.usecases.residents import LinkCodeInvalid
from wushe.authorize import SERVICE
from wushe.errors import ActionNotAllowed, NotFound
from wushe.http import SiblingRefused
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="residents")


async def _tie(request: Request, caller: Caller, key: str) -> Any:
    """Have the gateway tie the account whose code is shown, once the resident is known in scope and not erased."""
    body = await request.json() if await request.body() else None
    code = body.get("code") if isinstance(body, dict) and set(body) == {"code"} else None
    if not isinstance(code, str) or not 1 <= len(code) <= 40:
        return None  # the route says what is wrong
    try:
        resident_id = UUID(request.path_params["resident_id"])
    except ValueError:
        return None
    async with request.app.state.databases["main"].work(caller) as work:
        found = await Residents(work).find(resident_id)
        advance(RESIDENT_TRANSITIONS, found.state, ResidentVerb.LINK)
        named = {"resident_id": str(found.id), "person_id": str(found.person_id), "division": found.division}
    siblings = request.app.state.siblings.acting(caller, key)
    try:
        return await siblings.post("gateway", "/internal/residencies", {"code": code, **named}, step="residency")
    except (NotFound, SiblingRefused) as fault:
        raise LinkCodeInvalid from fault


@router.verb(
    "/v1/residents/{resident_id}/link-in-person",
    access=access.SLIP_PRINTERS,
    operation="linkInPerson",
    summary="当面关联 · Tie an account face to face",
    refusals=[ActionNotAllowed, LinkCodeInvalid],
    ahead=_tie,
)
async def link_in_person(resident_id: UUID, body: LinkRequestIn, work: Working) -> ResidentOut:  # noqa: ARG001 -- ahead
    """The worker sees the person and types the code their telephone shows; an account tied before lets go."""
    residents = Residents(work)
    found = await cases.link_in_person(residents=residents, resident_id=resident_id)
    return ResidentOut.of(await registry.seen(residents, found))


@router.create(
    "/internal/phone-codes",
    access=SERVICE,
    operation="createPhoneCode",
    summary="生成短信关联码 · Make a code for a telephone",
    secret=True,
)
async def create_code(
    body: PhoneCodeIn, work: Working, test_region: Annotated[bool, Depends(access.allows_test_region)]
) -> PhoneCodeOut:
    """Six digits for the gateway to send; the answer is kept nowhere."""
    sent = await cases.send_code(residents=Residents(work), **body.model_dump(), test_region_allowed=test_region)
    return PhoneCodeOut.model_validate(sent)


@router.verb(
    "/internal/phone-codes/answer",
    access=SERVICE,
    operation="answerPhoneCode",
    summary="核对短信关联码 · Check the digits somebody typed",
)
async def answer(body: PhoneAnswerIn, work: Working) -> PhoneAnswerOut:
    """Whether the digits are right; a wrong try is counted."""
    answered, found = await cases.answer_code(residents=Residents(work), **body.model_dump())
    named = {"resident_id": found.id, "person_id": found.person_id, "division": found.division} if found else {}
    return PhoneAnswerOut(answered=answered, **named)


@router.verb(
    "/internal/residency/unlink",
    access=SERVICE,
    operation="unlinkResident",
    summary="解除关联 · Let an account go",
    refusals=[NotFound],
)
async def unlink(body: UnlinkIn, work: Working) -> ResidencyOut:
    """No account speaks for the resident any more."""
    found = await cases.unlink(residents=Residents(work), person_id=body.person_id)
    return ResidencyOut(resident_id=found.id, person_id=found.person_id, division=found.division)
