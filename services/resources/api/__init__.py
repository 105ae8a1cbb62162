"""Routes of the resources service, one module per collection: translate and delegate."""

from services.resources.api import (
    access,
    deliveries,
    disbursements,
    funds,
    internal,
    listings,
    nearby,
    offers,
    providers,
    requests,
    reservations,
    social_workers,
    volunteers,
)
from services.resources.models import HELD
from wushe.erasing import personal_router
from wushe.rules import rule_router

routers = [
    requests.router,
    offers.router,
    nearby.router,
    reservations.router,
    deliveries.router,
    providers.router,
    volunteers.router,
    social_workers.router,
    listings.router,
    funds.router,
    disbursements.router,
    rule_router("resources", readers=access.RULE_READERS, editors=access.RULE_EDITORS),
    internal.router,
    personal_router("resources", HELD),
]
