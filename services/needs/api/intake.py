"""Routes by which needs come in beside the plain one: without a name, with files, and how many we found."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.authorship import ConsentMissing, ReopenWindowPassed
from services.needs.repository import Intake, Needs
from services.needs.schemas.intake import (
    AnonymousNeedIn,
    AnonymousNeedOut,
    OutreachShare,
    ShareFilters,
    TrackedOut,
    TrackedOutcomeIn,
    TrackIn,
)
from services.needs.schemas.needs import AttachedFiles, AttachedOut
from services.needs.usecases import attachments
from services.needs.usecases import tracking as cases
from wushe.authorize import PUBLIC
from wushe.errors import ActionNotAllowed, IdempotencyKeyReused, NotFound, OutOfScope
from wushe.routes import Router, Working

router = Router(tag="needs")


@router.create(
    "/v1/needs/anonymous",
    access=PUBLIC,
    operation="submitAnonymousNeed",
    summary="匿名提交需求 · Submit a need without a name",
    keyless=True,
    unlogged=True,
    refusals=[ConsentMissing, IdempotencyKeyReused],
)
async def submit_anonymously(body: AnonymousNeedIn, work: Working) -> AnonymousNeedOut:
    """Take down a need of nobody's; its code is shown this once. The nonce repeats the request."""
    found, code = await cases.submit_anonymously(needs=Needs(work), said=body.submission(), nonce=body.nonce)
    return AnonymousNeedOut.of(found.need, code, found.danger.lines)


@router.verb(
    "/v1/needs/track",
    access=PUBLIC,
    operation="trackNeed",
    summary="凭查询码查看进展 · Follow a need by its code",
    keyless=True,
    unlogged=True,
    refusals=[NotFound],
)
async def track(body: TrackIn, work: Working) -> TrackedOut:
    """How a need stands, for whoever has its code."""
    return TrackedOut.model_validate(await cases.track(needs=Needs(work), code=body.code))


@router.verb(
    "/v1/needs/track/outcome",
    access=PUBLIC,
    operation="judgeTrackedNeed",
    summary="凭查询码反馈解决情况 · Say what came of a need by its code",
    keyless=True,
    unlogged=True,
    refusals=[ActionNotAllowed, NotFound, ReopenWindowPassed],
)
async def judge(body: TrackedOutcomeIn, work: Working) -> TrackedOut:
    """The word of somebody without a name: solved closes a need, "not" or "worse" opens it again."""
    need = await cases.judge(needs=Needs(work), code=body.code, outcome=body.outcome)
    return TrackedOut.model_validate(need)


@router.read(
    "/v1/needs/outreach-share",
    access=access.OVERSEERS,
    operation="getOutreachShare",
    summary="主动发现占比 · The share of needs we found",
    refusals=[OutOfScope],
)
async def outreach_share(work: Working, filters: Annotated[ShareFilters, Query()]) -> OutreachShare:
    """By station, how many of its needs were found by going to people, and not brought."""
    work.claim(filters.division)
    return OutreachShare.of(await Intake(work).shares(filters.division, filters.digits, filters.since, filters.until))


@router.read(
    "/v1/needs/{need_id}/files",
    access=access.FILE_READERS,
    operation="listNeedFiles",
    summary="需求的附件 · The files of a need",
)
async def files(need_id: UUID, work: Working) -> AttachedFiles:
    """The files that were handed in with a need, for whoever may read its words."""
    found = await attachments.files_of(needs=Needs(work), need_id=need_id)
    return AttachedFiles(items=[AttachedOut.model_validate(file) for file in found])
