"""Who may call which routes of this service."""

from wushe.authorize import Roles

STAFF = (
    "community_worker",
    "grid_worker",
    "committee",
    "social_worker",
    "supervisor",
    "org_manager",
    "street_officer",
    "civil_affairs",
    "society_work_dept",
    "finance_officer",
    "third_party",
    "auditor",
)
OTHERS = (
    "resident",
    "guardian",
    "volunteer",
    "volunteer_leader",
    "deliberation_member",
    "donor",
    "expert",
    "integration",
)

READERS = Roles(*STAFF, *OTHERS)
INSIDERS = Roles(*STAFF)
WRITERS = Roles("social_worker", "org_manager")
SUPERVISORS = Roles("supervisor")
APPROVERS = Roles("committee", "street_officer", "civil_affairs")
REJECTERS = Roles("supervisor", "committee", "street_officer", "civil_affairs")
PUBLICISERS = Roles("committee", "community_worker", "street_officer", "civil_affairs")
STARTERS = Roles("social_worker", "org_manager", "community_worker")
CANCELLERS = Roles("social_worker", "org_manager", "committee", "street_officer", "civil_affairs")
WATCHERS = Roles("supervisor", "committee", "street_officer", "civil_affairs")
ARCHIVERS = Roles("social_worker", "org_manager", "committee", "street_officer", "civil_affairs")
RECORDERS = Roles("committee", "community_worker")
CONTRACTORS = Roles("social_worker", "org_manager", "street_officer", "civil_affairs")
SIGNERS = Roles("street_officer", "civil_affairs")
TERMINATORS = Roles("street_officer", "civil_affairs")
ORGANISERS = Roles("social_worker", "community_worker", "org_manager")
ATTENDANCE_RECORDERS = Roles("social_worker", "community_worker")
PARTICIPANTS = Roles(
    "resident", "volunteer", "social_worker", "community_worker", "org_manager", "grid_worker", "volunteer_leader"
)
SERVED = Roles("resident", "guardian", "volunteer", "community_worker")
CALLERS_BACK = Roles("community_worker")
RULE_EDITORS = Roles("civil_affairs", "society_work_dept")
RECORD_READERS = Roles(*STAFF, "resident", "guardian", "volunteer")
