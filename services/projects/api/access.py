"""Who may call which routes of this service (docs/permissions.md)."""

from wushe.authorize import Roles

_MAKERS = ("social_worker", "org_manager")
_NEIGHBOURHOOD = ("community_worker", "committee")
_OFFICIALS = ("street_officer", "civil_affairs")
_OVERSIGHT = ("supervisor", "society_work_dept", "third_party", "auditor")
_PEOPLE = ("resident", "guardian", "volunteer", "volunteer_leader")

READERS = Roles(
    *_MAKERS,
    *_NEIGHBOURHOOD,
    *_OFFICIALS,
    *_OVERSIGHT,
    *_PEOPLE,
    "grid_worker",
    "deliberation_member",
    "donor",
    "expert",
    "finance_officer",
    "integration",
)
STAFF = Roles(*_MAKERS, *_NEIGHBOURHOOD, *_OFFICIALS, *_OVERSIGHT, "grid_worker", "finance_officer")
"""Who learns which persons are on a team."""
MAKERS = Roles(*_MAKERS)
PLAN_WRITERS = Roles(*_MAKERS, *_NEIGHBOURHOOD)
SUPERVISORS = Roles("supervisor")
APPROVERS = Roles("committee", *_OFFICIALS)
WATCHERS = Roles("supervisor", "committee", *_OFFICIALS)
PUBLICISERS = Roles(*_NEIGHBOURHOOD, *_OFFICIALS)
STARTERS = Roles(*_MAKERS, "community_worker")
CLOSERS = Roles(*_MAKERS, "committee", *_OFFICIALS)
OFFICIALS = Roles(*_OFFICIALS)
RECORDERS = Roles(*_NEIGHBOURHOOD)

CONTRACTORS = Roles(*_MAKERS, *_OFFICIALS)
CONTRACT_READERS = Roles(*_MAKERS, *_NEIGHBOURHOOD, *_OFFICIALS, *_OVERSIGHT, "finance_officer")

ORGANISERS = Roles(*_MAKERS, "community_worker")
PARTICIPANTS = Roles(*ORGANISERS.roles, "grid_worker", "resident", "volunteer", "volunteer_leader")
ATTENDANCE_RECORDERS = Roles("social_worker", "community_worker")
RECORD_READERS = Roles(*_MAKERS, *_NEIGHBOURHOOD, *_OFFICIALS, *_OVERSIGHT, *_PEOPLE)
ANSWERERS = Roles(*_PEOPLE, "community_worker")
CALLERS_BACK = Roles("community_worker")

RULE_EDITORS = Roles("civil_affairs", "society_work_dept")
