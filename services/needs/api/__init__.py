"""Routes of the needs service, a module per collection: translate and delegate."""

from services.needs.api import (
    access,
    calls,
    concerns,
    consents,
    crises,
    divisions,
    duty,
    follow_ups,
    households,
    intake,
    internal,
    merging,
    needs,
    offline,
    operations,
    outcomes,
    places,
    registers,
    residents,
    survey_forms,
    survey_plans,
    triage,
    visits,
)
from services.needs.schemas.rules import SHAPES
from wushe.rules import rule_router

routers = [
    offline.router,
    intake.router,  # before the ids of needs: its addresses are words in their place
    outcomes.router,  # before the address of one need
    needs.router,
    merging.router,
    concerns.router,
    calls.router,
    registers.router,
    residents.router,
    consents.router,
    places.router,
    households.router,
    divisions.router,
    crises.router,
    duty.router,
    operations.router,
    survey_forms.router,
    survey_plans.router,
    triage.suggestions,
    triage.router,
    visits.router,
    follow_ups.router,
    rule_router("needs", readers=access.RULE_READERS, editors=access.RULE_EDITORS, shapes=SHAPES),
    internal.router,
]
