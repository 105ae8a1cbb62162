"""Routes of the resources service, one module per collection: translate and delegate."""

from services.resources.api import (
    deliveries,
    disbursements,
    funds,
    internal,
    listings,
    offers,
    providers,
    requests,
    reservations,
    social_workers,
    volunteers,
)

routers = [
    requests.router,
    offers.router,
    reservations.router,
    deliveries.router,
    providers.router,
    volunteers.router,
    social_workers.router,
    listings.router,
    funds.router,
    disbursements.router,
    internal.router,
]
