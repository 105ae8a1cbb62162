"""Who may do what with resources and money (docs/permissions.md)."""

from fastapi import Request

from wushe.authorize import Roles

_COMMUNITY = ("community_worker", "committee", "social_worker", "org_manager")
_OFFICIALS = ("street_officer", "civil_affairs", "society_work_dept")
_OVERSIGHT = ("supervisor", "auditor", "finance_officer", "integration")
_GIVERS = ("donor", "volunteer", "volunteer_leader")

STAFF = Roles(*_COMMUNITY, *_OFFICIALS, *_OVERSIGHT, "grid_worker")
READERS = Roles(*_COMMUNITY, *_OFFICIALS, *_OVERSIGHT, *_GIVERS, "grid_worker", "resident")
MONEY_READERS = Roles(*_COMMUNITY, *_OFFICIALS, *_OVERSIGHT, "donor")
RULE_READERS = Roles(*READERS.roles, "deliberation_member", "expert", "guardian", "third_party")

PROVIDER_REGISTRARS = Roles(*_COMMUNITY, *_OFFICIALS, "donor", "integration")
VERIFIERS = Roles("committee", *_OFFICIALS)
VOLUNTEER_REGISTRARS = Roles(*_COMMUNITY, "street_officer", "integration", "resident", "volunteer", "volunteer_leader")
VOLUNTEER_VERIFIERS = Roles("community_worker", "committee", "street_officer")
LEAVERS = Roles("community_worker", "resident", "volunteer", "volunteer_leader")
WORKER_REGISTRARS = Roles("org_manager", "integration", *_OFFICIALS)
LISTERS = Roles(*_COMMUNITY, *_OFFICIALS, "donor", "integration")

REQUESTERS = Roles(*_COMMUNITY)
MATCHERS = Roles(*_COMMUNITY, "street_officer")
ANSWERERS = Roles("community_worker", "committee", "org_manager", "resident", *_GIVERS)
RESERVERS = Roles("community_worker", "committee", "social_worker")
SENDERS = Roles("community_worker", "social_worker", "org_manager", "integration", *_GIVERS)
RECEIVERS = Roles("community_worker", "social_worker")

OFFER_WELCOMERS = Roles("community_worker", "committee", "org_manager", "donor")
NEED_OFFER_READERS = Roles(*_COMMUNITY, *_OFFICIALS, "supervisor", "donor")
NEED_OFFER_ANSWERERS = Roles("community_worker", "committee", "org_manager", "donor")

FUND_KEEPERS = Roles("finance_officer", "street_officer", "civil_affairs")
DONATION_BOOKERS = Roles("finance_officer", "street_officer", "civil_affairs", "integration")
PAYOUT_APPROVERS = Roles("committee", "donor", *FUND_KEEPERS.roles)
PAYERS = Roles("finance_officer")
MILESTONE_WITNESSES = Roles("street_officer", "civil_affairs", "supervisor")
RULE_EDITORS = Roles("civil_affairs", "society_work_dept")


def allows_test_region(request: Request) -> bool:
    """Whether invented codes of region 999999 are accepted: everywhere but in production."""
    return bool(request.app.state.settings.profile != "production")
