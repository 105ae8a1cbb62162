"""Routes of evaluation: translate and delegate."""

from services.evaluation.api import access, ballots, evaluations, internal, reports, schemes
from wushe.rules import rule_router

# Ballots first: the hottest address is found first.
routers = [
    ballots.router,
    evaluations.router,
    schemes.router,
    reports.router,
    rule_router("evaluation", readers=access.READERS, editors=access.RULE_EDITORS),
    internal.router,
]
