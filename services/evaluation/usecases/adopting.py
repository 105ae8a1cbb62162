"""Keeping our own copies of projects and service records, as projects announces them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.evaluation.domain.lifecycle import Phase
from services.evaluation.domain.roster import Record
from services.evaluation.models import AdoptedProject, Evaluation
from services.evaluation.repository import Copies, Evaluations
from wushe.work import Work


async def adopt_project(
    work: Work,
    *,
    project_id: UUID,
    division: str,
    title: str,
    kind: str,
    author: UUID | None,
    undertaker: UUID | None,
    team: Sequence[UUID],
    planned: Mapping[str, int],
    goals: Sequence[Mapping[str, Any]],
    sequence: int,
) -> None:
    """Keep the plan of a project; a later design replaces an earlier one."""
    row = await Copies(work).project(project_id)
    if row is None:
        row = AdoptedProject(id=project_id, division=division, approvers=[], sequence=0)
        work.session.add(row)
    elif sequence <= row.sequence:
        return
    row.title, row.kind, row.sequence = title, kind, sequence
    row.author_person_id, row.undertaker_org_id = author, undertaker
    row.team = [str(person) for person in team]
    row.planned, row.goals = dict(planned), [dict(goal) for goal in goals]


async def adopt_decision(work: Work, *, project_id: UUID, approver: UUID) -> None:
    """Remember who approved a project; they do not score it (E2)."""
    project = await Copies(work).known(project_id)
    project.approvers = sorted({*project.approvers, str(approver)})


async def adopt_start(work: Work, *, project_id: UUID) -> None:
    """Remember that sessions may begin; from now on goalposts cannot be set (E5)."""
    (await Copies(work).known(project_id)).started = True


async def conclude(work: Work, *, project_id: UUID) -> None:
    """A project was accepted: its evaluation is final, and our copy of who was served has no purpose any more."""
    await Copies(work).drop_records(project_id)


async def adopt_record(work: Work, *, record: Record, project_id: UUID, division: str, sequence: int) -> None:
    """Keep the newest state of one service record."""
    await Copies(work).put_record(record, project_id=project_id, division=division, sequence=sequence)


async def expect_evaluation(
    work: Work, *, project_id: UUID, division: str, record_count: int, record_digest: str, delivered: Mapping[str, int]
) -> None:
    """A project is completed: its evaluation waits until our copy of the records is the one projects counted."""
    evaluations = Evaluations(work)
    if await evaluations.heard(project_id, Phase.AFTER):
        return
    evaluation = evaluations.add(
        Evaluation(
            division=division,
            project_id=project_id,
            phase=Phase.AFTER,
            record_count=record_count,
            record_digest=record_digest,
            delivered=dict(delivered),
        )
    )
    work.record(evaluation, "expect")
