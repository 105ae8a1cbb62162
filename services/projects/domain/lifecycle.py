"""The states of every aggregate of this service and the verbs that lead from one to the next."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from wushe.errors import ActionNotAllowed

State = TypeVar("State", bound=StrEnum)
Verb = TypeVar("Verb", bound=StrEnum)


class ProjectKind(StrEnum):
    """What sort of project answers a concern; the micro kinds need a resolution of the residents."""

    PUBLIC_SERVICE = "public_service"
    ACTIVITY = "activity"
    MICRO_RENOVATION = "micro_renovation"
    MICRO_GOVERNANCE = "micro_governance"


MICRO_KINDS = frozenset({ProjectKind.MICRO_RENOVATION, ProjectKind.MICRO_GOVERNANCE})


class ProjectState(StrEnum):
    """Where a project stands between its first draft and its archive."""

    DRAFT = "draft"
    DESIGNED = "designed"
    DELIBERATING = "deliberating"
    RESOLVED = "resolved"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PUBLICISED = "publicised"
    RESOURCING = "resourcing"
    IMPLEMENTING = "implementing"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    ARCHIVED = "archived"
    FAILED_DELIBERATION = "failed_deliberation"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


class ProjectVerb(StrEnum):
    """What moves a project; the last group is done by the other services' announcements."""

    DESIGN = "design"
    SUBMIT = "submit"
    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    PUBLICISE = "publicise"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    COMPLETE = "complete"
    ACCEPT = "accept"
    ARCHIVE = "archive"
    CANCEL = "cancel"
    TERMINATE = "terminate"
    DELIBERATE = "deliberate"
    RESOLVE = "resolve"
    ADVISE = "advise"
    ANNUL = "annul"
    FAIL = "fail"
    RESERVE = "reserve"
    RELEASE = "release"
    EVALUATE = "evaluate"


PROJECT: dict[tuple[ProjectState, ProjectVerb], ProjectState] = {
    (ProjectState.DRAFT, ProjectVerb.DESIGN): ProjectState.DESIGNED,
    (ProjectState.DRAFT, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.DESIGNED, ProjectVerb.DESIGN): ProjectState.DESIGNED,
    (ProjectState.DESIGNED, ProjectVerb.DELIBERATE): ProjectState.DELIBERATING,
    (ProjectState.DESIGNED, ProjectVerb.SUBMIT): ProjectState.SUBMITTED,
    (ProjectState.DESIGNED, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.DELIBERATING, ProjectVerb.RESOLVE): ProjectState.RESOLVED,
    (ProjectState.DELIBERATING, ProjectVerb.ADVISE): ProjectState.DESIGNED,
    (ProjectState.DELIBERATING, ProjectVerb.ANNUL): ProjectState.DESIGNED,
    (ProjectState.DELIBERATING, ProjectVerb.FAIL): ProjectState.FAILED_DELIBERATION,
    (ProjectState.RESOLVED, ProjectVerb.SUBMIT): ProjectState.SUBMITTED,
    (ProjectState.RESOLVED, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.SUBMITTED, ProjectVerb.REVIEW): ProjectState.REVIEWED,
    (ProjectState.SUBMITTED, ProjectVerb.REJECT): ProjectState.REJECTED,
    (ProjectState.SUBMITTED, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.REVIEWED, ProjectVerb.APPROVE): ProjectState.APPROVED,
    (ProjectState.REVIEWED, ProjectVerb.REJECT): ProjectState.REJECTED,
    (ProjectState.REVIEWED, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.APPROVED, ProjectVerb.PUBLICISE): ProjectState.PUBLICISED,
    (ProjectState.APPROVED, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.PUBLICISED, ProjectVerb.START): ProjectState.RESOURCING,
    (ProjectState.PUBLICISED, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.RESOURCING, ProjectVerb.RESERVE): ProjectState.IMPLEMENTING,
    (ProjectState.RESOURCING, ProjectVerb.RELEASE): ProjectState.PUBLICISED,
    (ProjectState.RESOURCING, ProjectVerb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.IMPLEMENTING, ProjectVerb.SUSPEND): ProjectState.SUSPENDED,
    (ProjectState.IMPLEMENTING, ProjectVerb.COMPLETE): ProjectState.COMPLETED,
    (ProjectState.IMPLEMENTING, ProjectVerb.TERMINATE): ProjectState.TERMINATED,
    (ProjectState.SUSPENDED, ProjectVerb.RESUME): ProjectState.IMPLEMENTING,
    (ProjectState.SUSPENDED, ProjectVerb.TERMINATE): ProjectState.TERMINATED,
    (ProjectState.COMPLETED, ProjectVerb.EVALUATE): ProjectState.EVALUATING,
    (ProjectState.EVALUATING, ProjectVerb.ACCEPT): ProjectState.ACCEPTED,
    (ProjectState.ACCEPTED, ProjectVerb.ARCHIVE): ProjectState.ARCHIVED,
}
PLANNED_STATES = frozenset(
    {
        ProjectState.DESIGNED,
        ProjectState.DELIBERATING,
        ProjectState.RESOLVED,
        ProjectState.SUBMITTED,
        ProjectState.REVIEWED,
    }
)
GOING_AHEAD_STATES = frozenset(
    {ProjectState.APPROVED, ProjectState.PUBLICISED, ProjectState.RESOURCING, ProjectState.IMPLEMENTING}
)


