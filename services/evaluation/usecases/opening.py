"""From a completed project to an open evaluation, in steps that a crash cannot leave half done.

pending → prepared: roster, strata and keys are written in the issuing database.
prepared → open: the box is placed on the ballot side (again, if it was placed before), then the opening is announced.
"""

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
from services.evaluation.usecases.office import Office
from wushe import clock, rules
from wushe.errors import NotFound, Unavailable
from wushe.work import Work

EVERYONE = "all"
"""The one stratum there is."""
PATIENCE = timedelta(seconds=30)
"""How long events may take before projects is asked; technical time, never moved by the sandbox."""


async def prepare_next(work: Work, office: Office) -> int:
    """Prepare one evaluation whose records are complete, or have been waited for long enough; answers how many."""
    evaluations = Evaluations(work)
    for waiting in await evaluations.pending(clock.now()):
        records = await _records(work, office, waiting)
        if records is None:
            continue
        evaluation = await evaluations.take(EvaluationState.PENDING, waiting.id)
        if evaluation is not None:
            await _prepare(work, office, evaluation, records)
            return 1
    return 0


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


async def _records(work: Work, office: Office, evaluation: Evaluation) -> list[rosters.Record] | None:
    """Our copy of the records when it is the one projects counted; after a while, what projects says."""
    copies = Copies(work)
    records = await copies.records(evaluation.project_id)
    if rosters.complete(records, count=evaluation.record_count, expected=evaluation.record_digest):
        return records
    if clock.now() - evaluation.created_at < PATIENCE:
        return None
    try:
        records = await office.records(evaluation.project_id)
    except (NotFound, Unavailable):
        return None
    for record in records:
        await copies.put_record(record, project_id=evaluation.project_id, division=evaluation.division, sequence=None)
    return records


async def _prepare(work: Work, office: Office, evaluation: Evaluation, records: list[rosters.Record]) -> None:
    evaluations = Evaluations(work)
    project = await Copies(work).known(evaluation.project_id)
    entries = rosters.build(records, conflicts_of(project))
    eligible = sum(1 for entry in entries if entry.conflict is None)
    evaluation.state = advance(EVALUATION_TRANSITIONS, evaluation.state, EvaluationVerb.PREPARE)
    evaluation.scheme_id = (await _scheme(work, evaluation.project_id)).id
    evaluation.roster_count = eligible
    evaluations.enter(evaluation, entries, stratum=EVERYONE)
    roster = evaluations.add(
        Roster(
            division=evaluation.division,
            evaluation_id=evaluation.id,
            eligible=eligible,
            flagged=len(entries) - eligible,
            strata=[{"code": EVERYONE, "eligible": eligible}],
        )
    )
    evaluations.add(await _new_key(office, evaluation))
    work.record(evaluation, "prepare")
    work.record(roster, "freeze")


async def _new_key(office: Office, evaluation: Evaluation) -> IssuingKey:
    pair = await office.signing.generate()
    key_id = sha256(pair.public_der).hexdigest()
    return IssuingKey(
        division=evaluation.division,
        evaluation_id=evaluation.id,
        stratum=EVERYONE,
        key_id=key_id,
        public_der=pair.public_der,
        private_wrapped=office.wrap(pair.private_der, key_id),
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
