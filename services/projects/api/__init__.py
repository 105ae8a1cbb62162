"""Routes of the projects service, one module per collection: translate and delegate."""

from services.projects.api import access, activities, contracts, deliberations, internal, plans, projects, records
from services.projects.models import HELD
from wushe.erasing import personal_router
from wushe.rules import rule_router

routers = [
    projects.router,
    plans.router,
    deliberations.router,
    contracts.router,
    activities.router,
    records.router,
    rule_router("projects", readers=access.READERS, editors=access.RULE_EDITORS),
    internal.router,
    personal_router("projects", HELD),
]
