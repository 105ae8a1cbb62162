"""From a completed project to an open evaluation, in steps that a crash cannot leave half done.

pending → prepared: who waits is read in one unit of work, projects is asked and keys are made outside of any, and
roster, strata and keys are written in another, unless somebody else was quicker.
prepared → open: the box is placed on the ballot side (again, if it was placed before), then the opening is announced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from services.evaluation.domain import roster as rosters
from services.evaluation.domain import scheme as schemes
from services.evaluation.domain.lifecycle import EVALUATION_TRANSITIONS, EvaluationState, EvaluationVerb, advance
from services.evaluation.events import EvaluationOpened
from services.evaluation.models import BallotBox, Evaluation, IssuingKey, Roster, Scheme
from services.evaluation.repository import Copies, Evaluations, Schemes
from services.evaluation.repository.copies import conflicts_of
from services.evaluation.usecases.office import SERVICE, Office
from wushe import clock, rules
from wushe.errors import NotFound, Unavailable
from wushe.jobs import worker
from wushe.work import Database, Work

EVERYONE = "all"
"""The one stratum there is."""
PATIENCE = timedelta(seconds=30)
"""How long events may take before projects is asked; technical time, never moved by the sandbox."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An evaluation to prepare, with its records; without them projects is asked."""

    evaluation_id: UUID
    project_id: UUID
    records: Sequence[rosters.Record] | None


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A key made for one evaluation, its private half as it may be stored."""

    key_id: str
    public_der: bytes
    private_wrapped: bytes


async def ready(work: Work) -> list[Ready]:
    """A few pending evaluations whose records are complete, or have been waited for long enough."""
    copies, found = Copies(work), []
    for evaluation in await Evaluations(work).pending(clock.now()):
        records = await copies.records(evaluation.project_id)
        if rosters.complete(records, count=evaluation.record_count, expected=evaluation.record_digest):
            found.append(Ready(evaluation.id, evaluation.project_id, records))
        elif clock.now() - evaluation.created_at >= PATIENCE:
            found.append(Ready(evaluation.id, evaluation.project_id, None))
    return found


async def prepare(database: Database, office: Office, found: Sequence[Ready]) -> None:
    """Prepare evaluations; called outside any unit of work, since asking and making keys takes its time."""
    for each in sorted(found, key=lambda each: each.records is None):
        try:
            records = each.records if each.records is not None else await office.records(each.project_id)
            key = await _fresh_key(office)
        except NotFound:
            continue
        except Unavailable:
            return  # whoever still waits is found again by the next look
        await _write(database, each.evaluation_id, records, key)


async def open_next(work: Work, office: Office) -> int:
    """Open one prepared evaluation; answers how many."""
    evaluations = Evaluations(work)
    evaluation = await evaluations.take(EvaluationState.PREPARED)
    if evaluation is None:
        return 0
    await _place_box(work, office, evaluation)
    now = await evaluations.now(evaluation.division)
    evaluation.state = advance(EVALUATION_TRANSITIONS, evaluation.state, EvaluationVerb.OPEN)
    evaluation.opened_at = now
    evaluation.closable_at = now + timedelta(days=await rules.value(work, "ballot_days_least", evaluation.division))
    evaluation.closes_at = now + timedelta(days=await rules.value(work, "ballot_days", evaluation.division))
    opened = EvaluationOpened(project_id=evaluation.project_id, evaluation_id=evaluation.id, phase=evaluation.phase)
    work.record(evaluation, "open", opened)
    return 1


async def _write(database: Database, evaluation_id: UUID, records: Sequence[rosters.Record], key: FreshKey) -> None:
    async with database.work(worker(SERVICE)) as work:
        evaluation = await Evaluations(work).take(EvaluationState.PENDING, evaluation_id)
        if evaluation is None:
            return
        evaluation.state = advance(EVALUATION_TRANSITIONS, evaluation.state, EvaluationVerb.PREPARE)
        evaluation.scheme_id = (await _scheme(work, evaluation.project_id)).id
        roster = await _freeze_roster(work, evaluation, records)
        Evaluations(work).add(_issuing_key(evaluation, key))
        work.record(evaluation, "prepare")
        work.record(roster, "freeze")


async def _freeze_roster(work: Work, evaluation: Evaluation, records: Sequence[rosters.Record]) -> Roster:
    evaluations, project = Evaluations(work), await Copies(work).known(evaluation.project_id)
    entries = rosters.build(records, conflicts_of(project))
    eligible = sum(1 for entry in entries if entry.conflict is None)
    evaluation.roster_count = eligible
    evaluations.enter(evaluation, entries, stratum=EVERYONE)
    return evaluations.add(
        Roster(
            division=evaluation.division,
            evaluation_id=evaluation.id,
            eligible=eligible,
            flagged=len(entries) - eligible,
            strata=[{"code": EVERYONE, "eligible": eligible}],
        )
    )


async def _fresh_key(office: Office) -> FreshKey:
    pair = await office.signing.generate()
    key_id = sha256(pair.public_der).hexdigest()
    return FreshKey(key_id, pair.public_der, office.wrap(pair.private_der, key_id))


def _issuing_key(evaluation: Evaluation, key: FreshKey) -> IssuingKey:
    return IssuingKey(
        division=evaluation.division,
        evaluation_id=evaluation.id,
        stratum=EVERYONE,
        key_id=key.key_id,
        public_der=key.public_der,
        private_wrapped=key.private_wrapped,
    )


async def _place_box(work: Work, office: Office, evaluation: Evaluation) -> None:
    scheme = schemes.from_json((await _scheme(work, evaluation.project_id)).content)
    keys = [(key.stratum, key.public_der) for key in await Evaluations(work).keys(evaluation.id)]
    k = await rules.value(work, "smallest_group", evaluation.division)
    box = BallotBox(id=evaluation.id, items=scheme.codes(), k=k)
    async with office.ballots() as ballots:
        await ballots.place(box, keys)


async def _scheme(work: Work, project_id: UUID) -> Scheme:
    found = await Schemes(work).frozen_for(project_id)
    if found is None:
        raise NotFound
    return found
