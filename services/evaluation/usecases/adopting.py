"""Keeping our own copies of projects and service records, as projects announces them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.evaluation.domain.lifecycle import EvaluationState, Phase
from services.evaluation.domain.roster import Record
from services.evaluation.models import AdoptedProject, Evaluation, Roster
from services.evaluation.repository import Copies, Evaluations
from wushe.errors import NotFound
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
        none: dict[str, list[str]] = {"approvers": [], "interested": [], "interested_orgs": []}
        row = AdoptedProject(id=project_id, division=division, sequence=0, **none)
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


async def adopt_interest(work: Work, *, project_id: UUID, persons: Sequence[UUID], orgs: Sequence[UUID]) -> None:
    """Remember who has a stake in a project; on a roster that stands already they are flagged late."""
    project = await Copies(work).steady(project_id)
    if project is None:
        raise NotFound
    project.interested = sorted({*project.interested, *map(str, persons)})
    project.interested_orgs = sorted({*project.interested_orgs, *map(str, orgs)})
    for evaluation in await Evaluations(work).of_project(project_id):
        await _flag(work, evaluation.id, persons)


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
    if await evaluations.latest(project_id, Phase.AFTER):
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


async def _flag(work: Work, evaluation_id: UUID, persons: Sequence[UUID]) -> None:
    """Whoever holds a credential already cannot be found among the ballots, and stays."""
    evaluations = Evaluations(work)
    evaluation = await evaluations.lock(Evaluation, evaluation_id)
    found = await evaluations.roster(evaluation_id)
    if found is None or evaluation.state not in (EvaluationState.PREPARED, EvaluationState.OPEN):
        return
    count = await evaluations.flag(evaluation_id, persons)
    if not count:
        return
    roster = await evaluations.lock(Roster, found.id)
    evaluation.roster_count -= count
    roster.eligible, roster.flagged = roster.eligible - count, roster.flagged + count
    roster.strata = [{**stratum, "eligible": roster.eligible} for stratum in roster.strata]
    work.record(evaluation, "flag")
    work.record(roster, "flag")
