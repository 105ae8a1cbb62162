"""What names a person here, and those who were let go of."""

from services.resources.domain.lifecycle import VolunteerState
from services.resources.models.linking import Delivery
from services.resources.models.metadata import Base
from services.resources.models.money import Approval
from services.resources.models.supply import Provider, SocialWorker, Volunteer
from wushe.erasing import Forgotten, Holdings


class ForgottenPerson(Base, Forgotten):
    """Somebody this service let go of on their request."""


HELD = Holdings(
    redacted=(
        (Volunteer.person_id, {"skills": [], "availability": [], "state": VolunteerState.LEFT}),
        (Provider.offers_person_id, {"offers_person_id": None}),
    ),
    kept=(SocialWorker.person_id, Approval.person_id, Delivery.receiver_person_id, Delivery.sender_person_id),
)
"""Payments, deliveries and qualifications stay under the pseudonym, as the books must."""
