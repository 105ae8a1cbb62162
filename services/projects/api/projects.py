"""Routes of projects and of the verbs that move them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.projects.api import access
from services.projects.domain.approval import LevelTooLow, NoEligibleApprover, OwnProject, PersonUnknown
from services.projects.domain.budget import BudgetMismatch
from services.projects.domain.decision import RuleUnreadable
from services.projects.domain.goals import GoalNotSmart
from services.projects.domain.persons import NotYourProject
from services.projects.domain.plan import (
    ConcernNotConfirmed,
    EvaluationFailed,
    EvaluationNotFinal,
    NothingServed,
    PublicityRunning,
    RecordsOpen,
    ResolutionRequired,
    SchemeNotFrozen,
    SocialWorkerMissing,
)
from services.projects.models import Project
from services.projects.repository import Projects
from services.projects.schemas.projects import DesignIn, ProjectFilters, ProjectIn, ProjectOut, ReviewIn
from services.projects.schemas.shared import ReasonIn
from services.projects.usecases import implementation, projects
from wushe.errors import ActionNotAllowed, ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="projects", about="项目 · Projects")


@router.create(
    "/v1/projects",
    access=access.MAKERS,
    operation="createProject",
    summary="起草项目 · Draft a project",
    refusals=[OutOfScope, PersonUnknown, ExternalIdTaken],
)
async def create_project(body: ProjectIn, work: Working) -> ProjectOut:
    """Draft a project that is to answer confirmed concerns."""
    project = await projects.create(
        repo=Projects(work),
        title=body.title,
        kind=body.kind,
        division=body.division,
        summary=body.summary,
        concern_ids=body.concern_ids,
        external_ids=body.external_ids,
    )
    return ProjectOut.model_validate(project)


@router.read("/v1/projects", access=access.READERS, operation="listProjects", summary="项目列表 · List projects")
async def list_projects(
    page: Paging,
    work: Working,
    filters: Annotated[ProjectFilters, Query()],
) -> Page[ProjectOut]:
    """Projects in the caller's divisions, newest first."""
    found = await Projects(work).search(
        page,
        state=filters.state,
        kind=filters.kind,
        division=filters.division,
        concern_id=filters.concern_id,
    )
    return Page[ProjectOut](
        items=[ProjectOut.model_validate(project) for project in found.items], next_cursor=found.next_cursor
    )


@router.read(
    "/v1/projects/{project_id}",
    access=access.READERS,
    operation="getProject",
    summary="项目详情 · Read a project",
    hot=True,
)
async def get_project(project_id: UUID, work: Working) -> ProjectOut:
    """One project."""
    return ProjectOut.model_validate(await Projects(work).get(Project, project_id))


@router.verb(
    "/v1/projects/{project_id}/design",
    access=access.PLAN_WRITERS,
    operation="designProject",
    summary="制定方案 · Fix the plan",
    if_match=True,
    refusals=[
        ActionNotAllowed,
        NotYourProject,
        GoalNotSmart,
        BudgetMismatch,
        ConcernNotConfirmed,
        SocialWorkerMissing,
        PersonUnknown,
    ],
)
async def design_project(project_id: UUID, body: DesignIn, work: Working) -> ProjectOut:
    """Fix goals, budget and team; repeatable until the plan is submitted."""
    return ProjectOut.model_validate(
        await projects.design(
            repo=Projects(work), project_id=project_id, plan=body.read(), concern_ids=body.concern_ids
        )
    )


@router.verb(
    "/v1/projects/{project_id}/submit",
    access=access.MAKERS,
    operation="submitProject",
    summary="提交方案 · Hand in the plan",
    if_match=True,
    refusals=[
        ActionNotAllowed,
        NotYourProject,
        ConcernNotConfirmed,
        ResolutionRequired,
        NoEligibleApprover,
        RuleUnreadable,
    ],
)
async def submit_project(project_id: UUID, work: Working) -> ProjectOut:
    """Hand the plan in for review and approval."""
    return ProjectOut.model_validate(await projects.submit(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/review",
    access=access.SUPERVISORS,
    operation="reviewProject",
    summary="专业意见 · Give a professional opinion",
    if_match=True,
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown],
)
async def review_project(project_id: UUID, body: ReviewIn, work: Working) -> ProjectOut:
    """Give a professional opinion from outside the team."""
    return ProjectOut.model_validate(
        await projects.review(repo=Projects(work), project_id=project_id, opinion=body.opinion)
    )


