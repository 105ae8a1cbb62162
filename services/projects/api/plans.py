"""Routes of what a project consists of: goals, budget, team, timeline."""

from uuid import UUID

from services.projects.api import access
from services.projects.domain.budget import BudgetLine, shares
from services.projects.models import Project
from services.projects.repository import Contracts, Projects
from services.projects.schemas.projects import (
    BudgetLineOut,
    BudgetOut,
    GoalOut,
    GoalsOut,
    MemberOut,
    SourceShareOut,
    TeamOut,
    TimelineOut,
)
from services.projects.schemas.shared import StepOut
from wushe.routes import Router, Working

router = Router(tag="projects")


@router.read(
    "/v1/projects/{project_id}/goals",
    access=access.READERS,
    operation="listProjectGoals",
    summary="项目目标 · Goals of a project",
)
async def list_goals(project_id: UUID, work: Working) -> GoalsOut:
    """The goals of the current plan."""
    repo = Projects(work)
    await repo.get(Project, project_id)
    return GoalsOut(items=[GoalOut.model_validate(goal) for goal in await repo.goals(project_id)])


@router.read(
    "/v1/projects/{project_id}/budget",
    access=access.READERS,
    operation="getProjectBudget",
    summary="项目预算 · Budget of a project",
)
async def get_budget(project_id: UUID, work: Working) -> BudgetOut:
    """The budget, what contracts promise of it and what was paid."""
    repo, contracts = Projects(work), Contracts(work)
    project, lines = await repo.get(Project, project_id), await repo.lines(project_id)
    planned = [BudgetLine(line.label, line.amount_fen, line.fund_source) for line in lines]
    return BudgetOut(
        budget_fen=project.budget_fen,
        lines=[BudgetLineOut.model_validate(line) for line in lines],
        sources=[SourceShareOut.model_validate(share) for share in shares(planned)],
        committed_fen=await contracts.committed(project_id),
        paid_fen=sum((await contracts.paid([project_id])).values()),
    )


@router.read(
    "/v1/projects/{project_id}/team",
    access=access.READERS,
    operation="listProjectTeam",
    summary="项目团队 · Team of a project",
)
async def list_team(project_id: UUID, work: Working) -> TeamOut:
    """The parts played; who plays them is shown to staff only."""
    repo = Projects(work)
    await repo.get(Project, project_id)
    staff = work.caller.role in access.STAFF.roles
    return TeamOut(
        items=[
            MemberOut(
                person_id=member.person_id if staff else None,
                party=member.party,
                role=member.role,
                responsible=member.responsible,
            )
            for member in await repo.team(project_id)
        ]
    )


@router.read(
    "/v1/projects/{project_id}/timeline",
    access=access.READERS,
    operation="getProjectTimeline",
    summary="项目进程 · Timeline of a project",
)
async def get_timeline(project_id: UUID, work: Working) -> TimelineOut:
    """Every change of state, oldest first."""
    repo = Projects(work)
    await repo.get(Project, project_id)
    return TimelineOut(items=[StepOut.model_validate(step) for step in await repo.steps(project_id)])
