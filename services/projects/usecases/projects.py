"""Writing and judging plans: from the draft to the publicity of an approved project."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.projects.domain.approval import PersonUnknown, parse_chain, require_approver
from services.projects.domain.budget import Phase, require_sum
from services.projects.domain.days import local_day
from services.projects.domain.goals import require_smart
from services.projects.domain.lifecycle import MICRO_KINDS, ProjectKind, ProjectState, ProjectVerb
from services.projects.domain.persons import require_outside_eye
from services.projects.domain.plan import (
    ConcernNotConfirmed,
    EvaluationNotFinal,
    Plan,
    ResolutionRequired,
    SchemeNotFrozen,
    require_distinct,
    require_passed,
    require_social_worker,
)
from services.projects.events import (
    GoalFact,
    InterestDeclared,
    PlannedFact,
    ProjectAccepted,
    ProjectApproved,
    ProjectArchived,
    ProjectCreated,
    ProjectDecided,
    ProjectDesigned,
    ProjectPublicised,
    ProjectRejected,
    ProjectReviewed,
    ProjectSubmitted,
)
from services.projects.models import Base, Project, ProjectBudgetLine, ProjectGoal, TeamMember
from services.projects.repository import Projects
from services.projects.usecases.moves import check, move, note_step
from services.projects.usecases.parts import interests, lock_own, person, require_foreign
from wushe import external, rules


async def create(
    *,
    repo: Projects,
    title: str,
    kind: ProjectKind,
    division: str,
    summary: str,
    concern_ids: Sequence[UUID],
    external_ids: Sequence[external.Named],
) -> Project:
    """Draft a project; its writer is known as a person, so that they cannot approve it later."""
    caller = repo.work.caller
    if caller.person_id is None:
        raise PersonUnknown
    project = repo.create(
        Project(
            division=division,
            title=title,
            kind=kind,
            state=ProjectState.DRAFT,
            summary=summary,
            concern_ids=_texts(concern_ids),
            author_person_id=caller.person_id,
            writer_person_ids=[str(caller.person_id)],
            writer_org_ids=[str(caller.org)] if caller.org else [],
            target_groups=[],
            budget_fen=0,
            planned_persons=0,
            planned_sessions=0,
        )
    )
    repo.work.record(project, "create", ProjectCreated(project_id=project.id, state=project.state))
    await repo.written(project)
    await note_step(repo, project, verb="create", before=None, reason=None)
    await external.register(repo.work, "projects", external_ids, project.id)
    return project


def _texts(idents: Sequence[UUID]) -> list[str]:
    return [str(ident) for ident in dict.fromkeys(idents)]


async def design(*, repo: Projects, project_id: UUID, plan: Plan, concern_ids: Sequence[UUID] | None = None) -> Project:
    """Fix the plan: SMART goals, a budget that adds up, a responsible social worker, confirmed concerns."""
    project = await lock_own(repo, project_id)
    check(project, ProjectVerb.DESIGN)
    if concern_ids is not None:
        project.concern_ids = _texts(concern_ids)
    require_distinct(plan.team)
    require_social_worker(plan.team)
    require_smart(plan.goals, today=local_day(await repo.business_time(project.division)))
    require_sum(plan.budget_fen, plan.lines)
    await _require_concerns(repo, project)
    _sign_as_writer(repo, project)
    project.target_groups = list(plan.target_groups)
    project.budget_fen = plan.budget_fen
    project.undertaker_org_id = plan.undertaker_org_id
    project.planned_persons, project.planned_sessions = plan.planned.persons, plan.planned.sessions
    await repo.replace_plan(project.id, _rows(project, plan))
    await move(repo, project, ProjectVerb.DESIGN, _designed(project, plan), *_writers_declared(project))
    return project


async def _require_concerns(repo: Projects, project: Project) -> None:
    wanted = [UUID(concern) for concern in project.concern_ids]
    confirmed = await repo.confirmed_concerns(wanted)
    missing = [str(concern) for concern in wanted if concern not in confirmed]
    if missing or not wanted:
        raise ConcernNotConfirmed(concerns=", ".join(missing) or "-")


def _sign_as_writer(repo: Projects, project: Project) -> None:
    """Whoever writes on a plan counts as one of its writers from then on."""
    caller = repo.work.caller
    if caller.person_id is None:
        raise PersonUnknown
    project.writer_person_ids = list(dict.fromkeys([*project.writer_person_ids, str(caller.person_id)]))
    if caller.org is not None:
        project.writer_org_ids = list(dict.fromkeys([*project.writer_org_ids, str(caller.org)]))


def _rows(project: Project, plan: Plan) -> list[Base]:
    key = {"project_id": project.id, "division": project.division}
    goals: list[Base] = [
        ProjectGoal(
            **key,
            position=position,
            indicator=goal.indicator,
            unit=goal.unit,
            baseline=goal.baseline,
            target=goal.target,
            due_date=goal.due_date,
            source=goal.source,
            dimension=goal.dimension,
        )
        for position, goal in enumerate(plan.goals)
    ]
    lines = [
        ProjectBudgetLine(
            **key, position=position, label=line.label, amount_fen=line.amount_fen, fund_source=line.fund_source
        )
        for position, line in enumerate(plan.lines)
    ]
    team = [
        TeamMember(
            **key,
            position=position,
            person_id=member.person_id,
            party=member.party,
            role=member.role,
            responsible=member.responsible,
        )
        for position, member in enumerate(plan.team)
    ]
    return [*goals, *lines, *team]


def _designed(project: Project, plan: Plan) -> ProjectDesigned:
    return ProjectDesigned(
        project_id=project.id,
        title=project.title,
        kind=project.kind,
        division=project.division,
        concern_ids=[UUID(concern) for concern in project.concern_ids],
        author_person_id=project.author_person_id,
        writer_person_ids=[UUID(writer) for writer in project.writer_person_ids],
        team_person_ids=[member.person_id for member in plan.team],
        undertaker_org_id=plan.undertaker_org_id,
        budget_fen=plan.budget_fen,
        goals=[GoalFact.model_validate(goal, from_attributes=True) for goal in plan.goals],
        planned=PlannedFact(persons=plan.planned.persons, sessions=plan.planned.sessions),
    )


def _writers_declared(project: Project) -> list[InterestDeclared]:
    """The writers' organisations; their persons are in the plan itself."""
    orgs = [UUID(org) for org in project.writer_org_ids]
    return [InterestDeclared(project_id=project.id, person_ids=[], org_ids=orgs, why="designed")] if orgs else []


