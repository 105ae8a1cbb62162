"""Decisions of the residents: recorded with their rule and integers, publicised, then effective or annulled."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.projects.domain.days import local_day
from services.projects.domain.decision import (
    Body,
    DecisionRule,
    Result,
    RuleNotInForce,
    RuleUnknown,
    decide,
    parse_rule,
    read_counts,
    require_day,
)
from services.projects.domain.lifecycle import (
    DELIBERATION,
    DeliberationState,
    DeliberationVerb,
    ProjectState,
    ProjectVerb,
    advance,
)
from services.projects.events import (
    DeliberationAnnulled,
    DeliberationConcluded,
    DeliberationEvent,
    DeliberationPublicised,
    DeliberationRecorded,
)
from services.projects.models import Deliberation, Project
from services.projects.repository import Deliberations
from services.projects.usecases.moves import check, move
from services.projects.usecases.parts import require_foreign
from wushe import rules

BATCH = 20


async def record(
    *,
    repo: Deliberations,
    project_id: UUID,
    body: Body,
    rule_code: str,
    held_on: date,
    totals: Mapping[str, int],
    participating: Mapping[str, int],
    yes: Mapping[str, int],
    minutes: str,
) -> Deliberation:
    """Record what a meeting decided about the present plan; the rule in force then and now says whether it passed."""
    project = await repo.lock(Project, project_id)
    check(project, ProjectVerb.DELIBERATE)
    await require_foreign(repo, project)
    value, version = await _rule(repo, project, rule_code, held_on)
    rule = parse_rule(rule_code, value)
    rule.require_body(body)
    result = decide(rule, read_counts(rule, totals=totals, participating=participating, yes=yes))
    deliberation = repo.create(
        Deliberation(
            division=project.division,
            project_id=project.id,
            body=body,
            state=DeliberationState.COUNTED if result.passed else DeliberationState.NOT_PASSED,
            rule_code=rule_code,
            rule_version=version,
            rule=value,
            binding=rule.binding,
            held_on=held_on,
            totals=dict(totals),
            participating=dict(participating),
            yes=dict(yes),
            result=asdict(result),
            minutes=minutes,
            recorder_person_id=repo.work.caller.person_id,
        )
    )
    _tell(repo, deliberation, "record", DeliberationRecorded)
    await move(repo, project, ProjectVerb.DELIBERATE)
    await _settle_failure(repo, project, rule, result)
    return await repo.written(deliberation)


async def _rule(repo: Deliberations, project: Project, code: str, held_on: date) -> tuple[dict[str, Any], int]:
    """The rule's value and version; in force from meeting to record, so that nobody picks it once counts are known."""
    today = local_day(await repo.business_time(project.division))
    designed_on = local_day(await repo.moved_at(project.id, ProjectVerb.DESIGN))
    require_day(held_on, designed_on=designed_on, today=today)
    found = await rules.in_force(repo.work, f"decision_{code}", project.division)
    if found is None:
        raise RuleUnknown(rule=code)
    if local_day(found.valid_from) > held_on:
        raise RuleNotInForce(rule=code, day=held_on.isoformat())
    parse_rule(code, found.value).require_in_force(held_on, today)
    return found.value, found.version


async def _settle_failure(repo: Deliberations, project: Project, rule: DecisionRule, result: Result) -> None:
    """A binding no ends the project; advice that was not given leaves the plan where it was."""
    if result.passed:
        return
    await move(repo, project, ProjectVerb.FAIL if rule.binding else ProjectVerb.ADVISE)


def _tell(
    repo: Deliberations,
    deliberation: Deliberation,
    verb: str,
    event: type[DeliberationEvent],
    *,
    reason: str | None = None,
) -> None:
    told = event(deliberation_id=deliberation.id, project_id=deliberation.project_id, state=deliberation.state)
    repo.work.record(deliberation, verb, told, reason=reason)


async def publicise(*, repo: Deliberations, deliberation_id: UUID) -> Deliberation:
    """Put a passed decision before the public for its whole window."""
    deliberation = await repo.lock(Deliberation, deliberation_id)
    await require_foreign(repo, await repo.get(Project, deliberation.project_id))
    deliberation.state = advance(DELIBERATION, deliberation.state, DeliberationVerb.PUBLICISE)
    days = await rules.value(repo.work, "deliberation_publicity_days", deliberation.division)
    deliberation.publicity_ends_at = await repo.business_time(deliberation.division) + timedelta(days=days)
    _tell(repo, deliberation, "publicise", DeliberationPublicised)
    return deliberation


async def annul(*, repo: Deliberations, deliberation_id: UUID, reason: str) -> Deliberation:
    """Annul a decision before it takes effect; the plan may be rewritten and decided about again."""
    deliberation = await repo.lock(Deliberation, deliberation_id)
    await require_foreign(repo, await repo.get(Project, deliberation.project_id))
    deliberation.state = advance(DELIBERATION, deliberation.state, DeliberationVerb.ANNUL)
    _tell(repo, deliberation, "annul", DeliberationAnnulled, reason=reason)
    project = await repo.lock(Project, deliberation.project_id)
    await move(repo, project, ProjectVerb.ANNUL, reason=reason)
    return deliberation


async def conclude(*, repo: Deliberations) -> int:
    """Let publicised decisions take effect whose window is over; answers how many."""
    due = await repo.due(BATCH)
    for deliberation in due:
        repo.work.note(deliberation)
        deliberation.state = advance(DELIBERATION, deliberation.state, DeliberationVerb.EFFECT)
        _tell(repo, deliberation, "effect", DeliberationConcluded)
        project = await repo.lock(Project, deliberation.project_id)
        if project.state is ProjectState.DELIBERATING:
            await move(repo, project, ProjectVerb.RESOLVE if deliberation.binding else ProjectVerb.ADVISE)
    return len(due)


def recount(deliberation: Deliberation) -> Result:
    """Count again from the stored rule and integers, as anyone may."""
    rule = parse_rule(deliberation.rule_code, deliberation.rule)
    counts = read_counts(
        rule, totals=deliberation.totals, participating=deliberation.participating, yes=deliberation.yes
    )
    return decide(rule, counts)
