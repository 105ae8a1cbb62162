"""What this service announces."""

from services.needs.events.concerns import (
    ConcernAddressed,
    ConcernConfirmed,
    ConcernMoved,
    ConcernPublished,
    ConcernReleased,
    ConcernResolved,
    ConcernRetired,
)
from services.needs.events.divisions import DivisionMerged, DivisionRemapped
from services.needs.events.erasures import PersonErased
from services.needs.events.files import FileAttached
from services.needs.events.needs import (
    OF_VERB,
    NeedAccepted,
    NeedClosed,
    NeedCosigned,
    NeedDelayed,
    NeedLinked,
    NeedMerged,
    NeedMoved,
    NeedPlanned,
    NeedReferred,
    NeedRejected,
    NeedReopened,
    NeedResponded,
    NeedReturned,
    NeedSplit,
    NeedSubmitted,
    NeedTriaged,
    NeedUnlinked,
    NeedUnplanned,
    NeedWithdrawn,
)
from services.needs.events.notices import About, NoticeIssued, StaffNoticed
from services.needs.events.registers import RegisterMoved, RegisterPublicised, RegisterPublished, RegisterSuperseded
from services.needs.events.roads import CaseRequested, NeedOfferable
from services.needs.events.surveys import SurveyPlanClosed, SurveyPlanStarted
from services.needs.events.visits import VisitRecorded

__all__ = [
    "OF_VERB",
    "About",
    "CaseRequested",
    "ConcernAddressed",
    "ConcernConfirmed",
    "ConcernMoved",
    "ConcernPublished",
    "ConcernReleased",
    "ConcernResolved",
    "ConcernRetired",
    "DivisionMerged",
    "DivisionRemapped",
    "FileAttached",
    "NeedAccepted",
    "NeedClosed",
    "NeedCosigned",
    "NeedDelayed",
    "NeedLinked",
    "NeedMerged",
    "NeedMoved",
    "NeedOfferable",
    "NeedPlanned",
    "NeedReferred",
    "NeedRejected",
    "NeedReopened",
    "NeedResponded",
    "NeedReturned",
    "NeedSplit",
    "NeedSubmitted",
    "NeedTriaged",
    "NeedUnlinked",
    "NeedUnplanned",
    "NeedWithdrawn",
    "NoticeIssued",
    "PersonErased",
    "RegisterMoved",
    "RegisterPublicised",
    "RegisterPublished",
    "RegisterSuperseded",
    "StaffNoticed",
    "SurveyPlanClosed",
    "SurveyPlanStarted",
    "VisitRecorded",
]
