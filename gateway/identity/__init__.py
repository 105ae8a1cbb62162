"""Who is calling: keys, access tokens, and the grant a caller acts under."""

from uuid import UUID

from gateway.identity.grants import Grant, choose
from gateway.identity.keys import signing_key
from gateway.identity.tokens import DEVELOPMENT, Claims, TokenIssuer, development_subject
from gateway.settings import Settings

__all__ = [
    "DEVELOPMENT",
    "Claims",
    "Grant",
    "TokenIssuer",
    "choose",
    "development_subject",
    "development_token",
    "signing_key",
]


def development_token(*, role: str, scope: str, person_id: UUID | None = None, org: UUID | None = None) -> str:
    """A token for one role over one division, as the development login gives it to the same caller."""
    settings = Settings()
    issuer = TokenIssuer(signing_key(settings), seconds=settings.token_seconds)
    subject = development_subject(role, scope, person_id, org)
    return issuer.issue(subject=subject, client=DEVELOPMENT, grants=[Grant(role, scope)], person_id=person_id, org=org)
