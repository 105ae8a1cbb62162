"""Routes of needs."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access, imports
from services.needs.api.handing import handed
from services.needs.domain.authorship import (
    AuthorMayStillAnswer,
    ConsentMissing,
    GuardianMissing,
    NotTheAuthor,
    ReopenWindowPassed,
)
from services.needs.domain.intake import RecordingMissing
from services.needs.domain.outcomes import AskUnanswered
from services.needs.repository import Needs
from services.needs.schemas.importers import IMPORTERS
from services.needs.schemas.needs import (
    AnswerIn,
    ModerateIn,
    NeedFilters,
    NeedIn,
    NeedOut,
    OutcomeIn,
    RejectIn,
    SubmittedOut,
    TriageIn,
)
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import moderation
from services.needs.usecases import needs as cases
from services.needs.usecases.attachments import FileTaken
from wushe.errors import ActionNotAllowed, ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="needs", about="居民需求 · Needs of residents")


SUBMITTING = [ConsentMissing, GuardianMissing, RecordingMissing, FileTaken, OutOfScope, ExternalIdTaken]


@router.create(
    "/v1/needs",
    access=access.ASKERS,
    operation="submitNeed",
    summary="提交需求 · Submit a need",
    refusals=SUBMITTING,
    ahead=handed,
)
async def submit(body: NeedIn, work: Working) -> SubmittedOut:
    """Take down a need; words that may mean danger are answered with help lines at once."""
    found = await cases.submit(needs=Needs(work), said=body.submission(), external_ids=body.external_ids)
    return SubmittedOut.of(found.need, found.danger.lines)


imports.offer(
    router, IMPORTERS["needs"], access=access.IMPORTERS, operation="importNeeds", summary="批量导入需求 · Import needs"
)


@router.read("/v1/needs", access=access.READERS, operation="listNeeds", summary="需求列表 · List needs", hot=True)
async def list_needs(page: Paging, work: Working, filters: Annotated[NeedFilters, Query()]) -> Page[NeedOut]:
    """Staff see their divisions, residents what they asked for or co-signed."""
    found = await Needs(work).listed(page, filters.columns(), filters.division, filters.marks())
    shown = [NeedOut.seen_by(work.caller, need) for need in found.items]
    return Page[NeedOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/needs/{need_id}", access=access.READERS, operation="getNeed", summary="需求详情 · Read a need", hot=True
)
async def get(need_id: UUID, work: Working) -> NeedOut:
    """One need, as the caller may see it."""
    needs = Needs(work)
    need = await needs.find(need_id)
    return NeedOut.seen_by(work.caller, need, asked_within=await needs.asked_within(need))


@router.verb(
    "/v1/needs/{need_id}/triage",
    access=access.HANDLERS,
    operation="triageNeed",
    summary="需求分类登记 · Triage a need",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def triage(need_id: UUID, body: TriageIn, work: Working) -> NeedOut:
    """File a need under field, target group, urgency and theme."""
    return NeedOut.model_validate(await cases.triage(needs=Needs(work), need_id=need_id, **body.model_dump()))


@router.verb(
    "/v1/needs/{need_id}/accept",
    access=access.DECIDERS,
    operation="acceptNeed",
    summary="受理需求 · Accept a need",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def accept(need_id: UUID, work: Working) -> NeedOut:
    """Take a need on."""
    return NeedOut.model_validate(await cases.accept(needs=Needs(work), need_id=need_id))


@router.verb(
    "/v1/needs/{need_id}/moderate",
    access=access.MODERATORS,
    operation="moderateNeed",
    summary="人工审核需求内容 · Decide whether others may see a need",
    if_match=True,
)
async def moderate(need_id: UUID, body: ModerateIn, work: Working) -> NeedOut:
    """A person's word on whether neighbours may see a need; it goes before any checker's."""
    return NeedOut.model_validate(await moderation.moderate(needs=Needs(work), need_id=need_id, **body.model_dump()))


@router.verb(
    "/v1/needs/{need_id}/respond",
    access=access.ANSWERERS,
    operation="respondToNeed",
    summary="答复需求 · Answer a need",
    if_match=True,
    refusals=[ActionNotAllowed, AskUnanswered],
)
async def respond(need_id: UUID, body: AnswerIn, work: Working) -> NeedOut:
    """Answer a need without a project."""
    return NeedOut.model_validate(await cases.respond(needs=Needs(work), need_id=need_id, **body.model_dump()))


@router.verb(
    "/v1/needs/{need_id}/reject",
    access=access.DECIDERS,
    operation="rejectNeed",
    summary="不予受理 · Reject a need",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def reject(need_id: UUID, body: RejectIn, work: Working) -> NeedOut:
    """Decline a need for a reason its author is told."""
    return NeedOut.model_validate(await cases.reject(needs=Needs(work), need_id=need_id, reason_code=body.reason_code))


@router.verb(
    "/v1/needs/{need_id}/withdraw",
    access=access.AUTHORS,
    operation="withdrawNeed",
    summary="撤回需求 · Withdraw one's own need",
    if_match=True,
    refusals=[ActionNotAllowed, NotTheAuthor],
)
async def withdraw(need_id: UUID, work: Working) -> NeedOut:
    """Take one's own need back."""
    return NeedOut.model_validate(await cases.withdraw(needs=Needs(work), need_id=need_id))


@router.verb(
    "/v1/needs/{need_id}/cosign",
    access=access.CO_SIGNERS,
    operation="cosignNeed",
    summary="附议需求 · Co-sign a need",
    refusals=[ActionNotAllowed, cases.AlreadyCosigned],
)
async def cosign(need_id: UUID, work: Working) -> NeedOut:
    """Stand behind a neighbour's need, once."""
    return NeedOut.seen_by(work.caller, await cases.cosign(needs=Needs(work), need_id=need_id))


@router.verb(
    "/v1/needs/{need_id}/outcome",
    access=access.AUTHORS,
    operation="judgeNeedOutcome",
    summary="反馈解决情况 · Say what came of one's need",
    if_match=True,
    refusals=[ActionNotAllowed, NotTheAuthor, ReopenWindowPassed],
)
async def outcome(need_id: UUID, body: OutcomeIn, work: Working) -> NeedOut:
    """The author's word: solved closes a need, "not" or "worse" opens it again."""
    return NeedOut.model_validate(await cases.outcome(needs=Needs(work), need_id=need_id, **body.model_dump()))


@router.verb(
    "/v1/needs/{need_id}/close",
    access=access.CLOSERS,
    operation="closeNeed",
    summary="办结需求 · Close an answered need",
    if_match=True,
    refusals=[ActionNotAllowed, AuthorMayStillAnswer, NotTheAuthor],
)
async def close(need_id: UUID, body: ReasonIn, work: Working) -> NeedOut:
    """Close an answered need: its author at any time, staff after silence, which is marked."""
    return NeedOut.model_validate(await cases.close(needs=Needs(work), need_id=need_id, reason=body.reason))


@router.verb(
    "/v1/needs/{need_id}/reopen",
    access=access.CLOSERS,
    operation="reopenNeed",
    summary="重新打开需求 · Reopen a need",
    if_match=True,
    refusals=[ActionNotAllowed, NotTheAuthor, ReopenWindowPassed],
)
async def reopen(need_id: UUID, body: ReasonIn, work: Working) -> NeedOut:
    """Open a need again within the window; a resident only their own."""
    return NeedOut.model_validate(await cases.reopen(needs=Needs(work), need_id=need_id, reason=body.reason))
