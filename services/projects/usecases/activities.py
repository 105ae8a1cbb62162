"""Activities: announced, filled, held; what the organiser records is put to each person."""

from collections.abc import Sequence
from uuid import UUID

from services.projects.domain.attendance import (
    AlreadyCheckedIn,
    AlreadyRecorded,
    AlreadySignedUp,
    Method,
    NotSignedUp,
    Presence,
    Window,
    require_begun,
    require_check_in_open,
    require_place,
    require_presences,
    require_window,
    require_within_work,
)
from services.projects.domain.days import local_day
from services.projects.domain.lifecycle import (
    ACTIVITY,
    GOING_AHEAD_STATES,
    ActivityState,
    ActivityVerb,
    ProjectState,
    ProjectVerb,
    RecordState,
    advance,
)
from services.projects.domain.persons import SPEAK_FOR_THEMSELVES, Reader, require_person
from services.projects.events import (
    About,
    ActivityCancelled,
    ActivityEvent,
    ActivityHeld,
    ActivityScheduled,
    NoticeIssued,
    RecordRecorded,
)
from services.projects.models import Activity, Project, ServiceRecord, Signup
from services.projects.repository import Activities, Records
from services.projects.usecases.parts import person, reading, require_own
from wushe import rules
from wushe.errors import ActionNotAllowed, NotFound


async def create(
    *, repo: Activities, project_id: UUID, title: str, method: Method, window: Window, capacity: int, place: str
) -> Activity:
    """Announce an activity of an approved project."""
    project = await repo.share_project(project_id)
    await require_own(repo, project)
    if project.state not in GOING_AHEAD_STATES:
        raise ActionNotAllowed(state=str(project.state), verb="schedule")
    require_window(window)
    activity = repo.create(
        Activity(
            division=project.division,
            project_id=project.id,
            state=ActivityState.SCHEDULED,
            title=title,
            method=method,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            capacity=capacity,
            place=place,
        )
    )
    repo.work.record(activity, "create", _about(activity, ActivityScheduled))
    return await repo.written(activity)


def _about(activity: Activity, event: type[ActivityEvent]) -> ActivityEvent:
    return event(activity_id=activity.id, project_id=activity.project_id, state=activity.state)


def _window(activity: Activity) -> Window:
    return Window(activity.starts_at, activity.ends_at)


async def signup(*, repo: Activities, activity_id: UUID, asked: UUID | None) -> Activity:
    """Take a place; the last one is given once, however many ask at the same moment."""
    activity, who = await _open(repo, activity_id, ActivityVerb.SIGNUP, asked)
    known = await repo.signup(activity.id, who)
    if known is not None and known.withdrawn_at is None:
        raise AlreadySignedUp
    await _take_place(repo, activity, who, known)
    repo.work.record(activity, "signup")
    return activity


async def _open(repo: Activities, activity_id: UUID, verb: ActivityVerb, asked: UUID | None) -> tuple[Activity, UUID]:
    """The activity locked, and whose place it is about; residents may go to one in their neighbours' community."""
    role = repo.work.caller.role
    who = require_person(person(repo), role=role, asked=asked)
    if role in SPEAK_FOR_THEMSELVES:
        await repo.work.widen()
    activity: Activity = await repo.lock(Activity, activity_id)
    if role not in SPEAK_FOR_THEMSELVES:
        await require_own(repo, await repo.get(Project, activity.project_id))
    advance(ACTIVITY, activity.state, verb)
    return activity, who


async def _take_place(repo: Activities, activity: Activity, who: UUID, known: Signup | None) -> Signup:
    require_place(capacity=activity.capacity, taken=await repo.taken(activity.id))
    if known is not None:
        known.withdrawn_at = None
        return known
    place: Signup = repo.add(Signup(division=activity.division, activity_id=activity.id, person_id=who))
    return place


async def withdraw(*, repo: Activities, activity_id: UUID, asked: UUID | None) -> Activity:
    """Give a place back, so that somebody else can have it."""
    activity, who = await _open(repo, activity_id, ActivityVerb.WITHDRAW, asked)
    known = await repo.signup(activity.id, who)
    if known is None or known.withdrawn_at is not None:
        raise NotSignedUp
    known.withdrawn_at = await repo.business_time(activity.division)
    repo.work.record(activity, "withdraw")
    return activity


