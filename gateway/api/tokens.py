"""Signing in of agencies' systems (RFC 6749, client credentials)."""

import base64
import binascii

from fastapi import Request

from gateway.api.forms import FormRoute
from gateway.repository import Accounts
from gateway.schemas.registry import TokenIn, TokenOut
from gateway.usecases import accounts
from gateway.usecases.accounts import InvalidClient
from wushe.authorize import PUBLIC
from wushe.routes import Router, Working

router = Router(tag="oauth", about="机构系统的令牌 · Tokens of agencies' systems")
router.route_class = FormRoute


@router.verb(
    "/v1/oauth/token",
    access=PUBLIC,
    operation="issueToken",
    summary="领取访问令牌 · Issue an access token",
    keyless=True,
    refusals=[InvalidClient],
)
async def issue_token(body: TokenIn, request: Request, work: Working) -> TokenOut:
    """A token for the client whose id and secret come in the body or as HTTP Basic."""
    client_id, secret = _basic(request) or (body.client_id or "", body.client_secret or "")
    signed_in = await accounts.sign_in(
        accounts=Accounts(work), issuer=request.app.state.tokens, client_id=client_id, secret=secret
    )
    return TokenOut.model_validate(signed_in)


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as fault:
        raise InvalidClient from fault
    return name, secret