@router.verb(
    "/v1/projects/{project_id}/approve",
    access=access.APPROVERS,
    operation="approveProject",
    summary="审批立项 · Approve",
    if_match=True,
    refusals=[
        ActionNotAllowed,
        OwnProject,
        PersonUnknown,
        LevelTooLow,
        NoEligibleApprover,
        ConcernNotConfirmed,
        SchemeNotFrozen,
    ],
)
async def approve_project(project_id: UUID, work: Working) -> ProjectOut:
    """Approve at the level the amount demands, never one's own."""
    return ProjectOut.model_validate(await projects.approve(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/reject",
    access=access.WATCHERS,
    operation="rejectProject",
    summary="不予立项 · Turn down",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def reject_project(project_id: UUID, body: ReasonIn, work: Working) -> ProjectOut:
    """Turn a submitted project down."""
    return ProjectOut.model_validate(
        await projects.reject(repo=Projects(work), project_id=project_id, reason=body.reason)
    )


@router.verb(
    "/v1/projects/{project_id}/publicise",
    access=access.PUBLICISERS,
    operation="publiciseProject",
    summary="公示项目 · Put before the public",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def publicise_project(project_id: UUID, work: Working) -> ProjectOut:
    """Open the publicity window of an approved project."""
    return ProjectOut.model_validate(await projects.publicise(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/start",
    access=access.STARTERS,
    operation="startProject",
    summary="启动实施 · Start",
    if_match=True,
    refusals=[ActionNotAllowed, NotYourProject, PublicityRunning, SocialWorkerMissing],
)
async def start_project(project_id: UUID, work: Working) -> ProjectOut:
    """Ask for everything to be reserved; the state turns to implementing when the answer comes."""
    return ProjectOut.model_validate(await implementation.start(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/suspend",
    access=access.WATCHERS,
    operation="suspendProject",
    summary="暂停实施 · Interrupt the work",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def suspend_project(project_id: UUID, body: ReasonIn, work: Working) -> ProjectOut:
    """Interrupt the work."""
    return ProjectOut.model_validate(
        await implementation.suspend(repo=Projects(work), project_id=project_id, reason=body.reason)
    )


@router.verb(
    "/v1/projects/{project_id}/resume",
    access=access.WATCHERS,
    operation="resumeProject",
    summary="恢复实施 · Take the work up again",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def resume_project(project_id: UUID, work: Working) -> ProjectOut:
    """Take the work up again."""
    return ProjectOut.model_validate(await implementation.resume(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/terminate",
    access=access.OFFICIALS,
    operation="terminateProject",
    summary="终止项目 · Break off",
    if_match=True,
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown],
)
async def terminate_project(project_id: UUID, body: ReasonIn, work: Working) -> ProjectOut:
    """Break a project off after its work has begun, never one's own."""
    return ProjectOut.model_validate(
        await implementation.terminate(repo=Projects(work), project_id=project_id, reason=body.reason)
    )


@router.verb(
    "/v1/projects/{project_id}/complete",
    access=access.MAKERS,
    operation="completeProject",
    summary="完成实施 · Complete",
    if_match=True,
    refusals=[ActionNotAllowed, NotYourProject, RecordsOpen, NothingServed],
)
async def complete_project(project_id: UUID, work: Working) -> ProjectOut:
    """Finish the work once every record has its answer."""
    return ProjectOut.model_validate(await implementation.complete(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/accept",
    access=access.APPROVERS,
    operation="acceptProject",
    summary="结项 · Accept",
    if_match=True,
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown, EvaluationNotFinal, EvaluationFailed],
)
async def accept_project(project_id: UUID, work: Working) -> ProjectOut:
    """Accept an evaluated project, never one's own."""
    return ProjectOut.model_validate(await projects.accept(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/archive",
    access=access.CLOSERS,
    operation="archiveProject",
    summary="归档 · Archive",
    if_match=True,
    refusals=[ActionNotAllowed, NotYourProject],
)
async def archive_project(project_id: UUID, work: Working) -> ProjectOut:
    """Put an accepted project away."""
    return ProjectOut.model_validate(await projects.archive(repo=Projects(work), project_id=project_id))


@router.verb(
    "/v1/projects/{project_id}/cancel",
    access=access.CLOSERS,
    operation="cancelProject",
    summary="取消项目 · Give up",
    if_match=True,
    refusals=[ActionNotAllowed, NotYourProject],
)
async def cancel_project(project_id: UUID, body: ReasonIn, work: Working) -> ProjectOut:
    """Give a project up before its work begins."""
    return ProjectOut.model_validate(
        await implementation.cancel(repo=Projects(work), project_id=project_id, reason=body.reason)
    )