async def check_in(*, repo: Activities, activity_id: UUID, asked: UUID | None) -> Activity:
    """Note that a person has come; who comes without a place takes one if there is any."""
    activity, who = await _open(repo, activity_id, ActivityVerb.CHECK_IN, asked)
    now = await repo.business_time(activity.division)
    margin = await rules.value(repo.work, "check_in_margin_minutes", activity.division)
    require_check_in_open(_window(activity), now, margin_minutes=margin)
    known = await repo.signup(activity.id, who)
    if known is None or known.withdrawn_at is not None:
        known = await _take_place(repo, activity, who, known)
    elif known.checked_in_at is not None:
        raise AlreadyCheckedIn
    known.checked_in_at = now
    repo.work.record(activity, "check-in")
    return activity


async def cancel(*, repo: Activities, activity_id: UUID, reason: str) -> Activity:
    """Call an activity off and tell everyone who has a place."""
    activity = await repo.lock(Activity, activity_id)
    await require_own(repo, await repo.get(Project, activity.project_id))
    activity.state = advance(ACTIVITY, activity.state, ActivityVerb.CANCEL)
    notices = [
        NoticeIssued(
            person_id=place.person_id,
            code="activity_cancelled",
            zh=f"您报名的活动“{activity.title}”已取消：{reason}",
            en=f"The activity '{activity.title}' you signed up for is cancelled: {reason}",
            about=About(collection="activities", id=activity.id),
        )
        for place in await repo.signed_up(activity.id)
    ]
    repo.work.record(activity, "cancel", _about(activity, ActivityCancelled), *notices, reason=reason)
    return activity


async def attend(*, repo: Records, activity_id: UUID, presences: Sequence[Presence]) -> list[ServiceRecord]:
    """Record who was there; each person is asked whether it is true."""
    known: Activity = await repo.get(Activity, activity_id)
    project = await repo.share_project(known.project_id)
    await require_own(repo, project)
    activity: Activity = await repo.lock(Activity, activity_id)
    following = advance(ACTIVITY, activity.state, ActivityVerb.ATTENDANCE)
    if project.state is not ProjectState.IMPLEMENTING:
        raise ActionNotAllowed(state=str(project.state), verb="attendance")
    require_within_work(_window(activity), await repo.moved_at(project.id, ProjectVerb.RESERVE))
    require_begun(_window(activity), await repo.business_time(activity.division))
    require_presences(presences, _window(activity))
    await _require_new(repo, activity, presences)
    first_time, activity.state = activity.state is not following, following
    records = [_served(repo, activity, presence) for presence in presences]
    repo.work.record(activity, "attendance", *([_about(activity, ActivityHeld)] if first_time else []))
    await repo.written_once()
    return records


async def attendances(*, repo: Records, activity_id: UUID) -> list[ServiceRecord]:
    """The records of an activity; residents see their own, an agency those of its projects."""
    caller, reader = repo.work.caller, await reading(repo)
    activity: Activity = await repo.get(Activity, activity_id)
    found = await repo.of_activity(activity_id, reader=reader)
    if not found and not caller.covers(activity.division):
        raise NotFound
    return found


async def _require_new(repo: Records, activity: Activity, presences: Sequence[Presence]) -> None:
    persons = {presence.person_id for presence in presences}
    recorded = {record.person_id for record in await repo.of_activity(activity.id, reader=Reader())}
    if persons & recorded:
        raise AlreadyRecorded(count=len(persons & recorded))
    require_place(capacity=activity.capacity, taken=len(recorded), wanted=len(persons))
    await repo.require_free(list(persons), _window(activity), apart_from=activity.id)


def _served(repo: Records, activity: Activity, presence: Presence) -> ServiceRecord:
    record: ServiceRecord = repo.add(
        ServiceRecord(
            division=activity.division,
            project_id=activity.project_id,
            activity_id=activity.id,
            person_id=presence.person_id,
            state=RecordState.RECORDED,
            minutes=presence.minutes,
            starts_at=activity.starts_at,
            ends_at=activity.ends_at,
        )
    )
    recorded = RecordRecorded(
        record_id=record.id,
        project_id=record.project_id,
        person_id=record.person_id,
        activity_id=record.activity_id,
        minutes=record.minutes,
    )
    repo.work.record(record, "record", recorded, _question(activity, record))
    return record


def _question(activity: Activity, record: ServiceRecord) -> NoticeIssued:
    day = local_day(activity.starts_at).isoformat()
    return NoticeIssued(
        person_id=record.person_id,
        code="attendance_recorded",
        zh=f"机构登记您于{day}参加了“{activity.title}”（{record.minutes}分钟），是否属实？请确认或提出异议。",
        en=f"You are recorded at '{activity.title}' on {day} ({record.minutes} minutes). Is that true?",
        about=About(collection="service-records", id=record.id),
    )
