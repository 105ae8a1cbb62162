"""A visit and all that comes of it, written together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.needs.domain import danger as net
from services.needs.domain.answers import Checked, check
from services.needs.domain.authorship import ConsentMissing, Submission
from services.needs.domain.codes import Channel, InputMode
from services.needs.domain.coordinates import Located
from services.needs.domain.danger import Danger, HelpLine
from services.needs.domain.lifecycle import FOLLOW_UP_TRANSITIONS, FollowUpState, FollowUpVerb, advance
from services.needs.domain.offline import Item
from services.needs.domain.surveys import Cell, cell_of, on_team
from services.needs.domain.visits import (
    ANSWERED,
    SENT,
    NotOnTheTeam,
    Span,
    VisitMethod,
    VisitNotAssigned,
    VisitOutcome,
    odd,
    require_open,
    require_reached,
    require_span,
    spoken_channel,
    visitor_of,
)
from services.needs.events import VisitRecorded
from services.needs.models import FollowUp, ItemState, Need, Resident, SurveyFormVersion, SurveyPlan, Visit
from services.needs.repository import Intake, Needs, Offline, Places, Surveys, Visits
from services.needs.usecases import attachments
from services.needs.usecases import needs as need_cases
from services.needs.usecases import offline as offline_cases
from services.needs.usecases.offline import Receipt
from wushe import rules
from wushe.errors import CHINA, InvalidInput
from wushe.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A need heard on a visit."""

    statement: str
    resident_id: UUID | None
    consent_version: str | None
    more: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done after a visit."""

    task: str
    due_on: date
    assignee_person_id: UUID | None
    resident_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A visit as its visitor tells it."""

    division: str
    plan_id: UUID | None
    form_version_id: UUID | None
    follow_up_id: UUID | None
    visitor_person_id: UUID | None
    companion_person_ids: Sequence[UUID]
    resident_ids: Sequence[UUID]
    channel: Channel
    method: VisitMethod
    outcome: VisitOutcome
    place: str | None
    place_id: UUID | None
    located: Located | None
    span: Span
    consent_version: str | None
    answers: dict[str, Any] | None
    notes: str | None
    service_note: str | None
    needs: Sequence[Heard]
    follow_up: Task | None


@dataclass(slots=True)
class Recorded:
    """What came of a visit, and whom to call when somebody is in danger."""

    visit: Visit
    needs: list[Need] = field(default_factory=list)
    follow_up: FollowUp | None = None
    lines: tuple[HelpLine, ...] = ()


async def record(*, visits: Visits, told: Told) -> Recorded:
    """Record a visit with its answers, needs, note of service and follow-up in one transaction."""
    work = visits.work
    work.claim(told.division)
    require_span(told.span, work.now)
    require_reached(told.outcome, answers=told.answers, needs=told.needs, service_note=told.service_note)
    visitor = visitor_of(told.visitor_person_id, role=work.caller.role, person_id=work.caller.person_id)
    residents = await _residents(visits, told)
    place = await _place(visits, told)
    plan = await _plan(visits, told, visitor)
    version, checked = await _answers(visits, told, plan)
    danger, words = await _danger(visits, told, checked)
    if checked.answers and residents and not told.consent_version and not danger:
        raise ConsentMissing
    cell = await _cell(visits, told, plan, residents) if plan else None
    visit = visits.add(
        Visit(
            **_facts(told),
            **place,
            plan_id=plan.id if plan else None,
            form_version_id=version.id if version else None,
            visitor_person_id=visitor,
            resident_ids=list(residents),
            cell=cell,
            danger=bool(danger),
        )
    )
    said = {"answers": checked.answers, "notes": told.notes, "service_note": told.service_note}
    visits.seal(visit, {name: value for name, value in said.items() if value})
    await visits.session.flush()  # needs and follow-ups refer to it
    work.lead = visit
    recorded = Recorded(visit, lines=danger.lines)
    await _needs(visits, told, recorded, danger=danger, words=words)
    _follow_up(visits, told, recorded, visitor)
    if plan:
        await _count(visits, visit, residents)
    files = await attachments.attach_to_visit(intake=Intake(work), visit=visit, files=checked.files)
    work.record(visit, "record", *files, *_announced(told, visit, residents))
    return recorded


def _facts(told: Told) -> dict[str, Any]:
    """What the row keeps as it was told."""
    return {
        "division": told.division,
        "companion_person_ids": list(told.companion_person_ids),
        "channel": told.channel,
        "method": told.method,
        "outcome": told.outcome,
        "place": told.place,
        "started_at": told.span.started_at,
        "ended_at": told.span.ended_at,
    }


