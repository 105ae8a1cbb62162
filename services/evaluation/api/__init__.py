"""Routes of evaluation: translate and delegate."""

from services.evaluation.api import ballots, evaluations, internal, reports, schemes

# Ballots first: the hottest address is found first.
routers = [ballots.router, evaluations.router, schemes.router, reports.router, internal.router]
