"""Routes of merges of needs."""

from uuid import UUID

from services.needs.api import access
from services.needs.domain.merging import (
    ConcernsDiffer,
    MergeChain,
    NeverMerged,
    NotBehindThisNeed,
    OptOutWindowPassed,
)
from services.needs.repository import Merges
from services.needs.schemas.merging import MergeIn, TraceOut
from services.needs.schemas.needs import NeedOut
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import merging as cases
from wushe.errors import ActionNotAllowed
from wushe.routes import Router, Working

router = Router(tag="needs")


@router.verb(
    "/v1/needs/{need_id}/merge",
    access=access.MERGERS,
    operation="mergeNeed",
    summary="合并需求 · Merge a need into another",
    if_match=True,
    refusals=[ActionNotAllowed, NeverMerged, MergeChain, ConcernsDiffer],
)
async def merge(need_id: UUID, body: MergeIn, work: Working) -> NeedOut:
    """The need goes on as part of another; everybody behind it is told and may leave within the window."""
    need = await cases.merge(merges=Merges(work), need_id=need_id, into_id=body.into_id, reason=body.reason)
    return NeedOut.model_validate(need)


@router.verb(
    "/v1/needs/{need_id}/split",
    access=access.MERGERS,
    operation="splitNeed",
    summary="拆分需求 · Split a merged need off",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def split(need_id: UUID, body: ReasonIn, work: Working) -> NeedOut:
    """Two needs again, each exactly as it was."""
    return NeedOut.model_validate(await cases.split(merges=Merges(work), need_id=need_id, reason=body.reason))


@router.verb(
    "/v1/needs/{need_id}/leave-merge",
    access=access.AUTHORS,
    operation="leaveMergeOfNeed",
    summary="退出合并 · Leave a merge",
    refusals=[ActionNotAllowed, NotBehindThisNeed, OptOutWindowPassed],
)
async def leave(need_id: UUID, work: Working) -> NeedOut:
    """The author takes the need out again, a co-signer their own voice."""
    return NeedOut.seen_by(work.caller, await cases.leave(merges=Merges(work), need_id=need_id))


@router.read(
    "/v1/needs/{need_id}/history",
    access=access.READERS,
    operation="traceNeed",
    summary="合并与拆分的经过 · How a need was merged and split",
)
async def trace(need_id: UUID, work: Working) -> TraceOut:
    """Every merge, split and leaving around a need, with times and roles, and how many stand behind it."""
    return TraceOut.of(await cases.trace(merges=Merges(work), need_id=need_id))