async def _residents(visits: Visits, told: Told) -> dict[UUID, Resident]:
    """Whom the visit was to; only people on file here."""
    known = await visits.residents(told.resident_ids) if told.resident_ids else {}
    for number, ident in enumerate(told.resident_ids):
        if ident not in known:
            raise odd(f"/resident_ids/{number}", "UNKNOWN", "没有找到这位居民。", "No such resident.")
    return {ident: known[ident] for ident in dict.fromkeys(told.resident_ids)}


async def _place(visits: Visits, told: Told) -> dict[str, Any]:
    """Where it was: a place of the division in use, and the point told or that of the place."""
    place = await Places(visits.work).active(told.place_id, told.division)
    if told.place_id and place is None:
        raise odd("/place_id", "UNKNOWN", "没有找到这个地点。", "No such place.")
    point = told.located.point if told.located else place
    return {
        "place_id": told.place_id,
        "location": dict(told.located.original) if told.located else None,
        "lon": point.lon if point else None,
        "lat": point.lat if point else None,
    }


async def _plan(visits: Visits, told: Told, visitor: UUID) -> SurveyPlan | None:
    """The survey it belongs to, open at the time and with the visitor on its team."""
    role = visits.work.caller.role
    if told.follow_up_id:
        await visits.follow_up(told.follow_up_id)  # one that was given to somebody else is not found
    if told.plan_id is None:
        if role in SENT and told.follow_up_id is None:
            raise VisitNotAssigned
        return None
    plan = await Surveys(visits.work).find(told.plan_id)
    visits.work.lead = None
    if not on_team(plan.team, visitor):
        raise NotOnTheTeam
    require_open(told.span, opened_at=plan.started_at, closed_at=plan.closed_at)
    return plan


async def _answers(visits: Visits, told: Told, plan: SurveyPlan | None) -> tuple[SurveyFormVersion | None, Checked]:
    """The answers, checked against the version of the questionnaire they name or their survey uses."""
    wanted = plan.form_version_id if plan else told.form_version_id
    if plan and told.form_version_id not in {None, wanted}:
        raise odd("/form_version_id", "ANOTHER", "与调研使用的问卷不一致。", "The survey asks another questionnaire.")
    if told.answers is None:
        if plan and told.outcome is VisitOutcome.REACHED:
            raise odd("/answers", "REQUIRED", "请填写调研问卷。", "The survey's questionnaire is to be answered.")
        return None, Checked()
    version = await visits.work.get(SurveyFormVersion, wanted) if wanted else None
    if version is None:
        raise odd("/form_version_id", "REQUIRED", "请写明回答的是哪一版问卷。", "Name the version that was answered.")
    found = check(version.definition, told.answers, today=told.span.started_at.astimezone(CHINA).date())
    if found.errors:
        raise InvalidInput(errors=found.errors[:50])
    return version, found


async def _danger(visits: Visits, told: Told, checked: Checked) -> tuple[Danger, str]:
    """What the crisis net catches in answers and notes, what was chosen as danger, and the words for it."""
    rows = await rules.value(visits.work, "crisis_net", told.division)
    lines = await rules.value(visits.work, "help_lines", told.division)
    texts = [*checked.texts, *filter(None, (told.notes, told.service_note))]
    read = {text: net.read(text, rows, lines) for text in texts}
    found = [text for text, danger in read.items() if danger]
    kinds = dict.fromkeys(kind for danger in read.values() for kind in danger.kinds)
    numbers = dict.fromkeys(line for danger in read.values() for line in danger.lines)
    if checked.flagged:
        kinds[ANSWERED] = None
        numbers |= dict.fromkeys(HelpLine(line["number"], line["zh"], line["en"]) for line in lines)
    return Danger(tuple(kinds), tuple(numbers)), "\n".join([*checked.flagged, *found])[:2000]


async def _cell(visits: Visits, told: Told, plan: SurveyPlan, residents: dict[UUID, Resident]) -> int | None:
    cells = [Cell(**{**cell, "place_id": UUID(cell["place_id"]) if cell["place_id"] else None}) for cell in plan.cells]
    path = await Places(visits.work).path(told.place_id) if told.place_id else []
    groups = {group for resident in residents.values() for group in resident.target_groups}
    return cell_of(cells, division=told.division, groups=groups, places=[place.id for place in path])


