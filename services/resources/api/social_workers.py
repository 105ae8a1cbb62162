"""Routes of social workers."""

from uuid import UUID

from services.resources.api import access
from services.resources.api.minting import minting
from services.resources.domain.lifecycle import Standing
from services.resources.models import SocialWorker
from services.resources.repository import Supply
from services.resources.schemas.shared import ReasonIn
from services.resources.schemas.supply import SocialWorkerIn, SocialWorkerOut
from services.resources.usecases import people as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="social-workers", about="社会工作者 · Social workers")


@router.create(
    "/v1/social-workers",
    access=access.WORKER_REGISTRARS,
    operation="registerSocialWorker",
    summary="登记社会工作者 · Register a social worker",
    refusals=[OutOfScope, ExternalIdTaken, cases.SocialWorkerKnown],
    ahead=minting(SocialWorkerIn),
)
async def register(body: SocialWorkerIn, work: Working) -> SocialWorkerOut:
    """Enter a social worker with their qualification."""
    worker = await cases.register_social_worker(
        supply=Supply(work),
        division=body.division,
        qualification=body.qualification,
        org_id=body.org_id,
        person_id=body.person_id,
        synthetic=body.synthetic,
        external_ids=body.external_ids,
    )
    return SocialWorkerOut.model_validate(worker)


@router.read(
    "/v1/social-workers",
    access=access.STAFF,
    operation="listSocialWorkers",
    summary="社会工作者列表 · List social workers",
)
async def list_social_workers(page: Paging, work: Working, state: Standing | None = None) -> Page[SocialWorkerOut]:
    """Social workers of the caller's divisions, newest first."""
    return Page[SocialWorkerOut].model_validate(await Supply(work).social_workers(page, state=state))


@router.read(
    "/v1/social-workers/{worker_id}",
    access=access.STAFF,
    operation="getSocialWorker",
    summary="社会工作者详情 · Read a social worker",
    hot=True,
)
async def get(worker_id: UUID, work: Working) -> SocialWorkerOut:
    """One social worker."""
    return SocialWorkerOut.model_validate(await Supply(work).get(SocialWorker, worker_id))


@router.verb(
    "/v1/social-workers/{worker_id}/verify",
    access=access.VERIFIERS,
    operation="verifySocialWorker",
    summary="核实社会工作者 · Verify a social worker",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def verify(worker_id: UUID, work: Working) -> SocialWorkerOut:
    """Confirm the qualification."""
    return SocialWorkerOut.model_validate(await cases.verify_social_worker(supply=Supply(work), worker_id=worker_id))


@router.verb(
    "/v1/social-workers/{worker_id}/suspend",
    access=access.VERIFIERS,
    operation="suspendSocialWorker",
    summary="暂停社会工作者 · Suspend a social worker",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def suspend(worker_id: UUID, body: ReasonIn, work: Working) -> SocialWorkerOut:
    """Suspend until verified again."""
    worker = await cases.suspend_social_worker(supply=Supply(work), worker_id=worker_id, reason=body.reason)
    return SocialWorkerOut.model_validate(worker)