async def submit(*, repo: Projects, project_id: UUID) -> Project:
    """Hand the plan in: micro projects with their resolution, and only if somebody may approve it."""
    project = await lock_own(repo, project_id)
    check(project, ProjectVerb.SUBMIT)
    await _require_concerns(repo, project)
    if project.kind in MICRO_KINDS and project.state is ProjectState.DESIGNED:
        raise ResolutionRequired
    chain = parse_chain(await rules.value(repo.work, "approval_chain", project.division))
    chain.level_for(kind=project.kind, amount_fen=project.budget_fen, interests=await interests(repo, project))
    await move(repo, project, ProjectVerb.SUBMIT, ProjectSubmitted)
    return project


async def review(*, repo: Projects, project_id: UUID, opinion: str) -> Project:
    """Give a professional opinion from outside the team."""
    project = await repo.lock(Project, project_id)
    check(project, ProjectVerb.REVIEW)
    reviewer = require_outside_eye(person(repo), await interests(repo, project))
    project.opinion = opinion
    declared = InterestDeclared(project_id=project.id, person_ids=[reviewer], org_ids=[], why="reviewed")
    await move(repo, project, ProjectVerb.REVIEW, ProjectReviewed, declared, reason=opinion)
    return project


async def approve(*, repo: Projects, project_id: UUID) -> Project:
    """Approve at the level the amount demands, never one's own, with the frozen scheme nailed to the project."""
    project = await repo.lock(Project, project_id)
    check(project, ProjectVerb.APPROVE)
    who = person(repo)
    approver = require_approver(
        who,
        role=repo.work.caller.role,
        chain=parse_chain(await rules.value(repo.work, "approval_chain", project.division)),
        kind=project.kind,
        amount_fen=project.budget_fen,
        interests=await interests(repo, project),
    )
    await _require_concerns(repo, project)
    scheme = await repo.frozen_scheme(project.id)
    if scheme is None:
        raise SchemeNotFrozen
    project.scheme_id, project.scheme_hash = scheme.scheme_id, scheme.scheme_hash
    project.approver_person_id = approver
    decided = ProjectDecided(project_id=project.id, approver_person_id=approver, org=who.org_id)
    declared = InterestDeclared(project_id=project.id, person_ids=[approver], org_ids=[], why="approved")
    await move(repo, project, ProjectVerb.APPROVE, ProjectApproved, decided, declared)
    return project


async def reject(*, repo: Projects, project_id: UUID, reason: str) -> Project:
    """Turn a project down, with the reason its writers read."""
    project = await repo.lock(Project, project_id)
    await move(repo, project, ProjectVerb.REJECT, ProjectRejected, reason=reason)
    return project


async def publicise(*, repo: Projects, project_id: UUID) -> Project:
    """Put an approved project before the public for its whole window."""
    project = await repo.lock(Project, project_id)
    check(project, ProjectVerb.PUBLICISE)
    days = await rules.value(repo.work, "project_publicity_days", project.division)
    ends_at = await repo.business_time(project.division) + timedelta(days=days)
    project.publicity_ends_at = ends_at
    told = ProjectPublicised(project_id=project.id, state=ProjectState.PUBLICISED, ends_at=ends_at)
    await move(repo, project, ProjectVerb.PUBLICISE, told)
    return project


async def accept(*, repo: Projects, project_id: UUID) -> Project:
    """Accept an evaluated project, never one's own, with a final report in which those it served let it pass."""
    project = await repo.lock(Project, project_id)
    check(project, ProjectVerb.ACCEPT)
    await require_foreign(repo, project)
    report = await repo.final_report(project.id, Phase.AFTER)
    if report is None:
        raise EvaluationNotFinal
    require_passed(grade=report.grade, factor=report.factor)
    await move(repo, project, ProjectVerb.ACCEPT, ProjectAccepted)
    return project


async def archive(*, repo: Projects, project_id: UUID) -> Project:
    """Put an accepted project away."""
    project = await lock_own(repo, project_id)
    await move(repo, project, ProjectVerb.ARCHIVE, ProjectArchived)
    return project
