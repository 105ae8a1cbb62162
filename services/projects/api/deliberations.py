"""Routes of recorded decisions of the residents."""

from dataclasses import asdict
from uuid import UUID

from services.projects.api import access
from services.projects.domain.approval import OwnProject, PersonUnknown
from services.projects.domain.decision import BodyNotCompetent, RuleNotInForce, RuleUnknown, RuleUnreadable
from services.projects.models import Deliberation
from services.projects.repository import Deliberations
from services.projects.schemas.deliberations import DeliberationIn, DeliberationOut, ResultOut, TallyOut
from services.projects.schemas.shared import ReasonIn
from services.projects.usecases import deliberations
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="deliberations", about="居民协商与决议 · Deliberations and resolutions of residents")


@router.create(
    "/v1/deliberations",
    access=access.RECORDERS,
    operation="recordDeliberation",
    summary="登记居民决议 · Record a decision of the residents",
    refusals=[
        ActionNotAllowed,
        NotFound,
        OwnProject,
        PersonUnknown,
        RuleUnknown,
        RuleNotInForce,
        RuleUnreadable,
        BodyNotCompetent,
    ],
)
async def record_deliberation(body: DeliberationIn, work: Working) -> DeliberationOut:
    """Record a meeting's counts; the rule in force then and now says whether it passed, and what was missing."""
    deliberation = await deliberations.record(
        repo=Deliberations(work),
        project_id=body.project_id,
        body=body.body,
        rule_code=body.rule_code,
        held_on=body.held_on,
        totals=body.totals,
        participating=body.participating,
        yes=body.yes,
        minutes=body.minutes,
    )
    return DeliberationOut.model_validate(deliberation)


@router.read(
    "/v1/deliberations", access=access.READERS, operation="listDeliberations", summary="决议列表 · List decisions"
)
async def list_deliberations(page: Paging, work: Working, project_id: UUID | None = None) -> Page[DeliberationOut]:
    """Recorded decisions, newest first."""
    found = await Deliberations(work).search(page, project_id=project_id)
    return Page[DeliberationOut](
        items=[DeliberationOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor
    )


@router.read(
    "/v1/deliberations/{deliberation_id}",
    access=access.READERS,
    operation="getDeliberation",
    summary="决议详情 · Read a decision",
    hot=True,
)
async def get_deliberation(deliberation_id: UUID, work: Working) -> DeliberationOut:
    """One recorded decision."""
    return DeliberationOut.model_validate(await Deliberations(work).get(Deliberation, deliberation_id))


@router.read(
    "/v1/deliberations/{deliberation_id}/tally",
    access=access.READERS,
    operation="getDeliberationTally",
    summary="计票明细 · Count a decision again",
)
async def get_tally(deliberation_id: UUID, work: Working) -> TallyOut:
    """The rule and the integers a decision was counted with, and the result of counting them again now."""
    row = await Deliberations(work).get(Deliberation, deliberation_id)
    return TallyOut(
        deliberation_id=row.id,
        rule_code=row.rule_code,
        rule_version=row.rule_version,
        rule=row.rule,
        totals=row.totals,
        participating=row.participating,
        yes=row.yes,
        result=ResultOut.model_validate(asdict(deliberations.recount(row))),
    )


@router.verb(
    "/v1/deliberations/{deliberation_id}/publicise",
    access=access.PUBLICISERS,
    operation="publiciseDeliberation",
    summary="公示决议 · Put a decision before the public",
    if_match=True,
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown],
)
async def publicise_deliberation(deliberation_id: UUID, work: Working) -> DeliberationOut:
    """Open the publicity window; the decision takes effect by itself when it is over."""
    row = await deliberations.publicise(repo=Deliberations(work), deliberation_id=deliberation_id)
    return DeliberationOut.model_validate(row)


@router.verb(
    "/v1/deliberations/{deliberation_id}/annul",
    access=access.OFFICIALS,
    operation="annulDeliberation",
    summary="撤销决议 · Annul a decision",
    if_match=True,
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown],
)
async def annul_deliberation(deliberation_id: UUID, body: ReasonIn, work: Working) -> DeliberationOut:
    """Annul a decision that has not taken effect, after an objection."""
    row = await deliberations.annul(repo=Deliberations(work), deliberation_id=deliberation_id, reason=body.reason)
    return DeliberationOut.model_validate(row)
