"""From an open evaluation to a published draft report, in steps that a crash cannot leave half done.

open → closing: no more credentials; nothing on the ballot side yet.
closing → closed: the box is sealed and its ballots rewritten in random order (once: a sealed box is only read again),
then, in one transaction of the issuing side, keys are dropped, credentials rewritten and the report written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.evaluation.domain import scheme as schemes
from services.evaluation.domain import scoring, tally
from services.evaluation.domain.lifecycle import EVALUATION_TRANSITIONS, EvaluationState, EvaluationVerb, advance
from services.evaluation.events import EvaluationClosed
from services.evaluation.models import AdoptedProject, Evaluation, Report
from services.evaluation.repository import Copies, Evaluations, Schemes
from services.evaluation.usecases.office import Office
from services.evaluation.usecases.schemes import refuse_own
from wushe import rules
from wushe.errors import Refusal
from wushe.work import Work


class BallotWindowOpen(Refusal):
    """Nobody ends an evaluation early, however it stands."""

    status = 409
    zh = "评价期至少到 {until}，期间不能提前结束。"
    en = "People may evaluate until {until} at least; the evaluation cannot be closed before."
    toast = "评价期未满"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the ballot side answers once the box is sealed."""

    ballots: list[dict[str, Any]]
    root: str
    k: int


async def close(work: Work, *, evaluation_id: UUID) -> Evaluation:
    """End an evaluation after its least window; whoever has a part in the project may not."""
    evaluations = Evaluations(work)
    evaluation = await evaluations.lock(Evaluation, evaluation_id)
    state = advance(EVALUATION_TRANSITIONS, evaluation.state, EvaluationVerb.CLOSE)
    refuse_own(work.caller, await Copies(work).known(evaluation.project_id))
    least = evaluation.closable_at
    if least is not None and await evaluations.now(evaluation.division) < least:
        raise BallotWindowOpen(until=least)
    evaluation.state = state
    work.record(evaluation, "close")
    return evaluation


async def close_due(work: Work) -> int:
    """End one evaluation whose window is over; answers how many."""
    evaluation = await Evaluations(work).take_due()
    if evaluation is None:
        return 0
    evaluation.state = advance(EVALUATION_TRANSITIONS, evaluation.state, EvaluationVerb.CLOSE)
    work.record(evaluation, "close")
    return 1


async def seal_next(work: Work, office: Office) -> int:
    """Seal one closing evaluation and publish its draft report; answers how many."""
    evaluations = Evaluations(work)
    evaluation = await evaluations.take(EvaluationState.CLOSING)
    if evaluation is None:
        return 0
    evaluation.credential_count = await evaluations.credential_count(evaluation.id)
    sealed = await _seal_box(office, evaluation)
    await evaluations.forget(evaluation.id)
    now = await evaluations.now(evaluation.division)
    evaluation.state = advance(EVALUATION_TRANSITIONS, evaluation.state, EvaluationVerb.SEAL)
    evaluation.closed_at, evaluation.ballot_count, evaluation.log_root = now, len(sealed.ballots), sealed.root
    work.record(evaluation, "seal", _closed(evaluation))
    await _draft_report(work, evaluation, sealed)
    return 1


async def _seal_box(office: Office, evaluation: Evaluation) -> Sealed:
    async with office.ballots() as ballots:
        box = await ballots.sealing(evaluation.id)
        rows = await ballots.ballots(box.id)
        if not box.sealed:
            await ballots.shuffle(box.id)
            box.root = tally.root([row.leaf for row in rows])
            box.roster_count, box.credential_count = evaluation.roster_count, evaluation.credential_count
            box.ballot_count, box.sealed = len(rows), True
        return Sealed([row.answers for row in rows], box.root or "", box.k)


async def _draft_report(work: Work, evaluation: Evaluation, sealed: Sealed) -> None:
    days = await rules.value(work, "appeal_days", evaluation.division)
    content = scoring.as_json(await _result(work, evaluation, sealed))
    evaluations = Evaluations(work)
    roster = await evaluations.roster(evaluation.id)
    flagged = roster.flagged if roster else 0
    report = evaluations.add(
        Report(
            division=evaluation.division,
            evaluation_id=evaluation.id,
            project_id=evaluation.project_id,
            phase=evaluation.phase,
            content=content | {"credentials": evaluation.credential_count, "flagged": flagged},
            appeal_until=await evaluations.now(evaluation.division) + timedelta(days=days),
        )
    )
    work.record(report, "publish")


async def _result(work: Work, evaluation: Evaluation, sealed: Sealed) -> scoring.Result:
    project = await Copies(work).known(evaluation.project_id)
    row = await Schemes(work).of_evaluation(evaluation)
    scheme = schemes.from_json(row.content)
    percent = await rules.value(work, "low_response_percent", evaluation.division)
    return scoring.report(
        scheme,
        ballots=sealed.ballots,
        population=evaluation.roster_count,
        output=scoring.delivered(scheme.outputs, project.planned, evaluation.delivered),
        outcome=scoring.improvement(_goals(project)),
        rules=scoring.Rules(k=sealed.k, low_response=Fraction(percent, 100)),
    )


def _goals(project: AdoptedProject) -> list[scoring.Goal]:
    return [_goal(goal) for goal in project.goals if goal["dimension"] == schemes.Dimension.OUTCOME.value]


def _goal(goal: Mapping[str, Any]) -> scoring.Goal:
    # Nobody has measured yet: the plan's baseline and target stand, the actual value is unknown.
    baseline = goal.get("baseline")
    return scoring.Goal(
        indicator=goal["indicator"],
        baseline=None if baseline is None else Fraction(str(baseline)),
        target=Fraction(str(goal["target"])),
        actual=None,
    )


def _closed(evaluation: Evaluation) -> EvaluationClosed:
    return EvaluationClosed(
        project_id=evaluation.project_id,
        evaluation_id=evaluation.id,
        phase=evaluation.phase,
        roster=evaluation.roster_count,
        credentials=evaluation.credential_count or 0,
        ballots=evaluation.ballot_count or 0,
        log_root=evaluation.log_root or "",
    )
