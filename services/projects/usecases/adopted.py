"""Our copies of what other services announce: concerns, frozen schemes, final reports, payments, visits."""

from typing import Any
from uuid import UUID

from services.projects.models import AdoptedConcern, CaseRequest, FinalReport, FrozenScheme, Payment, Project, VisitNote
from services.projects.repository import Projects
from wushe.db import uuid7


async def concern_confirmed(*, repo: Projects, concern_id: UUID, division: str, title: str) -> None:
    """A concern may be answered by projects."""
    concern = AdoptedConcern(id=concern_id, division=division, title=title, retired=False)
    await repo.adopt(concern, key="id")


async def concern_retired(*, repo: Projects, concern_id: UUID, division: str) -> None:
    """No further project answers this concern."""
    await repo.adopt(AdoptedConcern(id=concern_id, division=division, title="", retired=True), key="id")


async def scheme_frozen(*, repo: Projects, project_id: UUID, scheme_id: UUID, scheme_hash: str) -> None:
    """How a project will be judged is fixed; approval nails the hash to the project."""
    project: Project = await repo.get(Project, project_id)
    scheme = FrozenScheme(
        id=uuid7(), division=project.division, project_id=project_id, scheme_id=scheme_id, scheme_hash=scheme_hash
    )
    await repo.adopt(scheme, key="project_id")


async def report_finalised(
    *, repo: Projects, project_id: UUID, phase: str, grade: str | None, factor: str | None
) -> None:
    """The report of a phase is final."""
    project: Project = await repo.get(Project, project_id)
    report = FinalReport(
        id=uuid7(), division=project.division, project_id=project_id, phase=phase, grade=grade, factor=factor
    )
    await repo.adopt(report, key="project_id phase")


async def tranche_paid(*, repo: Projects, project_id: UUID, tranche_id: UUID, amount_fen: int) -> None:
    """A tranche was paid."""
    project: Project = await repo.get(Project, project_id)
    payment = Payment(
        id=uuid7(),
        division=project.division,
        project_id=project_id,
        tranche_id=tranche_id,
        amount_fen=amount_fen,
        paid_at=await repo.business_time(project.division),
    )
    await repo.adopt(payment, key="tranche_id")


async def visit_recorded(*, repo: Projects, visit_id: UUID, division: str, **facts: Any) -> None:
    """Service was given on a visit outside any project."""
    await repo.adopt(VisitNote(id=visit_id, division=division, **facts), key="id")


async def case_requested(
    *,
    repo: Projects,
    need_id: UUID,
    division: str,
    resident_id: UUID | None,
    field: str | None,
    target_group: str | None,
    urgency: str | None,
) -> None:
    """Somebody needs a case of their own; whoever opens one finds them here."""
    asked = CaseRequest(
        id=need_id,
        division=division,
        resident_id=resident_id,
        field=field,
        target_group=target_group,
        urgency=urgency,
    )
    await repo.adopt(asked, key="id")
