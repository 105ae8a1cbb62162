"""Routes of activities."""

from uuid import UUID

from services.projects.api import access
from services.projects.domain.approval import PersonUnknown
from services.projects.domain.attendance import (
    AlreadyCheckedIn,
    AlreadyRecorded,
    AlreadySignedUp,
    AttendanceBeforeStart,
    AttendanceTooEarly,
    CapacityExceeded,
    CheckInClosed,
    NotSignedUp,
    TimeOverlap,
)
from services.projects.domain.lifecycle import ActivityState
from services.projects.domain.persons import NotYourProject, OnlyForYourself
from services.projects.models import Activity
from services.projects.repository import Activities, Records
from services.projects.schemas.activities import ActivityIn, ActivityOut, AttendanceIn, PlaceIn
from services.projects.schemas.records import RecordOut, RecordsOut
from services.projects.schemas.shared import ReasonIn
from services.projects.usecases import activities
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="activities", about="活动、报名与签到 · Activities, sign-up and check-in")


async def _shown(repo: Activities, found: list[Activity]) -> list[ActivityOut]:
    taken = await repo.taken_at([activity.id for activity in found])
    return [ActivityOut.of(activity, taken=taken.get(activity.id, 0)) for activity in found]


@router.create(
    "/v1/activities",
    access=access.ORGANISERS,
    operation="createActivity",
    summary="发布活动 · Announce an activity",
    refusals=[ActionNotAllowed, NotFound, NotYourProject],
)
async def create_activity(body: ActivityIn, work: Working) -> ActivityOut:
    """Announce an activity of an approved project."""
    repo = Activities(work)
    activity = await activities.create(
        repo=repo,
        project_id=body.project_id,
        title=body.title,
        method=body.method,
        window=body.window(),
        capacity=body.capacity,
        place=body.place,
    )
    return ActivityOut.of(activity, taken=0)


@router.read("/v1/activities", access=access.READERS, operation="listActivities", summary="活动列表 · List activities")
async def list_activities(
    page: Paging, work: Working, project_id: UUID | None = None, state: ActivityState | None = None
) -> Page[ActivityOut]:
    """Activities in the caller's divisions, newest first."""
    repo = Activities(work)
    found = await repo.search(page, project_id=project_id, state=state)
    return Page[ActivityOut](items=await _shown(repo, found.items), next_cursor=found.next_cursor)


@router.read(
    "/v1/activities/{activity_id}",
    access=access.READERS,
    operation="getActivity",
    summary="活动详情 · Read an activity",
)
async def get_activity(activity_id: UUID, work: Working) -> ActivityOut:
    """One activity and how many places are taken."""
    repo = Activities(work)
    return (await _shown(repo, [await repo.get(Activity, activity_id)]))[0]


@router.verb(
    "/v1/activities/{activity_id}/signup",
    access=access.PARTICIPANTS,
    operation="signUpForActivity",
    summary="报名 · Take a place",
    refusals=[ActionNotAllowed, CapacityExceeded, AlreadySignedUp, OnlyForYourself, PersonUnknown, NotYourProject],
)
async def sign_up(activity_id: UUID, body: PlaceIn, work: Working) -> ActivityOut:
    """Take a place: residents for themselves, staff for the person they name."""
    repo = Activities(work)
    activity = await activities.signup(repo=repo, activity_id=activity_id, asked=body.person_id)
    return (await _shown(repo, [activity]))[0]


@router.verb(
    "/v1/activities/{activity_id}/withdraw",
    access=access.PARTICIPANTS,
    operation="withdrawFromActivity",
    summary="取消报名 · Give a place back",
    refusals=[ActionNotAllowed, NotSignedUp, OnlyForYourself, PersonUnknown, NotYourProject],
)
async def withdraw(activity_id: UUID, body: PlaceIn, work: Working) -> ActivityOut:
    """Give a place back."""
    repo = Activities(work)
    activity = await activities.withdraw(repo=repo, activity_id=activity_id, asked=body.person_id)
    return (await _shown(repo, [activity]))[0]


@router.verb(
    "/v1/activities/{activity_id}/check-in",
    access=access.PARTICIPANTS,
    operation="checkInAtActivity",
    summary="签到 · Check in",
    refusals=[
        ActionNotAllowed,
        CapacityExceeded,
        CheckInClosed,
        AlreadyCheckedIn,
        OnlyForYourself,
        PersonUnknown,
        NotYourProject,
    ],
)
async def check_in(activity_id: UUID, body: PlaceIn, work: Working) -> ActivityOut:
    """Note that a person has come."""
    repo = Activities(work)
    activity = await activities.check_in(repo=repo, activity_id=activity_id, asked=body.person_id)
    return (await _shown(repo, [activity]))[0]


@router.verb(
    "/v1/activities/{activity_id}/cancel",
    access=access.ORGANISERS,
    operation="cancelActivity",
    summary="取消活动 · Call an activity off",
    if_match=True,
    refusals=[ActionNotAllowed, NotYourProject],
)
async def cancel_activity(activity_id: UUID, body: ReasonIn, work: Working) -> ActivityOut:
    """Call an activity off and tell everyone who has a place."""
    repo = Activities(work)
    activity = await activities.cancel(repo=repo, activity_id=activity_id, reason=body.reason)
    return (await _shown(repo, [activity]))[0]


@router.verb(
    "/v1/activities/{activity_id}/attendance",
    access=access.ATTENDANCE_RECORDERS,
    operation="recordAttendance",
    summary="登记到场 · Record who was there",
    refusals=[
        ActionNotAllowed,
        NotYourProject,
        AttendanceBeforeStart,
        AttendanceTooEarly,
        CapacityExceeded,
        AlreadyRecorded,
        TimeOverlap,
    ],
)
async def record_attendance(activity_id: UUID, body: AttendanceIn, work: Working) -> RecordsOut:
    """Record who was there and for how long; each person is asked whether it is true."""
    found = await activities.attend(
        repo=Records(work), activity_id=activity_id, presences=[presence.read() for presence in body.persons]
    )
    return RecordsOut(items=[RecordOut.model_validate(record) for record in found])


@router.read(
    "/v1/activities/{activity_id}/attendances",
    access=access.RECORD_READERS,
    operation="listAttendances",
    summary="到场记录 · Who was there",
    refusals=[PersonUnknown],
)
async def list_attendances(activity_id: UUID, work: Working) -> RecordsOut:
    """The records of an activity; residents see their own, an agency those of its projects."""
    found = await activities.attendances(repo=Records(work), activity_id=activity_id)
    return RecordsOut(items=[RecordOut.model_validate(record) for record in found])
