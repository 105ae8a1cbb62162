"""Looking at evaluations without learning who answered what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.evaluation.domain.lifecycle import EvaluationState
from services.evaluation.domain.roster import Conflict
from services.evaluation.models import Evaluation, IssuingKey, PayoutAdvice, Report, Roster, Scheme
from services.evaluation.repository import Evaluations, Reports, Schemes
from services.evaluation.usecases.office import Office
from services.evaluation.usecases.reaching import reach
from wushe.pages import Page, PageRequest
from wushe.work import Work

PLACED = (EvaluationState.OPEN, EvaluationState.CLOSING)


@dataclass(frozen=True, slots=True)
class Counts:
    """``ballots ≤ credentials ≤ roster``, read from both sides."""

    roster: int
    credentials: int
    ballots: int


@dataclass(frozen=True, slots=True)
class Overview:
    """An evaluation with its public keys, its questions and its counts."""

    evaluation: Evaluation
    keys: Sequence[IssuingKey]
    items: Sequence[dict[str, Any]]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Place:
    """The caller's own place on a roster, and for staff the counts."""

    evaluation_id: UUID
    eligible: bool
    reason: str | None
    roster: Roster | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The evaluation part of a project's lifecycle."""

    scheme: Scheme | None
    evaluations: Sequence[tuple[Evaluation, Counts, Report | None]]
    advices: Sequence[PayoutAdvice]


async def overview(work: Work, office: Office, *, evaluation_id: UUID) -> Overview:
    """One evaluation as anyone in its divisions and everyone on its roster may see it."""
    evaluations = Evaluations(work)
    evaluation, _ = await reach(work, evaluation_id=evaluation_id)
    items: list[dict[str, Any]] = []
    if evaluation.scheme_id is not None:
        items = (await Schemes(work).of_evaluation(evaluation)).content["ballot_items"]
    keys = await evaluations.keys(evaluation.id)
    found = await counts(work, office, evaluation)
    work.lead = None  # counts change without a new version, so no ETag may vouch for them
    return Overview(evaluation, keys, items, found)


async def counts(work: Work, office: Office, evaluation: Evaluation) -> Counts:
    """The counts of an evaluation; ballots are counted on their own side."""
    credentials, ballots = evaluation.credential_count, evaluation.ballot_count
    if credentials is None:
        credentials = await Evaluations(work).credential_count(evaluation.id)
    if ballots is None:
        ballots = await _cast(office, evaluation)
    return Counts(evaluation.roster_count, credentials, ballots)


async def listed(
    work: Work, page: PageRequest, *, project_id: UUID | None, state: EvaluationState | None
) -> Page[Evaluation]:
    """One page of evaluations."""
    return await Evaluations(work).listed(page, project_id=project_id, state=state)


async def place(work: Work, *, evaluation_id: UUID, staff: bool) -> Place:
    """Whether the caller may evaluate, and for staff how many may; never who."""
    evaluation, entry = await reach(work, evaluation_id=evaluation_id)
    reason = _reason(entry.conflict if entry else None, served=entry is not None)
    roster = await Evaluations(work).roster(evaluation.id) if staff else None
    return Place(evaluation.id, reason is None, reason, roster)


async def chain(work: Work, office: Office, *, project_id: UUID) -> Chain:
    """What evaluation knows of a project, for the lifecycle."""
    reports, found = Reports(work), []
    for evaluation in await Evaluations(work).of_project(project_id):
        report = await reports.of_evaluation(evaluation.id)
        found.append((evaluation, await counts(work, office, evaluation), report))
    return Chain(await Schemes(work).latest_for(project_id), found, await reports.advices_of(project_id))


def _reason(conflict: Conflict | None, *, served: bool) -> str | None:
    if not served:
        return "NOT_SERVED"
    return "CONFLICT_OF_INTEREST" if conflict is not None else None


async def _cast(office: Office, evaluation: Evaluation) -> int:
    if evaluation.state not in PLACED:
        return 0
    async with office.ballots() as ballots:
        return await ballots.count(evaluation.id)