class DeliberationState(StrEnum):
    """Where a recorded decision of the residents stands."""

    COUNTED = "counted"
    PUBLICISED = "publicised"
    EFFECTIVE = "effective"
    NOT_PASSED = "not_passed"
    ANNULLED = "annulled"


class DeliberationVerb(StrEnum):
    """What moves a recorded decision; ``effect`` is the end of its publicity window."""

    PUBLICISE = "publicise"
    EFFECT = "effect"
    ANNUL = "annul"


DELIBERATION: dict[tuple[DeliberationState, DeliberationVerb], DeliberationState] = {
    (DeliberationState.COUNTED, DeliberationVerb.PUBLICISE): DeliberationState.PUBLICISED,
    (DeliberationState.COUNTED, DeliberationVerb.ANNUL): DeliberationState.ANNULLED,
    (DeliberationState.PUBLICISED, DeliberationVerb.EFFECT): DeliberationState.EFFECTIVE,
    (DeliberationState.PUBLICISED, DeliberationVerb.ANNUL): DeliberationState.ANNULLED,
}


class ContractState(StrEnum):
    """Where a purchase or grant contract stands."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class ContractVerb(StrEnum):
    """What moves a contract."""

    SIGN = "sign"
    WITHDRAW = "withdraw"


CONTRACT: dict[tuple[ContractState, ContractVerb], ContractState] = {
    (ContractState.DRAFTED, ContractVerb.SIGN): ContractState.SIGNED,
    (ContractState.DRAFTED, ContractVerb.WITHDRAW): ContractState.WITHDRAWN,
}


class ActivityState(StrEnum):
    """Where one session with residents stands."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"


class ActivityVerb(StrEnum):
    """What is done with an activity; several verbs leave its state as it is."""

    SIGNUP = "signup"
    WITHDRAW = "withdraw"
    CHECK_IN = "check_in"
    ATTENDANCE = "attendance"
    CANCEL = "cancel"


ACTIVITY: dict[tuple[ActivityState, ActivityVerb], ActivityState] = {
    (ActivityState.SCHEDULED, ActivityVerb.SIGNUP): ActivityState.SCHEDULED,
    (ActivityState.SCHEDULED, ActivityVerb.WITHDRAW): ActivityState.SCHEDULED,
    (ActivityState.SCHEDULED, ActivityVerb.CHECK_IN): ActivityState.SCHEDULED,
    (ActivityState.SCHEDULED, ActivityVerb.ATTENDANCE): ActivityState.HELD,
    (ActivityState.SCHEDULED, ActivityVerb.CANCEL): ActivityState.CANCELLED,
    (ActivityState.HELD, ActivityVerb.CHECK_IN): ActivityState.HELD,
    (ActivityState.HELD, ActivityVerb.ATTENDANCE): ActivityState.HELD,
}


