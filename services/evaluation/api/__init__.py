"""Routes of evaluation: translate and delegate."""

from typing import Annotated, Any

from pydantic import Field

from services.evaluation.api import access, ballots, evaluations, internal, reports, schemes
from services.evaluation.models import HELD
from wushe.erasing import personal_router
from wushe.rules import rule_router

Days = Annotated[int, Field(strict=True, ge=1, le=365)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
# Fewer than five answers could be told apart, whoever edits the rule.
SHAPES: dict[str, Any] = {
    "smallest_group": Annotated[int, Field(strict=True, ge=5, le=100)],
    "low_response_percent": Percent,
    "resident_weight_percent": Percent,
    "appeal_days": Days,
    "ballot_days": Days,
    "ballot_days_least": Days,
}

# Ballots first: the hottest address is found first.
routers = [
    ballots.router,
    evaluations.router,
    schemes.router,
    reports.router,
    rule_router("evaluation", readers=access.READERS, editors=access.RULE_EDITORS, shapes=SHAPES),
    internal.router,
    personal_router("evaluation", HELD),
]
