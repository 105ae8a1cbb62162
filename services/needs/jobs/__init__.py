"""What this service does by itself, a module per subject."""

from services.needs.jobs import (
    crises,
    divisions,
    imports,
    needs,
    outings,
    proposals,
    residents,
    roads,
    terms,
    triage,
    visits,
)
from services.needs.jobs.moderation import add_moderation
from services.needs.jobs.paging import add_paging
from services.needs.jobs.schedule import sweeps

__all__ = [
    "add_moderation",
    "add_paging",
    "crises",
    "divisions",
    "imports",
    "needs",
    "outings",
    "proposals",
    "residents",
    "roads",
    "sweeps",
    "terms",
    "triage",
    "visits",
]
