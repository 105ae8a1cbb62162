"""What names a person or their account here, and those who were let go of."""

from gateway.models.channels import TelephonePage, WechatIdentity
from gateway.models.files import File
from gateway.models.kit import Base
from gateway.models.linking import LinkRequest
from gateway.models.pushes import Push, PushChoice, Subscription
from gateway.models.registry import InboxMessage, Residency
from wushe.erasing import Forgotten, Holdings


class ForgottenPerson(Base, Forgotten):
    """Somebody the gateway let go of on their request."""


HELD = Holdings(
    deleted=(Residency.person_id, InboxMessage.person_id, Push.person_id),
    redacted=((TelephonePage.person_id, {"params": {}, "number": None}),),
)
"""What names a person; files go by their own way, with their bytes."""
TOLD = Holdings(kept=(*HELD.columns, File.person_id))
OF_ACCOUNT = Holdings(
    deleted=(LinkRequest.account_id, WechatIdentity.account_id, Subscription.account_id, PushChoice.account_id)
)
"""What an account leaves behind that served nothing but one resident."""