class RecordState(StrEnum):
    """What the served person says about a service the organiser recorded."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    LAPSED = "lapsed"


class RecordVerb(StrEnum):
    """What moves a service record: the person's word, or a caller who reached nobody."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"
    LAPSE = "lapse"


RECORD: dict[tuple[RecordState, RecordVerb], RecordState] = {
    (RecordState.RECORDED, RecordVerb.CONFIRM): RecordState.CONFIRMED,
    (RecordState.RECORDED, RecordVerb.DISPUTE): RecordState.DISPUTED,
    (RecordState.RECORDED, RecordVerb.LAPSE): RecordState.LAPSED,
    (RecordState.CONFIRMED, RecordVerb.DISPUTE): RecordState.DISPUTED,
    (RecordState.DISPUTED, RecordVerb.CONFIRM): RecordState.CONFIRMED,
    (RecordState.LAPSED, RecordVerb.CONFIRM): RecordState.CONFIRMED,
    (RecordState.LAPSED, RecordVerb.DISPUTE): RecordState.DISPUTED,
}


class SagaState(StrEnum):
    """Where the request to reserve everything for a start stands."""

    OPEN = "open"
    RESERVED = "reserved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class SagaVerb(StrEnum):
    """What ends that request, once."""

    RESERVE = "reserve"
    REFUSE = "refuse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


SAGA: dict[tuple[SagaState, SagaVerb], SagaState] = {
    (SagaState.OPEN, SagaVerb.RESERVE): SagaState.RESERVED,
    (SagaState.OPEN, SagaVerb.REFUSE): SagaState.REFUSED,
    (SagaState.OPEN, SagaVerb.EXPIRE): SagaState.EXPIRED,
    (SagaState.OPEN, SagaVerb.WITHDRAW): SagaState.WITHDRAWN,
}


# Verbs that no caller asks for: they follow from another aggregate, another service or the clock.
UNASKED: dict[type[StrEnum], frozenset[StrEnum]] = {
    ProjectVerb: frozenset(
        {
            ProjectVerb.DELIBERATE,
            ProjectVerb.RESOLVE,
            ProjectVerb.ADVISE,
            ProjectVerb.ANNUL,
            ProjectVerb.FAIL,
            ProjectVerb.RESERVE,
            ProjectVerb.RELEASE,
            ProjectVerb.EVALUATE,
        }
    ),
    DeliberationVerb: frozenset({DeliberationVerb.EFFECT}),
}


def advance(table: Mapping[tuple[State, Verb], State], state: State, verb: Verb) -> State:
    """The state after ``verb``, or a refusal that names the verbs this state allows."""
    following = table.get((state, verb))
    if following is None:
        raise ActionNotAllowed(state=str(state), verb=str(verb), allowed=allowed(table, state))
    return following


def allowed(table: Mapping[tuple[State, Verb], State], state: State) -> list[str]:
    """The verbs a caller may ask for in ``state``, sorted."""
    asked = (verb for known, verb in table if known == state)
    return sorted(str(verb) for verb in asked if verb not in UNASKED.get(type(verb), frozenset()))


def _plain(table: Mapping[tuple[State, Verb], State]) -> Mapping[tuple[str, str], str]:
    return {(str(state), str(verb)): str(following) for (state, verb), following in table.items()}


MACHINES: dict[str, Mapping[tuple[str, str], str]] = {
    "project": _plain(PROJECT),
    "deliberation": _plain(DELIBERATION),
    "contract": _plain(CONTRACT),
    "activity": _plain(ACTIVITY),
    "service_record": _plain(RECORD),
    "start_saga": _plain(SAGA),
}
