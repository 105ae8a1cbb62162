"""Who may call which routes of this service (docs/permissions.md)."""

from fastapi import Request

from services.needs.domain import intake, visits
from services.needs.domain.authorship import FAMILY
from wushe.authorize import Roles

_FRONT_LINE = ("community_worker", "committee", "social_worker", "street_officer")
_OVERSIGHT = ("supervisor", "civil_affairs", "society_work_dept", "auditor")
_VOLUNTEERS = ("volunteer", "volunteer_leader")

KEY_KEEPERS = Roles("integration", "community_worker", "street_officer")
ASKERS = Roles(*FAMILY, *_FRONT_LINE, *_VOLUNTEERS, "grid_worker", "integration")
AUTHORS = Roles(*FAMILY)
CO_SIGNERS = Roles("resident")
READERS = Roles(*FAMILY, *_FRONT_LINE, *_OVERSIGHT, "grid_worker")
COMPARERS = Roles(*FAMILY, *_FRONT_LINE, "grid_worker", "supervisor", "civil_affairs")
HANDLERS = Roles("community_worker", "social_worker")
MODEL_READERS = Roles("supervisor", "civil_affairs", "society_work_dept")
MODEL_KEEPERS = Roles("civil_affairs", "society_work_dept")
DECIDERS = Roles("community_worker", "committee")
ORDER_KEEPERS = Roles("community_worker", "street_officer", "integration")
ORDER_READERS = Roles(*ORDER_KEEPERS.roles, "committee", "social_worker", "supervisor", "civil_affairs")
MODERATORS = Roles("community_worker", "committee")
ANSWERERS = Roles(*_FRONT_LINE)
MERGERS = Roles("community_worker")
OUTCOME_READERS = Roles(*_FRONT_LINE, *_OVERSIGHT)
CLOSERS = Roles(*FAMILY, "community_worker", "committee")

ALARM_RAISERS = Roles(*FAMILY, *_FRONT_LINE, *_VOLUNTEERS, "grid_worker", "supervisor")
TICKET_HANDLERS = Roles(*_FRONT_LINE, "supervisor", "civil_affairs")
UNSEALERS = Roles("supervisor", "street_officer", "civil_affairs")
ROAD_CHOOSERS = Roles("community_worker", "committee", "social_worker")
REFERRAL_RECEIVERS = Roles(*_FRONT_LINE, "civil_affairs", "org_manager")
REFERRAL_READERS = Roles(*FAMILY, *_FRONT_LINE, "supervisor", "civil_affairs", "org_manager")
MEDIATION_READERS = Roles(*_FRONT_LINE, "supervisor", "civil_affairs")
COMPLAINANTS = Roles(*FAMILY, *_VOLUNTEERS)
COMPLAINT_HANDLERS = Roles("street_officer", "civil_affairs", "supervisor")
COMPLAINT_READERS = Roles(*COMPLAINANTS.roles, *COMPLAINT_HANDLERS.roles)
ROTA_PLANNERS = Roles("committee", "street_officer", "supervisor", "civil_affairs")
ROTA_READERS = Roles(*_FRONT_LINE, "supervisor", "civil_affairs")

CONCERN_DRAFTERS = Roles("community_worker", "committee", "social_worker")
PRIORITY_READERS = Roles(*_FRONT_LINE, "supervisor", "civil_affairs", "society_work_dept")
CONCERN_READERS = Roles(
    *READERS.roles, *_VOLUNTEERS, "org_manager", "third_party", "expert", "donor", "deliberation_member"
)

PLACE_KEEPERS = Roles("community_worker", "street_officer", "civil_affairs", "integration")
DIVISION_MERGERS = Roles("civil_affairs")
PLACE_READERS = Roles(*ASKERS.roles, *_OVERSIGHT)

REGISTRARS = Roles("community_worker", "social_worker", "integration")
REGISTRY_READERS = Roles(*_FRONT_LINE, "civil_affairs", "integration")
HOUSEHOLD_KEEPERS = Roles("community_worker", "social_worker")
HOUSEHOLD_READERS = Roles(*_FRONT_LINE, "civil_affairs")
CORRECTORS = Roles("community_worker", "social_worker")
UNMASKERS = Roles(*FAMILY, *_FRONT_LINE, "supervisor", "civil_affairs")
ERASERS = Roles("community_worker")
HOLDERS = Roles("street_officer", "civil_affairs")
ERASURE_READERS = Roles("community_worker", "street_officer", "civil_affairs")
CONSENTERS = Roles(*FAMILY, "community_worker", "social_worker")
REGISTERED = Roles("resident")
SLIP_PRINTERS = Roles("community_worker")
PROXY_READERS = Roles("resident", "community_worker", "social_worker")
PROXY_ENDERS = Roles("resident", "community_worker")

FILE_READERS = Roles(*intake.FILE_READERS)
OVERSEERS = Roles(*_FRONT_LINE, *_OVERSIGHT)

IMPORTERS = Roles("community_worker", "committee", "social_worker", "street_officer", "integration")
FOLLOWERS = Roles(*IMPORTERS.roles, "civil_affairs")
FORM_MAKERS = Roles(*_FRONT_LINE, "civil_affairs")
FORM_READERS = Roles(*_FRONT_LINE, *_OVERSIGHT)
SURVEY_PLANNERS = Roles(*_FRONT_LINE)
SURVEY_LEADERS = Roles("community_worker", "committee", "street_officer")
VISITORS = Roles(*visits.READERS)
WATCHERS = Roles(*_FRONT_LINE)
SURVEY_READERS = Roles(*_FRONT_LINE, *_OVERSIGHT, *_VOLUNTEERS, "grid_worker")

RULE_READERS = Roles(*CONCERN_READERS.roles, "finance_officer", "integration")
RULE_EDITORS = Roles("civil_affairs", "society_work_dept")


async def allows_test_region(request: Request) -> bool:
    """Whether identifiers of region 999999 pass: everywhere but in production, for all persons here are synthetic."""
    return bool(request.app.state.settings.profile != "production")


REGISTER_DRAFTERS = Roles("community_worker", "committee")
REGISTER_PUBLISHERS = Roles("committee", "street_officer")
REGISTER_OBJECTORS = Roles(*FAMILY, *_FRONT_LINE, *_VOLUNTEERS, "grid_worker", "org_manager", "deliberation_member")
REGISTER_OBJECTION_READERS = Roles(*FAMILY, *_FRONT_LINE, *_OVERSIGHT)
