"""Tables of the resources service."""

from services.resources.models.linking import (
    AdoptedProject,
    Delivery,
    Offer,
    ProjectKind,
    Reservation,
    ResourceRequest,
)
from services.resources.models.metadata import Base, kit
from services.resources.models.money import (
    Allocation,
    Approval,
    Disbursement,
    Donation,
    Fund,
    FundSource,
    LedgerEntry,
    LedgerTransaction,
    PayoutAdvice,
    Phase,
)
from services.resources.models.nearby import NeedOffer
from services.resources.models.persons import HELD, ForgottenPerson
from services.resources.models.supply import (
    Provider,
    Qualification,
    Registration,
    Resource,
    Side,
    SocialWorker,
    Volunteer,
)

__all__ = [
    "HELD",
    "AdoptedProject",
    "Allocation",
    "Approval",
    "Base",
    "Delivery",
    "Disbursement",
    "Donation",
    "ForgottenPerson",
    "Fund",
    "FundSource",
    "LedgerEntry",
    "LedgerTransaction",
    "NeedOffer",
    "Offer",
    "PayoutAdvice",
    "Phase",
    "ProjectKind",
    "Provider",
    "Qualification",
    "Registration",
    "Reservation",
    "Resource",
    "ResourceRequest",
    "Side",
    "SocialWorker",
    "Volunteer",
    "kit",
]