async def _needs(visits: Visits, told: Told, recorded: Recorded, *, danger: Danger, words: str) -> None:
    """What was asked for, and what nobody asked for but everybody must hear of at once."""
    first = told.resident_ids[0] if told.resident_ids else None
    heard = list(told.needs)
    if danger:
        heard.insert(0, Heard(statement=words, resident_id=first, consent_version=told.consent_version, more={}))
    for number, each in enumerate(heard):
        resident = each.resident_id or first
        is_danger = bool(danger) and number == 0
        if each.resident_id and each.resident_id not in told.resident_ids:
            raise odd("/needs", "NOT_VISITED", "需求须是这次走访的居民提出的。", "Not among those visited.")
        said = Submission(
            statement=each.statement,
            division=told.division,
            channel=spoken_channel(told.channel, resident) if is_danger else told.channel,
            consent_version=each.consent_version or told.consent_version,
            resident_id=resident,
            place=told.place,
            place_id=told.place_id,
            located=told.located,
            **{"input": InputMode.WORKER_NOTES, **each.more},
        )
        submitted = await need_cases.submit(
            needs=Needs(visits.work), said=said, external_ids=(), danger=danger if is_danger else None
        )
        submitted.need.visit_id = recorded.visit.id
        recorded.needs.append(submitted.need)
        recorded.lines = tuple(dict.fromkeys((*recorded.lines, *submitted.danger.lines)))


def _follow_up(visits: Visits, told: Told, recorded: Recorded, visitor: UUID) -> None:
    task = told.follow_up
    if task is None:
        return
    if task.due_on < visits.work.now.astimezone(CHINA).date():
        raise odd("/follow_up/due_on", "PAST", "回访日期已过。", "This day has passed.")
    if task.resident_id and task.resident_id not in told.resident_ids:
        raise odd("/follow_up/resident_id", "NOT_VISITED", "不是这次走访的居民。", "Not among those visited.")
    row = FollowUp(
        division=told.division,
        state=FollowUpState.OPEN,
        visit_id=recorded.visit.id,
        resident_id=task.resident_id or (told.resident_ids[0] if told.resident_ids else None),
        assignee_person_id=task.assignee_person_id or visitor,
        task=task.task,
        due_on=task.due_on,
    )
    recorded.follow_up = visits.add(row)
    visits.work.record(row, "assign")


async def _count(visits: Visits, visit: Visit, residents: dict[UUID, Resident]) -> None:
    """Add a visit to the survey's counts; a person or household reached before is not reached again."""
    persons = households = 0
    if visit.plan_id and visit.outcome is VisitOutcome.REACHED:
        homes = {each.household_id for each in residents.values() if each.household_id}
        persons = await visits.reach(visit.plan_id, visit.division, residents)
        households = await visits.reach(visit.plan_id, visit.division, homes)
    await visits.count(visit, persons=persons, households=households)


def _announced(told: Told, visit: Visit, residents: dict[UUID, Resident]) -> list[VisitRecorded]:
    """A note of service goes to where services are kept: who, how long and how, not a word of it."""
    if not told.service_note:
        return []
    return [
        VisitRecorded(
            visit_id=visit.id,
            visitor_person_id=visit.visitor_person_id,
            resident_person_ids=[each.person_id for each in residents.values()],
            method=visit.method,
            minutes=told.span.minutes,
            made_on=told.span.started_at.astimezone(CHINA).date(),
        )
    ]


async def read(*, visits: Visits, visit_id: UUID) -> tuple[Visit, dict[str, Any]]:
    """One visit with its answers; whoever looks is on record."""
    visit = await visits.find(visit_id)
    visits.work.witness("read", subject=f"visits/{visit.id}", division=visit.division, reason=None)
    return visit, visits.opened(visit)


async def finish(*, visits: Visits, follow_up_id: UUID, result: str) -> FollowUp:
    """Say what came of a follow-up."""
    await visits.follow_up(follow_up_id)
    found = await visits.lock(FollowUp, follow_up_id)
    found.state = advance(FOLLOW_UP_TRANSITIONS, found.state, FollowUpVerb.FINISH)
    found.result, found.done_at = result, visits.work.now
    visits.work.record(found, FollowUpVerb.FINISH)
    return found


async def take_in(*, offline: Offline, items: Sequence[Item], told: Mapping[str, Told]) -> list[Receipt]:
    """Take in visits recorded without a network; ``told`` has what each says by its fingerprint."""

    async def apply(work: Work, item: Item, _: UUID | None) -> Receipt:
        recorded = await record(visits=Visits(work), told=told[item.fingerprint])
        return Receipt(item.client_id, ItemState.APPLIED, recorded.visit.id, help_lines=recorded.lines)

    return await offline_cases.take_in(offline=offline, items=items, apply=apply)
