"""Routes of proposals for shared concerns."""

from uuid import UUID

from services.needs.api import access
from services.needs.models import ProposalRun
from services.needs.repository import Proposals
from services.needs.schemas.proposals import (
    NamedOut,
    NameIn,
    ProposalOut,
    ProposalRunOut,
    ProposalsOut,
    RunIn,
)
from services.needs.usecases import proposals as cases
from wushe.errors import OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import DivisionCode, Router, Working

router = Router(tag="concerns")


@router.read(
    "/v1/concerns/proposals",
    access=access.CONCERN_DRAFTERS,
    operation="proposeConcerns",
    summary="共同关注点建议 · Propose concerns",
    refusals=[OutOfScope],
)
async def proposals(work: Working, division: DivisionCode) -> ProposalsOut:
    """Needs that may share a concern, as the last run found them, with reasons; a person decides."""
    found = await cases.listed(proposals=Proposals(work), division=division)
    return ProposalsOut(items=[ProposalOut.of(proposal) for proposal in found])


@router.start(
    "/v1/concerns/proposals/runs",
    access=access.CONCERN_DRAFTERS,
    operation="runConcernProposals",
    summary="重新归并需求 · Look for shared concerns anew",
    refusals=[OutOfScope],
)
async def run(body: RunIn, work: Working) -> ProposalRunOut:
    """Begin a run over the street or county; its state tells when the job is done."""
    return ProposalRunOut.model_validate(await cases.start(proposals=Proposals(work), division=body.division))


@router.read(
    "/v1/concerns/proposals/runs",
    access=access.CONCERN_DRAFTERS,
    operation="listProposalRuns",
    summary="归并记录 · List runs",
)
async def runs(page: Paging, work: Working) -> Page[ProposalRunOut]:
    """The runs in scope, newest first, each with what changed."""
    found = await Proposals(work).page(ProposalRun, page)
    shown = [ProposalRunOut.model_validate(each) for each in found.items]
    return Page[ProposalRunOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/concerns/proposals/runs/{run_id}",
    access=access.CONCERN_DRAFTERS,
    operation="getProposalRun",
    summary="归并结果 · Read a run",
)
async def get_run(run_id: UUID, work: Working) -> ProposalRunOut:
    """One run, and what changed since the one before."""
    return ProposalRunOut.model_validate(await Proposals(work).get(ProposalRun, run_id))


@router.verb(
    "/v1/concerns/proposals/{proposal_id}/rename",
    access=access.CONCERN_DRAFTERS,
    operation="renameConcernProposal",
    summary="给建议命名 · Name a proposal",
    if_match=True,
)
async def rename(proposal_id: UUID, body: NameIn, work: Working) -> NamedOut:
    """Call a proposal what people call it; later runs keep the name."""
    row = await cases.rename(proposals=Proposals(work), proposal_id=proposal_id, title=body.title)
    return NamedOut.of(row)
