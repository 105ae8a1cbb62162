"""Routes of needs registers."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from services.needs.api import access
from services.needs.domain.registers import ObjectionsOpen, PublicityOver, PublicityRunning
from services.needs.repository import Registers
from services.needs.schemas import register_files as files
from services.needs.schemas.registers import (
    ObjectionAnswerIn,
    ObjectionIn,
    ObjectionOut,
    RegisterDetail,
    RegisterDiff,
    RegisterFilters,
    RegisterIn,
    RegisterOut,
)
from services.needs.usecases import registers as cases
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="need-registers", about="居民服务需求清单 · Registers of what residents need")
ONE = "/v1/need-registers/{register_id}"


@router.create(
    "/v1/need-registers",
    access=access.REGISTER_DRAFTERS,
    operation="draftNeedRegister",
    summary="起草需求清单 · Draft a needs register",
    refusals=[OutOfScope],
)
async def draft(body: RegisterIn, work: Working) -> RegisterDetail:
    """Count what a division needs now; no line speaks of fewer than k residents."""
    found = await cases.draft(registers=Registers(work), division=body.division, title=body.title)
    return RegisterDetail.model_validate(found)


@router.read(
    "/v1/need-registers",
    access=access.CONCERN_READERS,
    operation="listNeedRegisters",
    summary="需求清单列表 · List needs registers",
)
async def list_registers(
    page: Paging, work: Working, filters: Annotated[RegisterFilters, Query()]
) -> Page[RegisterOut]:
    """The registers in scope, newest first; drafts are for those who work on them."""
    found = await Registers(work).listed(page, filters.columns())
    shown = [RegisterOut.model_validate(row) for row in found.items]
    return Page[RegisterOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    ONE, access=access.CONCERN_READERS, operation="getNeedRegister", summary="需求清单详情 · Read a needs register"
)
async def get(register_id: UUID, work: Working) -> RegisterDetail:
    """One register with its lines."""
    return RegisterDetail.model_validate(await Registers(work).find(register_id))


@router.verb(
    ONE + "/recount",
    access=access.REGISTER_DRAFTERS,
    operation="recountNeedRegister",
    summary="重新统计清单草稿 · Count a draft again",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def recount(register_id: UUID, work: Working) -> RegisterDetail:
    """Count a draft again, as things stand now."""
    return RegisterDetail.model_validate(await cases.recount(registers=Registers(work), register_id=register_id))


@router.verb(
    ONE + "/publicise",
    access=access.REGISTER_PUBLISHERS,
    operation="publiciseNeedRegister",
    summary="公示需求清单 · Put a needs register into publicity",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def publicise(register_id: UUID, work: Working) -> RegisterOut:
    """Show a draft for its days; everybody may object."""
    return RegisterOut.model_validate(await cases.publicise(registers=Registers(work), register_id=register_id))


@router.verb(
    ONE + "/publish",
    access=access.REGISTER_PUBLISHERS,
    operation="publishNeedRegister",
    summary="发布需求清单 · Publish a needs register",
    if_match=True,
    refusals=[ActionNotAllowed, PublicityRunning, ObjectionsOpen],
)
async def publish(register_id: UUID, work: Working) -> RegisterOut:
    """Number it and let it be final; the one before it is superseded."""
    return RegisterOut.model_validate(await cases.publish(registers=Registers(work), register_id=register_id))


@router.read(
    ONE + "/diff",
    access=access.CONCERN_READERS,
    operation="compareNeedRegister",
    summary="与上一份清单的差别 · What changed since the register before",
)
async def diff(register_id: UUID, work: Working) -> RegisterDiff:
    """Lines that came, went and changed; a draft is compared with the register in force."""
    return RegisterDiff.model_validate(await cases.compare(registers=Registers(work), register_id=register_id))


@router.download(
    ONE + "/export",
    media=tuple(files.MEDIA.values()),
    access=access.CONCERN_READERS,
    operation="exportNeedRegister",
    summary="导出需求清单 · Export a needs register",
)
async def export(
    register_id: UUID,
    work: Working,
    form: Annotated[Literal["xlsx", "csv", "json"], Query(alias="format")] = "xlsx",
) -> Response:
    """The lines as a file; the SHA-256 of the JSON is the content hash."""
    register = await Registers(work).find(register_id)
    named = {"content-disposition": f'attachment; filename="need-register-{register.id}.{form}"'}
    tag = {"etag": f'"v{register.version}-{form}"'}
    return Response(files.exported(register, form), media_type=files.MEDIA[form], headers=named | tag)


@router.download(
    ONE + "/page",
    media=(files.HTML,),
    access=access.CONCERN_READERS,
    operation="printNeedRegister",
    summary="需求清单打印页 · A needs register to print",
)
async def page(register_id: UUID, work: Working) -> Response:
    """One page for the notice board, the telephone and the printer."""
    register = await Registers(work).find(register_id)
    policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(
        files.page(register), media_type=files.HTML, headers=policy | {"etag": f'"v{register.version}-html"'}
    )


@router.create(
    ONE + "/objections",
    access=access.REGISTER_OBJECTORS,
    operation="objectToNeedRegister",
    summary="对公示清单提出异议 · Object to a needs register",
    refusals=[PublicityOver],
)
async def object_to(register_id: UUID, body: ObjectionIn, work: Working) -> ObjectionOut:
    """Say what is wrong with a register in publicity; it is answered before anything is published."""
    found = await cases.object_to(registers=Registers(work), register_id=register_id, reason=body.reason)
    return ObjectionOut.model_validate(found)


@router.read(
    ONE + "/objections",
    access=access.REGISTER_OBJECTION_READERS,
    operation="listNeedRegisterObjections",
    summary="清单异议列表 · Objections to a needs register",
)
async def objections(register_id: UUID, page: Paging, work: Working) -> Page[ObjectionOut]:
    """Staff see all, residents their own."""
    registers = Registers(work)
    found = await registers.objections((await registers.find(register_id)).id, page)
    shown = [ObjectionOut.model_validate(row) for row in found.items]
    return Page[ObjectionOut](items=shown, next_cursor=found.next_cursor)


@router.verb(
    ONE + "/objections/{objection_id}/settle",
    access=access.REGISTER_PUBLISHERS,
    operation="settleNeedRegisterObjection",
    summary="答复清单异议 · Settle an objection",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def settle(register_id: UUID, objection_id: UUID, body: ObjectionAnswerIn, work: Working) -> ObjectionOut:
    """Answer an objection; one that is upheld sends the register back to be counted again."""
    found = await cases.settle(
        registers=Registers(work),
        register_id=register_id,
        objection_id=objection_id,
        upheld=body.upheld,
        answer=body.answer,
    )
    return ObjectionOut.model_validate(found)
