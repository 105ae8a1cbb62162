"""Who may do what here (docs/permissions.md), and the office of this application."""

from typing import Annotated

from fastapi import Depends, Request

from services.evaluation.usecases.office import Office
from wushe.authorize import Roles

STAFF = (
    "community_worker",
    "committee",
    "social_worker",
    "supervisor",
    "org_manager",
    "street_officer",
    "civil_affairs",
    "society_work_dept",
    "finance_officer",
    "third_party",
    "expert",
    "auditor",
)
PEOPLE = ("resident", "guardian", "volunteer", "volunteer_leader", "donor", "deliberation_member", "grid_worker")
READERS = Roles(*STAFF, *PEOPLE, "integration")
AUTHORS = Roles("social_worker", "third_party", "committee")
DECIDERS = Roles("committee", "civil_affairs")
ARBITERS = Roles("street_officer", "civil_affairs", "society_work_dept")
RECTIFIERS = Roles("street_officer", "civil_affairs")
RULE_EDITORS = Roles("civil_affairs", "society_work_dept")
APPELLANTS = Roles(*PEOPLE, "community_worker", "committee", "social_worker", "org_manager")
APPEAL_READERS = Roles(*PEOPLE, *STAFF)
MONEY_READERS = Roles(*STAFF, "integration")
SERVED = Roles("resident", "guardian")


async def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


Serving = Annotated[Office, Depends(_office)]
