"""Routes by which needs come in beside the plain one: without a name, with files, and how many we found."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from services.needs.api import access
from services.needs.api.handing import handed
from services.needs.domain.authorship import ConsentMissing, GuardianMissing, ReopenWindowPassed
from services.needs.domain.intake import RecordingMissing
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
from services.needs.schemas.needs import AttachedFiles, AttachedOut, NeedIn, NeedOut
from services.needs.usecases import attachments, by_external
from services.needs.usecases import tracking as cases
from services.needs.usecases.attachments import FileTaken
from wushe.authorize import PUBLIC
from wushe.errors import ActionNotAllowed, ExternalIdTaken, IdempotencyKeyReused, NotFound, OutOfScope
from wushe.routes import Router, Working

router = Router(tag="needs")
ExternalSystem = Annotated[str, Path(min_length=1, max_length=64)]
ExternalKey = Annotated[str, Path(min_length=1, max_length=128)]


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
    needs = Needs(work)
    need = await cases.track(needs=needs, code=body.code)
    return TrackedOut.of(need, await cases.answered_in(needs=needs, need=need))


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
    needs = Needs(work)
    need = await cases.judge(needs=needs, **body.model_dump())
    return TrackedOut.of(need, await cases.answered_in(needs=needs, need=need))


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


@router.replace(
    "/v1/needs/by-external/{system}/{key}",
    access=access.KEY_KEEPERS,
    operation="upsertNeed",
    summary="按外部编号提交需求 · Submit a need by one's own key",
    refusals=[
        ConsentMissing,
        GuardianMissing,
        RecordingMissing,
        FileTaken,
        OutOfScope,
        ExternalIdTaken,
        by_external.StatementFinal,
    ],
    ahead=handed,
)
async def upsert(system: ExternalSystem, key: ExternalKey, body: NeedIn, work: Working) -> NeedOut:
    """The same key is the same need: new ones are taken down, known ones brought up to date until somebody reads them.

    Commutative, so it takes no version; the words themselves are final.
    """
    named = by_external.Key(system, key)
    need = await by_external.upsert(needs=Needs(work), key=named, said=body.submission())
    work.lead = need
    return NeedOut.seen_by(work.caller, need)


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
